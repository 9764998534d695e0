package io.conclave.core.failover;

import io.conclave.core.Configuration;
import io.conclave.core.EpochRow;
import io.conclave.core.Gate;
import io.conclave.core.Member;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport;
import io.conclave.core.NodeReport.Problem;
import io.conclave.core.NodeReport.Receiver;
import io.conclave.core.NodeReport.ServerState;
import io.conclave.core.OrderStatus.Outcome;
import io.conclave.core.Prefix;
import io.conclave.core.SyncSetting;
import io.conclave.core.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a coordinator does while the configuration is established and the primary lives: opens the gate, brings standbys
 * back, keeps the sync set what the standbys allow.
 */
final class Tending {
  private static final long PAUSE_MS = 1000;
  /** A receiver that cannot connect for this long is not waiting for a busy primary: the WAL it needs is gone, or it has diverged. */
  private static final long STUCK_RECEIVER_MS = 10_000;

  private static final Set<Problem.Kind> REBUILD_HELPS =
      Set.of(Problem.Kind.START_FAILED, Problem.Kind.DIVERGED, Problem.Kind.REBUILD_FAILED);

  private Tending() {}

  /** A vote and the word of an edge say nothing of what is tended; the next report or look at the clock does. */
  static void tend(Turn turn) {
    if (turn.input instanceof Input.Voted || turn.input instanceof Input.EdgeReported) {
      return;
    }
    Configuration established = turn.established();
    Optional<NodeReport> primary = turn.fresh(established.primary())
        .filter(report -> report.server() == ServerState.PRIMARY && report.shows(established));
    primary.ifPresent(report -> {
      boolean opening = openGate(turn, established, report);
      for (Member member : turn.rules.group().members()) {
        if (!member.node().equals(established.primary())) {
          turn.fresh(member.node()).ifPresent(standby -> tendStandby(turn, report, standby));
        }
      }
      if (!opening) {
        tendSyncSet(turn, established, report);
      }
    });
    turn.insist();
  }

  /** Not while the agent keeps it closed for a reason of its own (thaw, isolation). */
  private static boolean openGate(Turn turn, Configuration established, NodeReport primary) {
    boolean keptClosed = primary
        .problem()
        .map(Problem::kind)
        .filter(Problem.Kind.ISOLATED::equals)
        .isPresent();
    boolean opens = primary.gate() == Gate.CLOSED
        && !keptClosed
        && !turn.isWriting()
        && hasCaughtUp(turn, established, primary);
    if (opens) {
      // Clients come first: a step of the sync set can be given up anywhere but during its write,
      // and is planned again.
      turn.noChange();
      turn.orderUntilDone(primary.node(), new Task.OpenGate(established), PAUSE_MS);
    }
    return opens;
  }

  /**
   * A primary that restarted, or whose gate was closed while it served, shows commits that had waited for the sync set and were never
   * acknowledged: k members must have them before a client may read them (design, sections 3.1 Gate and 3.7).
   */
  static boolean hasCaughtUp(Turn turn, Configuration established, NodeReport primary) {
    long members = streaming(turn, established, primary).stream()
        .filter(established.sync()::contains)
        .flatMap(node -> turn.fresh(node).stream())
        .filter(standby -> standby.received().isAtLeast(primary.position()))
        .count();
    return members >= established.sync().k();
  }

  private static void tendStandby(Turn turn, NodeReport primary, NodeReport standby) {
    if (standby.order().outcome() == Outcome.RUNNING) {
      return;
    }
    Task.Source source =
        Attempts.source(turn, primary.node(), primary.systemIdentifier(), primary.history());
    boolean member = isMember(turn, standby.node());
    boolean diverged = !member && hasRefusedAsDiverged(primary, standby);
    if ((mustFollow(primary, standby) && !diverged)
        || (member && standby.server() == ServerState.STOPPED && !needsRebuild(standby))) {
      turn.orderUntilDone(
          standby.node(), new Task.Follow(towards(turn, standby, source)), PAUSE_MS);
    } else if ((mustRejoin(turn, primary, standby) || diverged) && !member) {
      turn.orderUntilDone(
          standby.node(), new Task.Rejoin(towards(turn, standby, source)), PAUSE_MS);
    } else if ((!member && mustBeBound(turn, primary, standby)) || isShut(turn, primary, standby)) {
      turn.orderUntilDone(
          standby.node(), new Task.Follow(towards(turn, standby, source)), PAUSE_MS);
    }
  }

