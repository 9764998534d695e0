package io.conclave.agent;

import io.conclave.core.EpochRow;
import io.conclave.core.Incumbent;
import io.conclave.core.Pulse;
import io.conclave.core.SyncSetting;
import io.conclave.core.agent.GateRule;
import io.conclave.core.agent.PromiseBook;
import io.conclave.core.agent.SentinelsHeard;
import io.conclave.postgres.Observation;
import java.util.List;
import java.util.Optional;

/** What an agent hears of the cell around its node: {@link SentinelsHeard} by this host's clock and this node's epoch. */
final class Surroundings {
  private final SentinelsHeard sentinels;
  private final PromiseBook promises;
  private final int majority;
  private final long isolationMs;

  Surroundings(AgentContext context, PromiseBook promises) {
    this.sentinels = new SentinelsHeard(context.group().group(), context.node());
    this.promises = promises;
    this.majority = context.sentinelMajority();
    this.isolationMs = context.timings().isolationMs();
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

  /**
   * Why a primary may not know whether its epoch is current, if so: it sees neither a majority of sentinels nor enough of its sync set, and
   * cannot get a commit acknowledged.
   */
  Optional<String> isolation(SyncSetting sync, Observation primary) {
    long heard = primary.senders().stream()
        .filter(sender -> sender.streaming() && sender.replyAgeMs() < isolationMs)
        .filter(sender ->
            sync.members().stream().anyMatch(member -> member.value().equals(sender.name())))
        .count();
    boolean sentinels = sentinelsHeardSince(System.nanoTime() - isolationMs * 1_000_000);
    return GateRule.isIsolated(sync, heard, sentinels)
        ? Optional.of(
            "neither a majority of sentinels nor enough sync standbys were heard for %d ms"
                .formatted(isolationMs))
        : Optional.empty();
  }

  /** For people. */
  static String superseded(Incumbent incumbent) {
    return "superseded: %s is primary of epoch %d"
        .formatted(incumbent.primary(), incumbent.epoch());
  }
}
