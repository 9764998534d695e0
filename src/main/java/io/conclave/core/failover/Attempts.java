package io.conclave.core.failover;

import io.conclave.core.Configuration;
import io.conclave.core.EpochRow;
import io.conclave.core.Fenced;
import io.conclave.core.Gate;
import io.conclave.core.Lsn;
import io.conclave.core.Member;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport;
import io.conclave.core.NodeReport.ServerState;
import io.conclave.core.OrderStatus.Outcome;
import io.conclave.core.Prefix;
import io.conclave.core.SwitchoverReply.Refused;
import io.conclave.core.SyncSet;
import io.conclave.core.Task;
import io.conclave.core.failover.Effect.Milestone;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** From a verdict or a drained primary to the order Promote: fence, choose, begin (design, section 3.3). */
final class Attempts {
  /** How long a quorum waits for standbys that are about to be fenced too: they widen the choice and the next sync set. */
  private static final long SETTLE_MS = 300;

  private static final long FENCE_AGAIN_MS = 500;

  private Attempts() {}

  // From rest.

  static boolean primaryIsDead(Turn turn) {
    boolean dead = turn.register()
        .established()
        .filter(current -> Verdict.isDead(turn, current))
        .isPresent();
    return dead && !turn.failoversAreExhausted();
  }

  /**
   * The primary can let nobody in, because there is no room for the file that says so, and another node has room. While it keeps its
   * gate closed nobody is served, however healthy it is.
   */
  static boolean primaryIsShut(Turn turn) {
    boolean shut = turn.register()
        .established()
        .filter(current -> isShut(turn, current) && canBeReplaced(turn, current))
        .isPresent();
    return shut
        && turn.inPhaseMs() >= turn.rules.timings().suspicionMs()
        && !turn.failoversAreExhausted()
        && !primaryIsDead(turn);
  }

  private static boolean isShut(Turn turn, Configuration current) {
    NodeId primary = current.primary();
    boolean closed = turn.fresh(primary)
        .filter(report -> report.server() == ServerState.PRIMARY && report.gate() == Gate.CLOSED)
        .isPresent();
    return closed
        && !hasRoom(turn, primary)
        && turn.lastOrder(primary)
            .filter(o -> o.task() instanceof Task.OpenGate)
            .isPresent()
        && openedInVain(turn, primary);
  }

  /** The order failed; or it was not even begun, because the promise could not be kept. */
  private static boolean openedInVain(Turn turn, NodeId primary) {
    Optional<Outcome> outcome = turn.outcome(primary);
    return outcome.isEmpty()
        ? turn.sinceOrderMs(primary) >= turn.rules.timings().suspicionMs()
        : outcome.get() == Outcome.FAILED;
  }

  /** Whether standbys that can be fenced, in a fence that needs room, are a fence quorum without the primary. */
  static boolean canBeReplaced(Turn turn, Configuration current) {
    List<NodeId> able = current.sync().members().stream()
        .filter(node -> turn.fresh(node)
            .filter(report -> report.server() == ServerState.STANDBY && report.shows(current))
            .filter(report -> report.rebuilding().isEmpty())
            .isPresent())
        .filter(node -> hasRoom(turn, node))
        .toList();
    return able.size() >= current.sync().fencesNeeded();
  }

  static boolean primaryGoesOn(Turn turn) {
    return !primaryIsDead(turn) && !primaryIsShut(turn);
  }

  private static Verdict verdict(Turn turn) {
    return turn.register()
        .established()
        .map(current -> Verdict.of(turn, current))
        .orElse(Verdict.UNDECIDED);
  }

  static void failOver(Turn turn) {
    turn.answer(new Refused("the primary died before the switchover; a failover is under way"));
    failOver(turn, Verdict.describe(Verdict.votes(turn, turn.established())));
  }

  static void leave(Turn turn) {
    NodeId primary = turn.established().primary();
    String why = turn.fresh(primary)
        .flatMap(NodeReport::problem)
        .map(NodeReport.Problem::detail)
        .orElse("");
    failOver(turn, "%s cannot open its gate: %s".formatted(primary, why));
  }

  private static void failOver(Turn turn, String why) {
    turn.remember(Milestone.VERDICT, why);
    // Clients whom the edges hold already go on waiting: they would only find the dead primary.
    turn.attempt(
        Attempt.of(Attempt.Cause.VERDICT, Optional.of(turn.established().primary()))
            .holding(turn.attempt().flatMap(Attempt::holding)));
    turn.noChange();
    turn.countFailover();
    fenceStandbys(turn);
  }

  /** A coordinator that finds a begun configuration first lets its candidate go on, under the new ballot. */
  static void takeOver(Turn turn) {
    Input.Claimed claimed = (Input.Claimed) turn.input;
    turn.answer(new Refused("another coordinator took over in between; ask for the status"));
    turn.hold(claimed.ballot(), claimed.register());
    turn.use(Authority.Use.SPENT);
    Configuration begun = claimed.register().newest().orElseThrow();
    turn.attempt(Attempt.of(
            Attempt.Cause.TAKEOVER, claimed.register().established().map(Configuration::primary))
        .goingOn(begun));
    turn.enter(Phase.PROMOTING);
    turn.publish(Optional.of(begun), false);
  }

