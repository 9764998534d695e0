package io.conclave.core.failover;

import io.conclave.core.Configuration;
import io.conclave.core.HostId;
import io.conclave.core.Vote;
import io.conclave.core.Vote.Opinion;
import java.util.ArrayList;
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
    if (isDead(turn, configuration)) {
      return DEAD;
    }
    return turn.rules.sentinels().decide(voters(turn, configuration, Opinion.HEALTHY))
        ? HEALTHY
        : UNDECIDED;
  }

  static boolean isDead(Turn turn, Configuration configuration) {
    return turn.rules.sentinels().decide(voters(turn, configuration, Opinion.DEAD));
  }

  /** The votes that count now: about this epoch and this primary, and not older than the suspicion time. */
  static List<Vote> votes(Turn turn, Configuration configuration) {
    return turn.seen().votes().values().stream()
        .filter(at -> counts(turn, configuration, at))
        .map(Sightings.At::word)
        .toList();
  }

  private static boolean counts(Turn turn, Configuration configuration, Sightings.At<Vote> at) {
    return turn.nowMs - at.atMs() <= turn.rules.timings().suspicionMs()
        && at.word().epoch() == configuration.epoch()
        && at.word().primary().equals(configuration.primary());
  }

  /** Asked at every step of a coordinator, hence a loop. */
  private static List<HostId> voters(Turn turn, Configuration configuration, Opinion opinion) {
    List<HostId> voters = new ArrayList<>();
    for (Sightings.At<Vote> at : turn.seen().votes().values()) {
      if (at.word().opinion() == opinion && counts(turn, configuration, at)) {
        voters.add(at.word().sentinel());
      }
    }
    return voters;
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
