package io.conclave.cli;

/** Exit codes of all commands; every {@code --help} ends with them. */
public final class ExitCodes {
  public static final int DONE = 0;

  /** Refused, failed, or something was lost. */
  public static final int FAILED = 1;

  /** Wrong usage or configuration. */
  public static final int USAGE = 2;

  static final String[] HELP = {
    "0:done; nothing was lost",
    "1:refused or failed, with the reason; or something was lost",
    "2:wrong usage, or a wrong configuration file",
    "130, 143:ended by SIGINT (Ctrl-C), SIGTERM"
  };

  private ExitCodes() {}
}
