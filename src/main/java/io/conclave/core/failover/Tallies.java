package io.conclave.core.failover;

import io.conclave.core.Configuration;
import io.conclave.core.Fenced;
import io.conclave.core.HostId;
import io.conclave.core.NodeId;
import io.conclave.core.RegisterRecord;
import io.conclave.core.Sentinels;
import io.conclave.core.Vote;
import io.conclave.core.decision.FenceCount;
import io.conclave.core.decision.Tally;
import java.util.List;
import java.util.Map;

/** The arithmetic of a moment, spelled out: votes by {@link Verdict}, fences by {@link FenceRule}. */
final class Tallies {
  private Tallies() {}

  static Tally of(Turn turn, Configuration configuration) {
    List<Vote> votes = Verdict.votes(turn, configuration);
    List<HostId> voters = votes.stream().map(Vote::sentinel).toList();
    Sentinels sentinels = turn.rules.sentinels();
    int regions =
        (int) sentinels.seats().stream().map(Sentinels.Seat::region).distinct().count();
    return new Tally(
        votes,
        sentinels.seats().stream()
            .map(Sentinels.Seat::sentinel)
            .filter(sentinel -> !voters.contains(sentinel))
            .toList(),
        sentinels.seats().size(),
        sentinels.majority(),
        regions,
        regions / 2 + 1);
  }

  static List<FenceCount> fences(RegisterRecord register, Map<NodeId, Fenced> fenced) {
    return register.active().stream()
        .map(configuration -> new FenceCount(
            configuration,
            configuration.sync().members().stream().filter(fenced::containsKey).toList(),
            configuration.sync().fencesNeeded(),
            fenced.containsKey(configuration.primary()),
            FenceRule.isQuorum(configuration, fenced)))
        .toList();
  }
}
