package io.conclave.core.failover;

import io.conclave.core.Configuration;
import io.conclave.core.EdgeReport;
import io.conclave.core.Fenced;
import io.conclave.core.Gate;
import io.conclave.core.Member;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport;
import io.conclave.core.NodeReport.ServerState;
import io.conclave.core.SyncSet;
import io.conclave.core.Task;
import io.conclave.core.Vote.Opinion;
import io.conclave.core.decision.Condition;
import io.conclave.core.decision.FenceCount;
import io.conclave.core.decision.Tally;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What must hold before a failover or a switchover, each looked at by itself, so that an operator sees all that is missing. */
final class Conditions {
  private Conditions() {}

  static List<Condition> ofFailover(Turn turn, Map<NodeId, Fenced> fenced) {
    List<Condition> all = new ArrayList<>();
    all.add(rest(turn));
    all.add(limit(turn));
    all.addAll(fences(turn, fenced));
    if (turn.register().established().isPresent()) {
      Optional<NodeId> best = FenceRule.isQuorumOfAll(turn.register(), fenced)
          ? Attempts.choose(turn, fenced, Preference.NONE)
          : Optional.empty();
      all.add(candidate(turn, fenced, best));
    }
    return all;
  }

  static List<Condition> ofSwitchover(Turn turn) {
    List<Condition> all = new ArrayList<>();
    all.add(rest(turn));
    if (turn.register().established().isEmpty()) {
      return all;
    }
    all.add(new Condition(
        "the sync set is at rest",
        turn.change().isEmpty(),
        turn.change()
            .map(
                step -> "it is being changed to %s: %s".formatted(step.change().to(), step.stage()))
            .orElse(turn.established().sync().toString())));
    all.add(primaryIsWell(turn));
    for (Member member : turn.rules.group().candidates()) {
      if (!member.node().equals(turn.established().primary())) {
        Optional<String> unfit = Switchovers.unfit(turn, member.node());
        all.add(new Condition(
            member.node() + " can take over", unfit.isEmpty(), unfit.orElse("ready")));
      }
    }
    turn.edges().forEach(edge -> all.add(edge(turn, edge)));
    return all;
  }

  private static Condition edge(Turn turn, EdgeReport edge) {
    Optional<String> unfit = Holds.unfit(turn, edge);
    return new Condition(
        "the edge " + edge.edge() + " can hold its clients",
        unfit.isEmpty(),
        unfit.orElseGet(
            () -> "its clients go to " + edge.primary().map(NodeId::value).orElse("nobody")));
  }

  static Condition rest(Turn turn) {
    return new Condition(
        "the coordinator is free",
        turn.phase() == Phase.STEADY,
        "at %s, ballot %s: %s"
            .formatted(
                turn.rules.coordinator(),
                turn.authority().ballot(),
                turn.phase().sentence()));
  }

  static Condition verdict(Turn turn, Configuration current) {
    Tally tally = Tallies.of(turn, current);
    return new Condition(
        "a majority of sentinels and regions finds the primary dead",
        Verdict.of(turn, current) == Verdict.DEAD,
        "of %d sentinels %d say dead, %d suspect, %d healthy, %d abstain, %d are silent; needed: %d dead, from %d of %d regions"
            .formatted(
                tally.sentinels(),
                tally.count(Opinion.DEAD),
                tally.count(Opinion.SUSPECT),
                tally.count(Opinion.HEALTHY),
                tally.count(Opinion.ABSTAIN),
                tally.missing().size(),
                tally.needed(),
                tally.regionsNeeded(),
                tally.regions()));
  }

  /**
   * Whether nobody is served because the primary has no room to open its gate; empty when it is not so. Longer than {@link
   * Attempts#primaryIsShut}: between two orders to open it, and until another one is primary, too.
   */
  static Optional<Condition> shut(Turn turn) {
    return turn.register()
        .established()
        .filter(current -> Verdict.of(turn, current) != Verdict.DEAD)
        .map(Configuration::primary)
        .filter(primary -> isShut(turn, primary))
        .map(primary -> new Condition(
            "the primary has no room to open its gate: nobody is served",
            true,
            primary + ": " + withoutRoom(turn, primary)));
  }

