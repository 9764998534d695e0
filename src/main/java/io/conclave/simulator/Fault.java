package io.conclave.simulator;

/**
 * A fault that the seed has drawn.
 *
 * @param number its place in the seed's list: what {@code --without} names
 * @param atMs when it may happen first
 * @param whenPhase with the next coordinator that enters this phase after {@code atMs}; null: at {@code atMs}
 * @param forMs how long it lasts
 * @param draw random bits that decide about the details
 */
record Fault(
    int number,
    long atMs,
    io.conclave.core.failover.Phase whenPhase,
    Kind kind,
    Target target,
    long forMs,
    long draw) {
  /** What happens. */
  enum Kind {
    KILL_SERVER,
    POWER_LOSS,
    KILL_JVM,
    FREEZE_HOST,
    FREEZE_JVM,
    FREEZE_SERVER,
    CUT_OFF,
    CUT_ONE_WAY,
    CUT_PAIR,
    SPLIT,
    SLOW_LINKS,
    LOSSY_NETWORK,
    DOUBLED_MESSAGES,
    ROGUE_COORDINATOR,
    STOP_COORDINATOR,
    SWITCHOVER,
    LATE_ORDERS,
    LATE_MESSAGES,
    LOSE_REGISTER_STORE,
    LOSE_DATA,
    PAUSE_REPLAY,
    SLOW_REPLAY,
    DISK_FULL,
    CLOCK_JUMP,
    FREEZE_WAL_SENDER,
    CANCEL_COMMITS
  }

  /** Whom it hits, looked up when it happens. */
  enum Target {
    PRIMARY,
    SYNC_STANDBY,
    COORDINATOR,
    ANYBODY
  }

  String describe(String whom) {
    return "#%d %s of %s for %d ms".formatted(number, kind, whom, forMs);
  }
}