  /** The next attempt, under a ballot of its own. */
  static void fenceAgain(Turn turn) {
    Input.Claimed claimed = (Input.Claimed) turn.input;
    turn.hold(claimed.ballot(), claimed.register());
    turn.publish(claimed.register().newest(), claimed.register().begun().isEmpty());
    fenceStandbys(turn);
  }

  /** Fences every candidate of the group, the primaries of begun configurations included; last the one that is left: it is not waited for. */
  static void fenceStandbys(Turn turn) {
    turn.use(Authority.Use.FENCING);
    turn.enter(Phase.FENCING);
    Optional<NodeId> left = turn.attempt().flatMap(Attempt::from);
    List<NodeId> nodes = new ArrayList<>(
        turn.rules.group().candidates().stream().map(Member::node).toList());
    left.filter(nodes::remove).ifPresent(nodes::add);
    nodes.forEach(node -> turn.order(node, new Task.Fence()));
  }

  // While fencing.

  static boolean mayBegin(Turn turn) {
    Map<NodeId, Fenced> fenced = turn.fenced();
    return FenceRule.isQuorumOfAll(turn.register(), fenced)
        && choose(turn, fenced).isPresent()
        && (isSettled(turn, fenced) || everyRunningStandbyIsFenced(turn, fenced));
  }

  /**
   * An operator's choice is waited for longer, as long as its agent is heard; and so is, in a switchover, the first standby
   * beside it: without one the next commits would wait for nobody, and there is no hurry that is worth it.
   */
  private static boolean isSettled(Turn turn, Map<NodeId, Fenced> fenced) {
    boolean lacksChosen = turn.attempt()
        .flatMap(Attempt::preferred)
        .filter(node -> !fenced.containsKey(node) && turn.fresh(node).isPresent())
        .isPresent();
    boolean planned = turn.attempt().flatMap(Attempt::planned).isPresent();
    boolean alone =
        planned && fenced.values().stream().filter(Fenced::promotable).count() < 2;
    return turn.inPhaseMs()
        >= (lacksChosen || alone ? turn.rules.timings().suspicionMs() : SETTLE_MS);
  }

  private static Optional<NodeId> choose(Turn turn, Map<NodeId, Fenced> fenced) {
    return choose(turn, fenced, turn.attempt().map(Attempt::preference).orElse(Preference.NONE));
  }

  static Optional<NodeId> choose(Turn turn, Map<NodeId, Fenced> fenced, Preference preference) {
    return FenceRule.choose(
        turn.register(),
        fenced,
        node -> turn.rules.member(node).filter(m -> Histories.isSound(turn, node, fenced)),
        node -> hasRoom(turn, node),
        preference);
  }

  static boolean hasRoom(Turn turn, NodeId node) {
    return turn.fresh(node)
        .flatMap(NodeReport::problem)
        .filter(problem -> problem.kind() == NodeReport.Problem.Kind.DISK_FULL)
        .isEmpty();
  }

  private static boolean everyRunningStandbyIsFenced(Turn turn, Map<NodeId, Fenced> fenced) {
    return turn.rules.group().candidates().stream()
        .map(Member::node)
        .filter(node ->
            turn.fresh(node).filter(r -> r.server() == ServerState.STANDBY).isPresent())
        .filter(node -> turn.fresh(node).filter(r -> r.rebuilding().isEmpty()).isPresent())
        .allMatch(fenced::containsKey);
  }

  static boolean mayBeCalledOff(Turn turn) {
    return !mayBegin(turn)
        && turn.register().begun().isEmpty()
        && turn.inPhaseMs() >= turn.rules.timings().fenceDeadlineMs()
        && verdict(turn) == Verdict.HEALTHY;
  }

  static boolean mustWaitForFences(Turn turn) {
    return !mayBegin(turn) && !mayBeCalledOff(turn);
  }

  static void callOff(Turn turn) {
    turn.remember(Milestone.CALLED_OFF, "the primary is healthy, and no fence quorum was reached");
    turn.answer(new Refused("called off: no fence quorum was reached in time"));
    turn.noAttempt();
    turn.claim();
  }

  static void insistOnFences(Turn turn) {
    if (isSettled(turn, turn.fenced())) {
      recoverStoppedServers(turn);
    }
    turn.rules.group().candidates().stream()
        .map(Member::node)
        .filter(node -> gaveNoEvidence(turn, node))
        .forEach(node -> turn.orderUntilDone(node, new Task.Fence(), FENCE_AGAIN_MS));
    turn.insist();
  }

  /** A fence that has ended without evidence (it failed, or the agent has restarted since) is asked for again. */
  private static boolean gaveNoEvidence(Turn turn, NodeId node) {
    return turn.hasEnded(node)
        && !turn.fenced().containsKey(node)
        && turn.fresh(node)
            .filter(r -> r.rebuilding().isEmpty()
                && r.server() != ServerState.STOPPED
                && r.server() != ServerState.ABSENT)
            .isPresent();
  }

