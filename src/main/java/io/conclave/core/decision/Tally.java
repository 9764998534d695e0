package io.conclave.core.decision;

import io.conclave.core.HostId;
import io.conclave.core.Region;
import io.conclave.core.Vote;
import io.conclave.core.Vote.Opinion;
import java.util.List;

/**
 * The votes of one round, and the arithmetic: a verdict takes a majority of the configured sentinels that covers a majority
 * of their regions.
 *
 * @param votes those that counted, with their evidence
 * @param missing sentinels without a vote that counts (silent, late, or about another epoch)
 * @param needed how many sentinels must agree
 * @param regionsNeeded in how many regions
 */
public record Tally(
    List<Vote> votes,
    List<HostId> missing,
    int sentinels,
    int needed,
    int regions,
    int regionsNeeded) {
  public Tally {
    votes = List.copyOf(votes);
    missing = List.copyOf(missing);
  }

  /** How many sentinels are of this opinion. */
  public int count(Opinion opinion) {
    return of(opinion).size();
  }

  /** The votes of this opinion. */
  public List<Vote> of(Opinion opinion) {
    return votes.stream().filter(vote -> vote.opinion() == opinion).toList();
  }

  /** The regions in which a sentinel is of this opinion. */
  public List<Region> regionsOf(Opinion opinion) {
    return of(opinion).stream().map(Vote::region).distinct().toList();
  }
}