  /**
   * It follows and streams, and lets no reader in: the order to follow was cut short between the one and the other, or has failed
   * for another reason. Once one is done the agent sees to the gate by itself.
   */
  private static boolean isShut(Turn turn, NodeReport primary, NodeReport standby) {
    boolean done = turn.lastOrder(standby.node())
        .filter(order ->
            order.task() instanceof Task.Follow && turn.isDone(standby.node(), order.task()))
        .isPresent();
    return standby.gate() == Gate.CLOSED
        && !done
        && standby.rebuilding().isEmpty()
        && standby.receiver() == Receiver.STREAMING
        && follows(primary, standby);
  }

  /** One that is about to join the sync set: whatever it was ordered before is void from then on. */
  private static boolean mustBeBound(Turn turn, NodeReport primary, NodeReport standby) {
    return !SyncSteps.mayJoin(turn, standby.node())
        && streams(standby, turn.established(), primary)
        && turn.rules.mayCountFor(primary.node()).contains(standby.node());
  }

  /**
   * The agent knows more than its report shows: on disk may be WAL of a promotion that came to nothing, of which no query tells
   * anything. The ladder of a rejoin begins with another attempt to follow.
   */
  private static boolean hasRefusedAsDiverged(NodeReport primary, NodeReport standby) {
    return standby.server() == ServerState.STANDBY
        && !follows(primary, standby)
        && standby
            .problem()
            .map(Problem::kind)
            .filter(Problem.Kind.DIVERGED::equals)
            .isPresent();
  }

  /** Also one that joins by a write of which nobody knows yet whether it has arrived. */
  private static boolean isMember(Turn turn, NodeId node) {
    return turn.established().sync().contains(node)
        || turn.pending()
            .established()
            .filter(pending -> pending.sync().contains(node))
            .isPresent();
  }

  /** The order given before stands as long as it names the same promotion: a longer history is no new order. */
  private static Task.Source towards(Turn turn, NodeReport standby, Task.Source source) {
    Optional<Task.Source> before = turn.lastOrder(standby.node())
        .map(order -> order.task() instanceof Task.Follow follow
            ? follow.source()
            : order.task() instanceof Task.Rejoin rejoin ? rejoin.source() : null);
    return before
        .filter(last -> newest(last).equals(newest(source)) && last.node().equals(source.node()))
        .orElse(source);
  }

  private static Optional<java.util.UUID> newest(Task.Source source) {
    List<EpochRow> history = source.history();
    return history.isEmpty()
        ? Optional.empty()
        : Optional.of(history.get(history.size() - 1).promotion());
  }

  private static boolean follows(NodeReport primary, NodeReport standby) {
    return standby.server() == ServerState.STANDBY
        && standby.fenced().isEmpty()
        && standby.upstream().filter(primary.node()::equals).isPresent();
  }

  private static boolean isPrefix(NodeReport primary, NodeReport standby) {
    return Prefix.sharesRows(standby.history(), primary.history())
        && Prefix.of(standby.epochRow(), standby.position(), primary.history())
            == Prefix.Relation.PREFIX;
  }

  private static boolean mustFollow(NodeReport primary, NodeReport standby) {
    return standby.server() == ServerState.STANDBY
        && standby.rebuilding().isEmpty()
        && !follows(primary, standby)
        && isPrefix(primary, standby);
  }

  private static boolean mustRejoin(Turn turn, NodeReport primary, NodeReport standby) {
    return switch (standby.server()) {
      case ABSENT, STOPPED, PRIMARY -> true;
      // A rebuild that was given up after its start streams, and counts for nothing until it is
      // ended.
      case STANDBY -> standby.rebuilding().isPresent() || hasNoWayOn(turn, primary, standby);
      case STARTING, UNRESPONSIVE, QUARANTINED -> false;
    };
  }

  /** A standby that has diverged, or whose receiver asks in vain for WAL that is gone. */
  private static boolean hasNoWayOn(Turn turn, NodeReport primary, NodeReport standby) {
    return (!follows(primary, standby) && !isPrefix(primary, standby))
        || (follows(primary, standby) && isBesideHistory(primary, standby))
        || (follows(primary, standby)
            && standby.receiver() != Receiver.STREAMING
            && waitedTooLong(turn, standby));
  }

  /**
   * It follows the right node, and has WAL of an older timeline beyond where the primary's history left that one: it was away
   * while the same node lost the primary's place and won it again. Its receiver streams now and then, and it never gets on. Or
   * its epoch rows are not the primary's: it streams, and its data is nobody's.
   */
  private static boolean isBesideHistory(NodeReport primary, NodeReport standby) {
    boolean onOldTimeline =
        standby.epochRow().filter(row -> standby.timeline() <= row.timeline()).isPresent();
    boolean beyond = onOldTimeline
        && Prefix.of(standby.epochRow(), standby.position(), primary.history())
            == Prefix.Relation.DIVERGED;
    return beyond || !Prefix.sharesRows(standby.history(), primary.history());
  }

