package io.conclave.core.failover;

import io.conclave.core.Member;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport;
import io.conclave.core.NodeReport.Receiver;
import io.conclave.core.NodeReport.ServerState;
import io.conclave.core.OrderStatus.Outcome;
import io.conclave.core.Prefix;
import io.conclave.core.SwitchoverReply;
import io.conclave.core.Task;
import io.conclave.core.failover.Effect.Milestone;
import java.util.Comparator;
import java.util.Optional;

/**
 * A planned change of the primary. The primary ends first, and its standbys have all its WAL by then, so that the target is not behind
 * another one, and the old primary can follow the new one without a rewind. Then it goes on as a failover does.
 */
final class Switchovers {
  private static final long PREPARE_MS = 3000;
  private static final long ACCEPTABLE_LAG_BYTES = 16L << 20;

  private Switchovers() {}

  private static Input.Switchover request(Turn turn) {
    return (Input.Switchover) turn.input;
  }

  static boolean isPossible(Turn turn) {
    return refusal(turn).isEmpty();
  }

  static boolean isNotPossible(Turn turn) {
    return !isPossible(turn);
  }

  static Optional<String> refusal(Turn turn) {
    if (turn.phase() != Phase.STEADY) {
      return Optional.of("the coordinator is busy: " + turn.phase().sentence());
    }
    if (turn.change().isPresent()) {
      return Optional.of("the sync set is being changed; try again in a moment");
    }
    if (turn.fresh(turn.established().primary())
        .filter(r -> r.server() == ServerState.PRIMARY)
        .isEmpty()) {
      return Optional.of("the primary " + turn.established().primary()
          + " is not well; this is a case for a failover");
    }
    return noTarget(turn).or(() -> Holds.unfit(turn));
  }

  private static Optional<String> noTarget(Turn turn) {
    Optional<NodeId> asked = request(turn).target();
    if (asked.isPresent()) {
      return unfit(turn, asked.get());
    }
    return target(turn).isPresent()
        ? Optional.empty()
        : Optional.of("no standby is ready to take over");
  }

  /** Why a node cannot be the target; empty when it can. */
  static Optional<String> unfit(Turn turn, NodeId node) {
    Optional<Member> member = turn.rules.member(node);
    if (member.isEmpty()) {
      return Optional.of("'%s' is not a node of the group".formatted(node));
    }
    if (!member.get().mayBePrimary()) {
      return Optional.of(node + " is a read replica, which is never promoted");
    }
    if (node.equals(turn.established().primary())) {
      return Optional.of(node + " is the primary already");
    }
    Optional<NodeReport> report = turn.fresh(node);
    if (report.isEmpty()) {
      return Optional.of("the agent of " + node + " is silent");
    }
    return unfit(turn, report.get());
  }

  private static Optional<String> unfit(Turn turn, NodeReport report) {
    if (report.server() != ServerState.STANDBY || report.receiver() != Receiver.STREAMING) {
      return Optional.of("%s does not stream: %s, receiver %s"
          .formatted(report.node(), report.server(), report.receiver()));
    }
    if (!report.shows(turn.established())) {
      return Optional.of(report.node() + " does not show the current epoch");
    }
    boolean otherPast = turn.fresh(turn.established().primary())
        .filter(primary -> !Prefix.sharesRows(report.history(), primary.history()))
        .isPresent();
    if (otherPast) {
      return Optional.of(report.node() + " shows epochs that the primary never had");
    }
    long lag = lag(turn, report);
    return lag > ACCEPTABLE_LAG_BYTES
        ? Optional.of("%s lags %d bytes behind the primary".formatted(report.node(), lag))
        : Optional.empty();
  }

  private static long lag(Turn turn, NodeReport standby) {
    return turn.fresh(turn.established().primary())
        .map(primary -> primary.position().ahead(standby.position()))
        .orElse(0L);
  }

  private static Optional<NodeId> target(Turn turn) {
    Optional<NodeId> asked = request(turn).target();
    if (asked.isPresent()) {
      return asked;
    }
    return turn.rules.group().candidates().stream()
        .filter(member -> unfit(turn, member.node()).isEmpty())
        .max(Comparator.comparing(
                (Member member) -> turn.established().sync().contains(member.node()))
            .thenComparing(Member::priority)
            .thenComparing(Member::node, Comparator.reverseOrder()))
        .map(Member::node);
  }