  private static boolean isShut(Turn turn, NodeId primary) {
    boolean closed = turn.fresh(primary)
        .filter(r -> r.server() == ServerState.PRIMARY && r.gate() == Gate.CLOSED)
        .isPresent();
    // At rest it may be closed for want of standbys that have caught up: then nobody was asked to
    // open it.
    boolean asked = turn.phase() != Phase.STEADY
        || turn.lastOrder(primary)
            .filter(order -> order.task() instanceof Task.OpenGate)
            .isPresent();
    return closed && asked && !Attempts.hasRoom(turn, primary);
  }

  /** What the agent of a node says of the room that is missing. */
  static String withoutRoom(Turn turn, NodeId node) {
    return turn.fresh(node)
        .flatMap(NodeReport::problem)
        .map(NodeReport.Problem::detail)
        .orElse("its agent did not say more");
  }

  /** What it takes to leave a primary that is shut, besides. */
  static List<Condition> ofLeaving(Turn turn) {
    return List.of(rest(turn), limit(turn), replacement(turn));
  }

  static Condition replacement(Turn turn) {
    Configuration current = turn.established();
    SyncSet sync = current.sync();
    String why = sync.k() == 0
        ? "commits wait for no standby (k = 0), so fencing standbys stops nothing: only room on %s helps"
            .formatted(current.primary())
        : "%d of %s are needed: %s"
            .formatted(
                sync.fencesNeeded(),
                sync.members(),
                sync.members().stream()
                    .map(node -> node + " " + fitness(turn, current, node))
                    .collect(Collectors.joining(", ")));
    return new Condition(
        "enough sync standbys have room, and can be fenced in its place",
        Attempts.canBeReplaced(turn, current),
        why);
  }

  private static String fitness(Turn turn, Configuration current, NodeId node) {
    Optional<NodeReport> report = turn.fresh(node);
    if (report.isEmpty()) {
      return "is silent";
    }
    if (report.get().rebuilding().isPresent()) {
      return "is being rebuilt";
    }
    if (report.get().server() != ServerState.STANDBY) {
      return "reports " + report.get().server();
    }
    if (!report.get().shows(current)) {
      return "does not show the current epoch";
    }
    return Attempts.hasRoom(turn, node)
        ? "has room"
        : "has no room (%s)".formatted(withoutRoom(turn, node));
  }

  static Condition limit(Turn turn) {
    boolean free = !turn.failoversAreExhausted();
    return new Condition(
        "the limit of failovers is not reached",
        free,
        "at most %d in %d s"
            .formatted(
                turn.rules.timings().failoverLimit(),
                turn.rules.timings().failoverWindowMs() / 1000));
  }

  /** One for each configuration in which something may still be acknowledged. */
  static List<Condition> fences(Turn turn, Map<NodeId, Fenced> fenced) {
    return Tallies.fences(turn.register(), fenced).stream()
        .map(Conditions::fence)
        .toList();
  }

  private static Condition fence(FenceCount count) {
    int members = count.configuration().sync().size();
    int k = count.configuration().sync().k();
    String arithmetic = members < count.needed()
        ? "commits wait for no standby (k = 0), so fencing standbys stops nothing: only %s itself could be stopped"
            .formatted(count.configuration().primary())
        : "%d of its %d sync standbys can be fenced %s, needed are %d (a commit waits for %d)"
            .formatted(count.fenced().size(), members, count.fenced(), count.needed(), k);
    return new Condition(
        "epoch %d can be fenced".formatted(count.configuration().epoch()),
        count.reached(),
        arithmetic);
  }

  static Condition candidate(Turn turn, Map<NodeId, Fenced> fenced, Optional<NodeId> best) {
    if (best.isPresent()) {
      return new Condition(
          "a standby holds every acknowledged commit", true, best.get() + " is the most advanced");
    }
    boolean quorum = FenceRule.isQuorumOfAll(turn.register(), fenced);
    return new Condition(
        "a standby holds every acknowledged commit",
        false,
        quorum
            ? "of the fenced ones none that runs is as far as every other"
            : "nobody can tell without a fence quorum");
  }

  private static Condition primaryIsWell(Turn turn) {
    NodeId primary = turn.established().primary();
    Optional<NodeReport> report = turn.fresh(primary);
    return new Condition(
        "the primary is well",
        report.filter(r -> r.server() == ServerState.PRIMARY).isPresent(),
        report
            .map(r -> "%s reports %s".formatted(primary, r.server()))
            .orElse("the agent of %s is silent: a case for a failover".formatted(primary)));
  }
}
