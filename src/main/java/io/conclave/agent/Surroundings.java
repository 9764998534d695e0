package io.conclave.agent;

import io.conclave.core.EpochRow;
import io.conclave.core.Incumbent;
import io.conclave.core.Pulse;
import io.conclave.core.agent.PromiseBook;
import io.conclave.core.agent.SentinelsHeard;
import java.util.List;
import java.util.Optional;

/** What an agent hears of the cell around its node: {@link SentinelsHeard} by this host's clock and this node's epoch. */
final class Surroundings {
  private final SentinelsHeard sentinels;
  private final PromiseBook promises;
  private final int majority;

  Surroundings(AgentContext context, PromiseBook promises) {
    this.sentinels = new SentinelsHeard(context.group().group(), context.node());
    this.promises = promises;
    this.majority = context.sentinelMajority();
  }

  void hear(Pulse pulse) {
    sentinels.hear(pulse, System.nanoTime());
  }

  /** Whether a majority of sentinels was heard since a moment of {@link System#nanoTime()}. */
  boolean sentinelsHeardSince(long nanos) {
    return sentinels.isMajoritySince(nanos, majority);
  }

  /** The primary of an epoch that is newer than any that this node has shown. */
  Optional<Incumbent> successor() {
    List<EpochRow> history = promises.get().history();
    return sentinels.successor(
        history.isEmpty() ? 0 : history.get(history.size() - 1).epoch());
  }

  /** For people. */
  static String superseded(Incumbent incumbent) {
    return "superseded: %s is primary of epoch %d"
        .formatted(incumbent.primary(), incumbent.epoch());
  }
}
