package io.conclave.simulator;

import java.util.Arrays;
import java.util.Collections;

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
  /** The same, in another phase. */
  Fault when(io.conclave.core.failover.Phase phase) {
    return new Fault(number, atMs, phase, kind, target, forMs, draw);
  }

  /** What happens. */
  enum Kind {
    KILL_SERVER(4),
    POWER_LOSS(4),
    KILL_JVM(3),
    FREEZE_HOST(4),
    FREEZE_JVM(2),
    FREEZE_SERVER(3),
    CUT_OFF(4),
    CUT_ONE_WAY(3),
    /** Clients of an edge still reach it. */
    CUT_FROM_PEERS(3),
    CUT_PAIR(4),
    SPLIT(4),
    SLOW_LINKS(2),
    LOSSY_NETWORK(2),
    DOUBLED_MESSAGES(1),
    ROGUE_COORDINATOR(3),
    STOP_COORDINATOR(2),
    SWITCHOVER(3),
    LATE_ORDERS(3),
    LATE_MESSAGES(2),
    LOSE_REGISTER_STORE(1),
    LOSE_DATA(1),
    PAUSE_REPLAY(2),
    SLOW_REPLAY(2),
    DISK_FULL(2),
    CLOCK_JUMP(1),
    FREEZE_WAL_SENDER(2),
    CANCEL_COMMITS(1),
    TWIN_PROMOTIONS(3),
    INTERRUPTED_REBUILD(3),
    WRONG_SIDE(3),
    INTERRUPTED_PROMOTION(3),
    LATE_RETURN(3),
    LONGER_PAST(2),
    LAGGARD(2),
    CALLED_OFF(2),
    LATE_SETTING(2);

    private static final Kind[] BAG = bag();

    /** How often it is drawn, compared with the others. */
    private final int weight;

    Kind(int weight) {
      this.weight = weight;
    }

    static Kind draw(Dice dice) {
      return BAG[dice.below(BAG.length)];
    }

    private static Kind[] bag() {
      return Arrays.stream(values())
          .flatMap(kind -> Collections.nCopies(kind.weight, kind).stream())
          .toArray(Kind[]::new);
    }
  }

  /** Whom it hits, looked up when it happens. */
  enum Target {
    PRIMARY,
    SYNC_STANDBY,
    COORDINATOR,
    ANYBODY
  }

  String describe(String whom) {
    return "#" + number + " " + kind + " of " + whom + " for " + forMs + " ms";
  }
}