  /** A stopped server holds evidence that only a start can show; without it there is no quorum, or no candidate. */
  private static void recoverStoppedServers(Turn turn) {
    for (Member member : turn.rules.group().candidates()) {
      turn.fresh(member.node())
          .filter(report ->
              report.server() == ServerState.STOPPED && report.rebuilding().isEmpty())
          .ifPresent(report -> turn.orderUntilDone(member.node(), new Task.Recover(), 1000));
    }
  }

  // Begin and promote.

  static void begin(Turn turn) {
    Map<NodeId, Fenced> fenced = turn.fenced();
    NodeId candidate = choose(turn, fenced).orElseThrow();
    Configuration next = next(turn, candidate, fenced);
    EpochRow base = fenced.get(candidate).epochRow();
    Task task = new Task.Promote(next, turn.rules.settingOf(next.sync()), base, furthest(fenced));
    turn.remember(Milestone.FENCED, describe(fenced));
    turn.attempt(turn.ongoing().beginning(next, task));
    turn.use(Authority.Use.SPENT);
    turn.enter(Phase.BEGINNING);
    turn.write(turn.register().begin(next));
  }

  static Configuration next(Turn turn, NodeId candidate, Map<NodeId, Fenced> fenced) {
    long epoch =
        turn.register().active().stream().mapToLong(Configuration::epoch).max().orElse(0) + 1;
    List<EpochRow> planned =
        plannedHistory(turn, candidate, fenced.get(candidate), epoch, turn.fresh());
    List<NodeId> mayCount = turn.rules.mayCountFor(candidate);
    List<NodeId> members = fenced.entrySet().stream()
        .filter(entry -> entry.getValue().promotable() && mayCount.contains(entry.getKey()))
        .filter(entry -> isPrefix(turn, entry.getKey(), entry.getValue(), planned))
        .map(Map.Entry::getKey)
        .toList();
    return new Configuration(epoch, candidate, SyncSet.majorityOf(members), turn.fresh());
  }

  /** What the candidate's history will be: its own epoch rows, and the one it is about to write. */
  static List<EpochRow> plannedHistory(
      Turn turn, NodeId candidate, Fenced evidence, long epoch, UUID promotion) {
    List<EpochRow> rows = new ArrayList<>(Histories.rows(turn, candidate));
    rows.add(new EpochRow(epoch, promotion, candidate, 0, evidence.position()));
    return rows;
  }

  private static boolean isPrefix(Turn turn, NodeId node, Fenced evidence, List<EpochRow> history) {
    return Prefix.sharesRows(Histories.rows(turn, node), history)
        && evidence.timeline() <= evidence.epochRow().timeline()
        && Prefix.of(Optional.of(evidence.epochRow()), evidence.position(), history)
            == Prefix.Relation.PREFIX;
  }

  private static Lsn furthest(Map<NodeId, Fenced> fenced) {
    return fenced.values().stream()
        .filter(Fenced::promotable)
        .map(Fenced::position)
        .max(Lsn::compareTo)
        .orElse(Lsn.ZERO);
  }

  private static String describe(Map<NodeId, Fenced> fenced) {
    return String.join(
        ", ",
        fenced.entrySet().stream()
            .map(e -> "%s epoch %d at %s"
                .formatted(
                    e.getKey(), e.getValue().epochRow().epoch(), e.getValue().position()))
            .toList());
  }

  /** Promote, and in the same moment the other fenced standbys of the same history follow the candidate. */
  static void promote(Turn turn) {
    Map<NodeId, Fenced> fenced = turn.fenced();
    turn.written();
    Configuration begun = turn.ongoing().begun().orElseThrow();
    turn.remember(Milestone.BEGUN, begun.toString());
    turn.enter(Phase.PROMOTING);
    turn.give(begun.primary(), turn.ongoing().task().orElseThrow());
    turn.publish(Optional.of(begun), false);
    Optional.ofNullable(fenced.get(begun.primary()))
        .ifPresent(evidence -> followEarly(turn, begun, fenced, evidence));
  }

  private static void followEarly(
      Turn turn, Configuration begun, Map<NodeId, Fenced> fenced, Fenced evidence) {
    List<EpochRow> planned =
        plannedHistory(turn, begun.primary(), evidence, begun.epoch(), begun.promotion());
    long system =
        turn.seen().report(begun.primary()).map(NodeReport::systemIdentifier).orElse(0L);
    Task follow = new Task.Follow(source(turn, begun.primary(), system, planned));
    fenced.forEach((node, other) -> {
      if (!node.equals(begun.primary())
          && other.promotable()
          && isPrefix(turn, node, other, planned)) {
        turn.give(node, follow);
      }
    });
  }

  static Task.Source source(Turn turn, NodeId node, long systemIdentifier, List<EpochRow> history) {
    Member member = turn.rules.known(node);
    return new Task.Source(node, member.address(), member.port(), systemIdentifier, history);
  }
}
