package io.conclave.core.failover;

import io.conclave.core.Configuration;
import io.conclave.core.EpochRow;
import io.conclave.core.Lsn;
import io.conclave.core.Member;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport;
import io.conclave.core.NodeReport.Receiver;
import io.conclave.core.NodeReport.ServerState;
import io.conclave.core.OrderStatus.Outcome;
import io.conclave.core.SwitchoverReply;
import io.conclave.core.Task;
import io.conclave.core.failover.Effect.Milestone;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * From the order Promote to the established epoch. The epoch is proven when k members of the new sync set show its row by a
 * query: an acknowledged LSN is no proof, because PostgreSQL counts a standby that is ahead on another history.
 */
final class Promotions {
  /** initdb and a first start take longer than any promotion. */
  private static final long BOOTSTRAP_DEADLINE_MS = 120_000;

  private static final long FOLLOW_AGAIN_MS = 200;

  private Promotions() {}

  private static Configuration begun(Turn turn) {
    return turn.ongoing().begun().orElseThrow();
  }

  static boolean isShown(Turn turn) {
    Configuration begun = begun(turn);
    boolean primaryShows = shows(turn, begun.primary(), begun);
    long members =
        begun.sync().members().stream().filter(node -> shows(turn, node, begun)).count();
    return begun.sync().k() == 0 ? primaryShows : members >= begun.sync().k();
  }

  private static boolean shows(Turn turn, NodeId node, Configuration configuration) {
    return turn.fresh(node)
        .filter(report -> report.rebuilding().isEmpty() && report.shows(configuration))
        .isPresent();
  }

  static void establish(Turn turn) {
    Configuration begun = begun(turn);
    notePromotion(turn, true);
    if (mayOpen(turn, begun)) {
      turn.give(begun.primary(), new Task.OpenGate(begun));
    }
    turn.remember(Milestone.ESTABLISHED, begun.toString());
    // The operator's answer waits for nothing more, not for the register either: a coordinator on
    // the new primary's host is
    // moved away as soon as the topology is published.
    turn.answer(new SwitchoverReply.Done(
        turn.ongoing().from().orElse(begun.primary()),
        begun.primary(),
        begun.epoch(),
        turn.ongoing().holding().map(holding -> pause(turn, holding))));
    turn.attempt(turn.ongoing().holding(Optional.empty()));
    turn.enter(Phase.ESTABLISHING);
    turn.publish(Optional.of(begun), true);
    turn.write(turn.register().establish(begun.promotion()));
  }

  /**
   * What a fresh candidate shows is no more than its row, which k members show. One that was found with its row may have served since,
   * and show commits that had waited in vain: at rest its gate is opened when k members have them ({@link Tending}).
   */
  private static boolean mayOpen(Turn turn, Configuration begun) {
    return !wasFoundShown(turn, begun)
        || turn.fresh(begun.primary())
            .filter(primary -> Tending.hasCaughtUp(turn, begun, primary))
            .isPresent();
  }

  /** Whether the candidate had its row before this coordinator ordered anything. */
  private static boolean wasFoundShown(Turn turn, Configuration begun) {
    return turn.ongoing()
        .task()
        .map(task -> task instanceof Task.Promote promote
            && promote.base().promotion().equals(begun.promotion()))
        .orElse(true);
  }

  private static SwitchoverReply.Pause pause(Turn turn, Holding holding) {
    return new SwitchoverReply.Pause(
        holding.edges(), holding.drainedMs(), turn.nowMs - holding.sinceMs());
  }

  static void finish(Turn turn) {
    turn.written();
    turn.noAttempt();
    turn.claim();
  }

  static boolean hasFailed(Turn turn) {
    if (isShown(turn)) {
      return false;
    }
    NodeId candidate = begun(turn).primary();
    Optional<NodeReport> report = turn.fresh(candidate);
    boolean silent =
        report.isEmpty() && turn.inPhaseMs() >= turn.rules.timings().suspicionMs();
    boolean refused = turn.outcome(candidate)
        .filter(o -> o == Outcome.REFUSED || o == Outcome.FAILED)
        .isPresent();
    // Nobody has seen it run, it may have died before; or its agent has not looked since it was
    // started.
    boolean done = turn.outcome(candidate).filter(Outcome.DONE::equals).isPresent()
        && turn.inPhaseMs() >= turn.rules.timings().suspicionMs();
    boolean died = (turn.ongoing().promotedSeen() || done)
        && report.filter(r -> r.server() == ServerState.STOPPED).isPresent();
    boolean late = turn.inPhaseMs() >= deadlineMs(turn)
        && (turn.ongoing().task().isEmpty()
            || report.filter(r -> r.server() == ServerState.PRIMARY).isEmpty());
    return silent || refused || died || late || isStranded(turn);
  }

