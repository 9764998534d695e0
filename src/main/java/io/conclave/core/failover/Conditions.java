package io.conclave.core.failover;

import io.conclave.core.Configuration;
import io.conclave.core.EdgeReport;
import io.conclave.core.Fenced;
import io.conclave.core.Member;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport;
import io.conclave.core.NodeReport.ServerState;
import io.conclave.core.Vote.Opinion;
import io.conclave.core.decision.Condition;
import io.conclave.core.decision.FenceCount;
import io.conclave.core.decision.Tally;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
          ? Attempts.choose(turn, fenced, Optional.empty())
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
