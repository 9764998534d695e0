package io.conclave.core.failover;

import io.conclave.core.Configuration;
import io.conclave.core.HostId;
import io.conclave.core.Vote;
import io.conclave.core.Vote.Opinion;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What the votes of one round amount to. {@code DEAD} takes a majority of the configured sentinels that covers a majority of
 * the regions, all about the same epoch: one region cut off from a healthy primary is never a verdict (design, section 5).
 */
enum Verdict {
  DEAD,
  HEALTHY,
  UNDECIDED;

  static Verdict of(Turn turn, Configuration configuration) {
    List<Vote> votes = votes(turn, configuration);
    if (turn.rules.sentinels().decide(voters(votes, Opinion.DEAD))) {
      return DEAD;
    }
    return turn.rules.sentinels().decide(voters(votes, Opinion.HEALTHY)) ? HEALTHY : UNDECIDED;
  }

  /** The votes that count now: about this epoch and this primary, and not older than the suspicion time. */
  static List<Vote> votes(Turn turn, Configuration configuration) {
    return turn.seen().votes().values().stream()
        .filter(at -> turn.nowMs - at.atMs() <= turn.rules.timings().suspicionMs())
        .map(Sightings.At::word)
        .filter(vote ->
            vote.epoch() == configuration.epoch() && vote.primary().equals(configuration.primary()))
        .toList();
  }

  private static List<HostId> voters(List<Vote> votes, Opinion opinion) {
    return votes.stream()
        .filter(vote -> vote.opinion() == opinion)
        .map(Vote::sentinel)
        .toList();
  }

  /** The votes with their evidence, for people. */
  static String describe(List<Vote> votes) {
    return votes.stream()
        .map(vote -> "%s (%s) %s: %s"
            .formatted(
                vote.sentinel(),
                vote.region(),
                vote.opinion(),
                vote.evidence().stream()
                    .map(e ->
                        e.channel() + " " + e.finding() + " " + e.ageMs() + " ms " + e.detail())
                    .collect(Collectors.joining(", "))))
        .collect(Collectors.joining("; "));
  }
}