  private static boolean waitedTooLong(Turn turn, NodeReport standby) {
    return turn.inPhaseMs() >= STUCK_RECEIVER_MS
        && notStreamingMs(turn, standby.node()) >= STUCK_RECEIVER_MS;
  }

  /** A coordinator that has just begun to rest gives a silent standby its full grace. */
  private static long notStreamingMs(Turn turn, NodeId node) {
    return Math.min(
        turn.inPhaseMs(),
        turn.nowMs - turn.seen().lastStreamingMs(node).orElse(Long.MIN_VALUE / 2));
  }

  // The sync set.

  private static void tendSyncSet(Turn turn, Configuration established, NodeReport primary) {
    List<NodeId> streaming = streaming(turn, established, primary);
    if (turn.change().isPresent()) {
      SyncChange step = turn.change().get();
      if (SyncSteps.isObsolete(turn, step, streaming)) {
        turn.noChange();
      } else {
        SyncSteps.advance(turn, step);
      }
      return;
    }
    Optional<SyncPlan.Change> next = nextChange(turn, established, primary, streaming)
        .filter(change -> SyncSteps.canBegin(change, streaming));
    if (next.isPresent()) {
      SyncSteps.start(turn, next.get());
    } else {
      alignServer(turn, established, primary);
    }
  }

  private static Optional<SyncPlan.Change> nextChange(
      Turn turn, Configuration established, NodeReport primary, List<NodeId> streaming) {
    List<NodeId> mayCount = turn.rules.mayCountFor(established.primary());
    List<NodeId> ready = new ArrayList<>(streaming);
    ready.removeIf(node -> !mayCount.contains(node)
        || (!established.sync().contains(node) && !SyncSteps.mayJoin(turn, node)));
    List<NodeId> away = new ArrayList<>();
    List<NodeId> unusable = new ArrayList<>();
    for (NodeId node : established.sync().members()) {
      if (!mayCount.contains(node)
          || notStreamingMs(turn, node) >= turn.rules.timings().standbyGraceMs()) {
        away.add(node);
      }
      if (!streaming.contains(node) && isUnfit(turn, primary, node)) {
        unusable.add(node);
      }
    }
    return SyncPlan.next(
        established.sync(),
        ready,
        away,
        unusable,
        turn.rules.group().durability().whenAlone());
  }

  private static boolean isUnfit(Turn turn, NodeReport primary, NodeId node) {
    return turn.fresh(node)
        .filter(report -> needsRebuild(report)
            || refusedToFollow(turn, node)
            || (report.server() == ServerState.STANDBY && hasNoWayOn(turn, primary, report)))
        .isPresent();
  }

  /** The agent looked at the WAL on disk, and it is no prefix. */
  private static boolean refusedToFollow(Turn turn, NodeId node) {
    return turn.lastOrder(node)
            .filter(order -> order.task() instanceof Task.Follow)
            .isPresent()
        && turn.outcome(node).filter(Outcome.REFUSED::equals).isPresent();
  }

  private static boolean needsRebuild(NodeReport report) {
    return report.server() == ServerState.ABSENT
        || report.server() == ServerState.QUARANTINED
        || report.server() == ServerState.PRIMARY
        || report.rebuilding().isPresent()
        || report.problem().map(Problem::kind).filter(REBUILD_HELPS::contains).isPresent();
  }

  /** Standbys that stream from this primary, and show its epoch and no other past than its own. */
  private static List<NodeId> streaming(Turn turn, Configuration established, NodeReport primary) {
    List<NodeId> streaming = new ArrayList<>();
    for (Member member : turn.rules.group().members()) {
      boolean streams = member.mayBePrimary()
          && turn.fresh(member.node())
              .filter(report -> streams(report, established, primary))
              .isPresent();
      if (streams) {
        streaming.add(member.node());
      }
    }
    return streaming;
  }

  private static boolean streams(
      NodeReport standby, Configuration established, NodeReport primary) {
    return follows(primary, standby)
        && standby.receiver() == Receiver.STREAMING
        && standby.rebuilding().isEmpty()
        && standby.shows(established)
        && Prefix.sharesRows(standby.history(), primary.history());
  }

  /** The register's own setting is always safe in the server; it may differ after a step that was given up. */
  private static void alignServer(Turn turn, Configuration established, NodeReport primary) {
    SyncSetting wanted = turn.rules.settingOf(established.sync());
    if (primary.sync().filter(wanted::equals).isEmpty()) {
      turn.orderUntilDone(primary.node(), new Task.ChangeSync(wanted), PAUSE_MS);
    }
  }
}
