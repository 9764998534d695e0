package io.conclave.core.health;

import io.conclave.core.Configuration;
import io.conclave.core.Lsn;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport;
import io.conclave.core.NodeReport.ServerState;
import io.conclave.core.Topology;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What one sentinel has seen of one primary so far; all times are monotonic ms of the sentinel's host.
 *
 * @param epoch of the configuration that is watched
 * @param sinceMs silence is counted from here at the earliest: the start of the watch, or the end of a stall of the
 *     sentinel itself, which had no way to hear anybody before
 * @param tickMs when the sentinel last ran; a gap shows that it was stalled
 * @param agent last report of the primary's agent
 * @param deadByAgentMs when the agent first said that the server is gone; empty while it says otherwise
 * @param lifeMs when a probe was last answered by a primary
 * @param lastProbe how the last probe ended
 * @param refusedMs when probes began to be refused after one had been answered; empty otherwise
 * @param stuckMs since when the host answers and the server does not; empty otherwise
 * @param received how far each standby has received WAL
 * @param movedMs when a standby last received more WAL
 * @param reports how regularly the primary's agent reports
 * @param answers how regularly probes are answered
 */
public record Watch(
    long epoch,
    NodeId primary,
    long sinceMs,
    long tickMs,
    Optional<Heard> agent,
    Optional<Long> deadByAgentMs,
    Optional<Long> lifeMs,
    Optional<Probe> lastProbe,
    Optional<Long> refusedMs,
    Optional<Long> stuckMs,
    Map<NodeId, Lsn> received,
    Optional<Long> movedMs,
    Rhythm reports,
    Rhythm answers) {

  /** A report and when it arrived. */
  public record Heard(NodeReport report, long atMs) {}

  public Watch {
    received = Map.copyOf(received);
  }

  /** Begins to watch the primary of a configuration. */
  public static Watch begin(Configuration configuration, long nowMs) {
    return new Watch(
        configuration.epoch(),
        configuration.primary(),
        nowMs,
        nowMs,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        Optional.empty(),
        Rhythm.NONE,
        Rhythm.NONE);
  }

  /** Whether the topology names another primary or epoch than the one watched. */
  public boolean isOutdatedBy(Topology topology) {
    return topology
        .configuration()
        .filter(c -> c.epoch() != epoch || !c.primary().equals(primary))
        .isPresent();
  }

  /** Time has passed; a gap of more than {@code stallMs} means that this sentinel was stalled. */
  public Watch tick(long nowMs, long stallMs) {
    boolean stalled = nowMs - tickMs > stallMs;
    return new Watch(
        epoch,
        primary,
        stalled ? nowMs : sinceMs,
        nowMs,
        agent,
        deadByAgentMs,
        lifeMs,
        lastProbe,
        refusedMs,
        stuckMs,
        received,
        movedMs,
        reports,
        answers);
  }

  /** A report of any node of the group: the primary's says how it is, a standby's whether WAL still moves. */
  public Watch hear(NodeReport report, long nowMs) {
    return report.node().equals(primary) ? hearPrimary(report, nowMs) : hearStandby(report, nowMs);
  }

  /** A report from before its promotion says nothing of the primary that it has become since. */
  private boolean isFromBeforePromotion(NodeReport report) {
    return agent.isEmpty()
        && report.server() == ServerState.STANDBY
        && report.epochRow().filter(row -> row.epoch() >= epoch).isEmpty();
  }

  private Watch hearPrimary(NodeReport report, long nowMs) {
    if (isFromBeforePromotion(report)) {
      return this;
    }
    Optional<Long> dead = Optional.empty();
    Optional<Long> stuck = Optional.empty();
    switch (report.server()) {
      case ABSENT, STOPPED, STANDBY, QUARANTINED ->
        dead = deadByAgentMs.or(() -> Optional.of(nowMs));
      case STARTING, UNRESPONSIVE -> stuck = stuckMs.or(() -> Optional.of(nowMs));
      case PRIMARY -> {
        // Alive: both stay empty.
      }
    }
    return new Watch(
        epoch,
        primary,
        sinceMs,
        tickMs,
        Optional.of(new Heard(report, nowMs)),
        dead,
        lifeMs,
        lastProbe,
        refusedMs,
        stuck,
        received,
        movedMs,
        reports.beat(nowMs, sinceMs),
        answers);
  }

  private Watch hearStandby(NodeReport report, long nowMs) {
    boolean ofThisPrimary = report.upstream().filter(primary::equals).isPresent();
    Lsn before = received.get(report.node());
    boolean moved = ofThisPrimary && before != null && report.received().ahead(before) > 0;
    Map<NodeId, Lsn> next = received;
    if (!report.received().equals(before)) {
      next = new TreeMap<>(received);
      next.put(report.node(), report.received());
    }
    return new Watch(
        epoch,
        primary,
        sinceMs,
        tickMs,
        agent,
        deadByAgentMs,
        lifeMs,
        lastProbe,
        refusedMs,
        stuckMs,
        next,
        moved ? Optional.of(Math.max(movedMs.orElse(0L), nowMs - report.receivedAgeMs())) : movedMs,
        reports,
        answers);
  }

  /** The end of one SQL probe. */
  public Watch probe(Probe result, long nowMs) {
    Optional<Long> life = result == Probe.ANSWERED ? Optional.of(nowMs) : lifeMs;
    boolean refused = result == Probe.REFUSED && lifeMs.isPresent();
    Optional<Long> since = refused ? refusedMs.or(() -> Optional.of(nowMs)) : Optional.empty();
    return new Watch(
        epoch,
        primary,
        sinceMs,
        tickMs,
        agent,
        deadByAgentMs,
        life,
        Optional.of(result),
        since,
        stuckMs,
        received,
        movedMs,
        reports,
        result == Probe.ANSWERED ? answers.beat(nowMs, sinceMs) : answers);
  }
}
