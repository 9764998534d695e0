package io.conclave.cli;

/** Where standard output goes. */
public final class Terminal {
  private Terminal() {}

  /** Whether it is a terminal, as the launcher says: Java 17 cannot tell by itself. */
  public static boolean isOutput() {
    return Boolean.getBoolean("conclave.terminal");
  }
}
