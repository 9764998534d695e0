package io.conclave.core.failover;

import io.conclave.core.Ballot;
import io.conclave.core.Configuration;
import io.conclave.core.Gate;
import io.conclave.core.GroupId;
import io.conclave.core.HostId;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport;
import io.conclave.core.NodeReport.Receiver;
import io.conclave.core.OrderStatus;
import io.conclave.core.Sentinels;
import io.conclave.core.Vote;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A coordinator's state without its clock, so that a search meets the same state again. Every step happens at {@link #NOW};
 * afterwards all stamps are set back to it. That time has passed is said by the step itself: {@link #LATE} is after every
 * deadline, while the last reports are still fresh; at {@link #SILENT} they are not.
 */
public final class TimelessState {
  /** When everything happens, in ms. */
  public static final long NOW = 1_000_000;

  /** All pauses and deadlines are over, and what was reported still counts. */
  public static final long LATE = NOW + 20_000;

  /** Nobody has reported for longer than the suspicion time of {@link #SUSPICION_MS}. */
  public static final long SILENT = NOW + 3_000_000;

  /** Long enough to call every report of {@link #LATE} fresh. */
  public static final long SUSPICION_MS = 1_000_000;

  private TimelessState() {}

  /** One step of the production core, and its state without time. */
  public static Step step(Rules rules, GroupState state, long nowMs, UUID fresh, Input input) {
    Step step = Failover.step(rules, state, nowMs, fresh, input);
    return new Step(of(step.state()), step.effects(), step.row());
  }

  /** The same state at {@link #NOW}; votes are gone. */
  static GroupState of(GroupState s) {
    Map<NodeId, Sightings.Reported> reports = new TreeMap<>();
    s.seen()
        .reports()
        .forEach((node, at) ->
            reports.put(node, new Sightings.Reported(relevant(s, at.word()), NOW, NOW)));
    Map<NodeId, GroupState.Issued> orders = new TreeMap<>();
    s.orders()
        .forEach(
            (node, issued) -> orders.put(node, new GroupState.Issued(issued.order(), NOW, NOW)));
    return new GroupState(
        s.phase(),
        NOW,
        s.authority(),
        s.register(),
        s.pending(),
        new Sightings(reports, Map.of(), Map.of()),
        orders,
        s.attempt(),
        s.change(),
        List.of(),
        0);
  }

  /**
   * What of a report can still make a difference to this coordinator: the outcome of its own last order, evidence under its
   * own ballot, a promise above it.
   */
  public static NodeReport relevant(GroupState s, NodeReport r) {
    boolean answers = Optional.ofNullable(s.orders().get(r.node()))
        .filter(issued -> r.order().answers(issued.order()))
        .isPresent();
    Ballot own = s.authority().ballot();
    return new NodeReport(
        r.group(),
        r.node(),
        r.host(),
        r.agent(),
        0,
        r.server(),
        r.server() == NodeReport.ServerState.PRIMARY ? r.gate() : Gate.OPEN,
        r.systemIdentifier(),
        r.timeline(),
        r.position(),
        r.received(),
        r.receivedAgeMs(),
        r.history(),
        r.barrier(),
        r.upstream(),
        r.receiver(),
        r.rebuilding(),
        r.promised().isAbove(own) ? r.promised() : Ballot.NONE,
        answers ? r.order() : OrderStatus.NONE,
        r.fenced().filter(evidence -> evidence.ballot().equals(own)),
        r.standbys(),
        r.sync(),
        r.problem());
  }

  /** The last report of the node, as it was delivered. */
  public static Optional<NodeReport> seen(GroupState state, NodeId node) {
    return state.seen().report(node);
  }

  /** Who was streaming when last heard has been streaming up to {@link #LATE}. */
  public static GroupState agedUntilLate(GroupState s) {
    Map<NodeId, Sightings.Reported> reports = new TreeMap<>(s.seen().reports());
    reports.replaceAll((node, at) -> at.word().receiver() == Receiver.STREAMING
        ? new Sightings.Reported(at.word(), at.atMs(), LATE)
        : at);
    return withSeen(s, new Sightings(reports, s.seen().votes(), s.seen().edges()));
  }

  /** All sentinels are of this opinion about the established primary, and say so at this moment. */
  public static GroupState withVotes(
      GroupState s, Sentinels sentinels, Vote.Opinion opinion, long atMs) {
    Map<HostId, Sightings.At<Vote>> votes = new TreeMap<>();
    s.register()
        .established()
        .ifPresent(established -> sentinels
            .seats()
            .forEach(seat -> votes.put(
                seat.sentinel(),
                new Sightings.At<>(
                    new Vote(
                        new GroupId("main"),
                        established.epoch(),
                        established.primary(),
                        seat.sentinel(),
                        seat.region(),
                        1,
                        opinion,
                        List.of()),
                    atMs))));
    return withSeen(s, new Sightings(s.seen().reports(), votes, s.seen().edges()));
  }

  private static GroupState withSeen(GroupState s, Sightings seen) {
    return new GroupState(
        s.phase(),
        s.sinceMs(),
        s.authority(),
        s.register(),
        s.pending(),
        seen,
        s.orders(),
        s.attempt(),
        s.change(),
        s.failovers(),
        s.topologyVersion());
  }

  /** Whether the fresh identifier of a step went into its state. */
  public static boolean uses(GroupState state, UUID fresh) {
    return state.change().filter(change -> change.barrier().equals(fresh)).isPresent()
        || state
            .pending()
            .newest()
            .map(Configuration::promotion)
            .filter(fresh::equals)
            .isPresent();
  }

  /** Number of the last order given under the ballot held. */
  public static long lastNumber(GroupState state) {
    return state.authority().lastNumber();
  }

  /** The configuration that the coordinator has just found proven. */
  public static Optional<Configuration> begun(GroupState state) {
    return state.attempt().flatMap(Attempt::begun);
  }
}