  /** The candidate runs, and too few members are left to prove its epoch: others may be, for the next attempt. */
  private static boolean isStranded(Turn turn) {
    Configuration begun = begun(turn);
    long alive = begun.sync().members().stream()
        .filter(node -> turn.fresh(node)
            .filter(r -> r.rebuilding().isEmpty() && r.receiver() == Receiver.STREAMING)
            .isPresent())
        .count();
    return turn.inPhaseMs() >= 2 * deadlineMs(turn) && alive < begun.sync().k();
  }

  private static long deadlineMs(Turn turn) {
    return turn.register().established().isEmpty()
        ? BOOTSTRAP_DEADLINE_MS
        : turn.rules.timings().promoteDeadlineMs();
  }

  static boolean isUnderWay(Turn turn) {
    return !isShown(turn) && !hasFailed(turn);
  }

  /** A group that is being formed has nothing to fence: its begun configuration is ordered again. */
  static void tryAgain(Turn turn) {
    if (turn.register().established().isEmpty()) {
      turn.noAttempt();
    }
    turn.claim();
  }

  static void insist(Turn turn) {
    Configuration begun = begun(turn);
    notePromotion(
        turn,
        turn.fresh(begun.primary())
            .filter(r -> r.server() == ServerState.PRIMARY)
            .isPresent());
    if (turn.ongoing().task().isEmpty()) {
      turn.seen()
          .report(begun.primary())
          .filter(report -> mayGoOn(turn, report))
          .ifPresent(report -> goOn(turn, begun, report));
    }
    followAgain(turn);
    turn.insist();
  }

  /**
   * A candidate of a group that has data must show an epoch. One that shows none has lost its disk, or is not up yet: to
   * initialize or to adopt it would found the group anew and throw all data away.
   */
  private static boolean mayGoOn(Turn turn, NodeReport candidate) {
    return turn.register().established().isEmpty() || candidate.epochRow().isPresent();
  }

  /** A standby may have looked for the candidate too early. */
  private static void followAgain(Turn turn) {
    for (Member member : turn.rules.group().members()) {
      turn.lastOrder(member.node())
          .filter(order -> order.task() instanceof Task.Follow)
          .filter(order ->
              turn.outcome(member.node()).filter(Outcome.FAILED::equals).isPresent())
          .ifPresent(order -> turn.orderUntilDone(member.node(), order.task(), FOLLOW_AGAIN_MS));
    }
  }

  private static void notePromotion(Turn turn, boolean promoted) {
    if (promoted && !turn.ongoing().promotedSeen()) {
      turn.remember(Milestone.PROMOTED, begun(turn).primary() + " runs as primary");
      turn.attempt(turn.ongoing().seenPromoted());
    }
  }

  /** After a takeover: the candidate goes on from wherever it is, and the members of its sync set follow it. */
  private static void goOn(Turn turn, Configuration begun, NodeReport candidate) {
    Task task = taskFor(turn, begun, candidate);
    turn.attempt(turn.ongoing().beginning(begun, task));
    turn.give(begun.primary(), task);
    List<EpochRow> history = new ArrayList<>(candidate.history());
    if (!candidate.shows(begun)) {
      history.add(
          new EpochRow(begun.epoch(), begun.promotion(), begun.primary(), 0, candidate.position()));
    }
    Task follow = new Task.Follow(
        Attempts.source(turn, begun.primary(), candidate.systemIdentifier(), history));
    begun.sync().members().forEach(node -> turn.give(node, follow));
  }

  /** The fence evidence is gone with the coordinator that collected it; what the members report is as far. */
  private static Lsn furthest(Turn turn, Configuration begun) {
    return begun.sync().members().stream()
        .flatMap(node -> turn.seen().report(node).stream())
        .filter(report -> report.rebuilding().isEmpty())
        .flatMap(report -> Stream.of(report.position(), report.received()))
        .max(Lsn::compareTo)
        .orElse(Lsn.ZERO);
  }

  private static Task taskFor(Turn turn, Configuration begun, NodeReport candidate) {
    if (turn.register().established().isPresent() && candidate.epochRow().isPresent()) {
      return new Task.Promote(
          begun,
          turn.rules.settingOf(begun.sync()),
          candidate.epochRow().get(),
          furthest(turn, begun));
    }
    return candidate.server() == ServerState.ABSENT
        ? new Task.Initialize(begun, turn.rules.settingOf(begun.sync()))
        : new Task.Adopt(begun, turn.rules.settingOf(begun.sync()));
  }
}