  static void refuse(Turn turn) {
    String reason = refusal(turn).orElse("the coordinator is busy");
    turn.emit(new Effect.Answer(request(turn).request(), new SwitchoverReply.Refused(reason)));
  }

  static void prepare(Turn turn) {
    NodeId primary = turn.established().primary();
    NodeId target = target(turn).orElseThrow();
    turn.remember(Milestone.SWITCHOVER, "from %s to %s".formatted(primary, target));
    long budgetMs = request(turn).budgetMs().orElse(turn.rules.timings().switchoverBudgetMs());
    turn.attempt(Attempt.switchover(primary, target, request(turn).request(), budgetMs));
    turn.enter(Phase.PREPARING);
    turn.give(primary, new Task.Prepare());
    turn.give(target, new Task.Prepare());
  }

  static boolean isPrepared(Turn turn) {
    if (Attempts.primaryIsDead(turn) || hasLostTarget(turn)) {
      return false;
    }
    boolean both = ended(turn, turn.established().primary())
        && ended(turn, turn.ongoing().preferred().orElseThrow());
    return both || turn.inPhaseMs() >= PREPARE_MS;
  }

  private static boolean ended(Turn turn, NodeId node) {
    return turn.outcome(node).filter(outcome -> outcome != Outcome.RUNNING).isPresent();
  }

  static boolean isNotPrepared(Turn turn) {
    return !Attempts.primaryIsDead(turn) && !hasLostTarget(turn) && !isPrepared(turn);
  }

  /** Nothing has been stopped yet: a switchover to a node that cannot take over would be an outage for nothing. */
  static boolean hasLostTarget(Turn turn) {
    return !Attempts.primaryIsDead(turn)
        && turn.fresh(turn.established().primary())
            .filter(r -> r.server() == ServerState.PRIMARY)
            .isPresent()
        && unfit(turn, turn.ongoing().preferred().orElseThrow()).isPresent();
  }

  static void callOff(Turn turn) {
    callOff(turn, unfit(turn, turn.ongoing().preferred().orElseThrow()).orElseThrow());
  }

  /** The primary has served all along; clients that are held go on with it. */
  static void callOff(Turn turn, String reason) {
    boolean held = turn.ongoing().holding().isPresent();
    turn.remember(Milestone.CALLED_OFF, reason);
    turn.answer(new SwitchoverReply.Refused("called off: " + reason));
    turn.noAttempt();
    turn.enter(Phase.STEADY);
    if (held) {
      turn.publish(turn.register().established(), true);
    }
  }

  static void drain(Turn turn) {
    turn.use(Authority.Use.FENCING);
    turn.enter(Phase.DRAINING);
    // Without a fence quorum of standbys its evidence is needed, and that takes a stop with a
    // checkpoint: only then its
    // control file tells where its WAL ends.
    boolean standbysSuffice = Attempts.canBeReplaced(turn, turn.established());
    turn.give(
        turn.established().primary(), standbysSuffice ? new Task.StepDown() : new Task.Fence());
  }

  /**
   * Over budget, or when the primary's host falls silent, the standbys are fenced all the same: the primary is on its way
   * down, and a fence decides safely.
   */
  static boolean isDrained(Turn turn) {
    return turn.fenced().containsKey(turn.established().primary())
        || hasSteppedDown(turn)
        || turn.fresh(turn.established().primary()).isEmpty()
        || turn.inPhaseMs() >= turn.rules.timings().switchoverDeadlineMs();
  }

  /** In vain, too: then the fences that follow stop it. */
  private static boolean hasSteppedDown(Turn turn) {
    NodeId primary = turn.established().primary();
    return turn.hasEnded(primary)
        && turn.lastOrder(primary)
            .filter(order -> order.task() instanceof Task.StepDown)
            .isPresent();
  }

  static boolean isNotDrained(Turn turn) {
    return !isDrained(turn);
  }
}
