package io.conclave.cli;

import java.util.Locale;

/** What a demo does to its primary. */
public enum DemoFault {
  /** SIGKILL of the postmaster alone. */
  KILL,
  /** SIGKILL of PostgreSQL and of its JVM. */
  KILL_HOST,
  /** SIGSTOP of every process of the host, SIGCONT after the failover. */
  FREEZE,
  /** A planned switchover. */
  SWITCHOVER;

  /** As the command line and the report write it; picocli shows and reads it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
