package io.conclave.core.failover;

import io.conclave.core.Configuration;
import io.conclave.core.EpochRow;
import io.conclave.core.Fenced;
import io.conclave.core.HostId;
import io.conclave.core.Lsn;
import io.conclave.core.Member;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport;
import io.conclave.core.NodeReport.ServerState;
import io.conclave.core.SyncSet;
import io.conclave.core.decision.Condition;
import io.conclave.core.decision.Outlook;
import io.conclave.core.decision.Outlook.WhatIf;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What a coordinator would do, asked of the rules that decide: {@link Verdict}, {@link FenceRule}, {@link Attempts#next} and
 * {@link Switchovers}. Only the fences are supposed: each running standby would give what it has received.
 */
public final class Outlooks {
  private static final UUID NO_ID = new UUID(0, 0);

  private Outlooks() {}

  /** Changes nothing: the state stays as it is. */
  public static Outlook of(Rules rules, GroupState state, long nowMs) {
    Turn turn = new Turn(rules, state, nowMs, NO_ID, new Input.Tick());
    Optional<Configuration> established = state.established();
    Optional<Condition> shut = Conditions.shut(turn);
    return new Outlook(
        rules.group().group(),
        rules.coordinator(),
        state.ballot(),
        state.phase().sentence(),
        Blocker.of(rules, state, nowMs),
        state.register().newest(),
        established.map(current -> Conditions.verdict(turn, current)),
        shut,
        shut.isPresent() && turn.phase() == Phase.STEADY
            ? Conditions.ofLeaving(turn)
            : Conditions.ofFailover(turn, supposed(turn)),
        Conditions.ofSwitchover(turn),
        Switchovers.refusal(
            new Turn(rules, state, nowMs, NO_ID, new Input.Switchover(NO_ID, Optional.empty()))),
        established.map(current -> whatIf(turn, current)));
  }

  private static WhatIf whatIf(Turn turn, Configuration current) {
    Map<NodeId, Fenced> fenced = supposed(turn);
    List<Condition> conditions = new ArrayList<>();
    conditions.add(Conditions.rest(turn));
    conditions.add(sentinelsLeft(turn, current));
    conditions.add(Conditions.limit(turn));
    conditions.addAll(Conditions.fences(turn, fenced));
    Optional<NodeId> best = FenceRule.isQuorumOfAll(turn.register(), fenced)
        ? Attempts.choose(turn, fenced, Preference.NONE)
        : Optional.empty();
    conditions.add(Conditions.candidate(turn, fenced, best));
    Lsn primaryAt =
        turn.seen().report(current.primary()).map(NodeReport::position).orElse(Lsn.ZERO);
    Lsn saved = best.map(fenced::get)
        .or(() -> Candidacy.best(fenced))
        .map(Fenced::position)
        .orElseGet(() -> lastHeard(turn, current));
    boolean unprotected = acknowledgesAlone(turn, current);
    long missing = Math.max(0, primaryAt.ahead(saved));
    return new WhatIf(
        current,
        conditions,
        conditions.stream().allMatch(Condition::holds) ? best : Optional.empty(),
        best.map(node -> Attempts.next(turn, node, fenced)),
        Tallies.fences(turn.register(), fenced),
        Candidacy.ofFailover(turn, fenced, best),
        primaryAt,
        unprotected,
        unprotected ? missing : 0,
        unprotected ? 0 : missing);
  }

  /** How far any other node was heard to be, however long ago: who is silent now may come back with that. */
  private static Lsn lastHeard(Turn turn, Configuration current) {
    return turn.rules.group().candidates().stream()
        .filter(member -> !member.node().equals(current.primary()))
        .flatMap(member -> turn.seen().report(member.node()).stream())
        .filter(report -> report.rebuilding().isEmpty())
        .map(NodeReport::received)
        .max(Comparator.naturalOrder())
        .orElse(Lsn.ZERO);
  }

  /** Whether the primary acknowledges commits that nobody else has. */
  private static boolean acknowledgesAlone(Turn turn, Configuration current) {
    SyncSet sync = current.sync();
    return sync.k() == 0 && turn.rules.settingOf(sync).count() == 0;
  }

  /** The fences that would be collected if the primary's host fell silent now: of every other node whose server runs. */
  private static Map<NodeId, Fenced> supposed(Turn turn) {
    Optional<NodeId> primary = turn.register().newest().map(Configuration::primary);
    Map<NodeId, Fenced> all = new TreeMap<>();
    for (Member member : turn.rules.group().candidates()) {
      NodeId node = member.node();
      if (primary.filter(node::equals).isEmpty()) {
        turn.fresh(node).flatMap(report -> supposed(turn, report)).ifPresent(f -> all.put(node, f));
      }
    }
    return all;
  }

  private static Optional<Fenced> supposed(Turn turn, NodeReport report) {
    boolean gives = report.rebuilding().isEmpty()
        && (report.server() == ServerState.STANDBY || report.server() == ServerState.STOPPED);
    Optional<EpochRow> row = report.epochRow();
    if (!gives || row.isEmpty()) {
      return Optional.empty();
    }
    Lsn end =
        report.received().isAtLeast(report.position()) ? report.received() : report.position();
    return Optional.of(new Fenced(
        turn.authority().ballot(),
        0,
        end,
        report.timeline(),
        row.get(),
        report.server() == ServerState.STANDBY));
  }

  /** The primary's host may be a sentinel's too, and would take it along. */
  private static Condition sentinelsLeft(Turn turn, Configuration current) {
    Optional<HostId> lost = turn.rules.member(current.primary()).map(Member::host);
    List<HostId> left = Verdict.votes(turn, current).stream()
        .map(vote -> vote.sentinel())
        .filter(sentinel -> lost.filter(sentinel::equals).isEmpty())
        .toList();
    return new Condition(
        "sentinels enough for a verdict would be left",
        turn.rules.sentinels().decide(left),
        "%d of %d would be left to vote, %d are needed"
            .formatted(
                left.size(),
                turn.rules.sentinels().seats().size(),
                turn.rules.sentinels().majority()));
  }
}
