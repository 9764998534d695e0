package io.conclave.core;

import java.util.UUID;

/**
 * Who may give orders, for one attempt: totally ordered by number, then by the claim that drew it.
 * Safety rests on ballots, never on there being one coordinator (design, section 3.4).
 *
 * @param number 1 and up; 0 only in {@link #NONE}
 * @param claim fresh for every claim, so that two coordinators never hold the same ballot
 */
public record Ballot(long number, UUID claim) implements Comparable<Ballot> {
  /** Lower than every ballot that was ever claimed. */
  public static final Ballot NONE = new Ballot(0, new UUID(0, 0));

  /** A ballot above this one. */
  public Ballot next(UUID freshClaim) {
    return new Ballot(number + 1, freshClaim);
  }

  @Override
  public int compareTo(Ballot other) {
    int byNumber = Long.compare(number, other.number);
    return byNumber != 0 ? byNumber : claim.compareTo(other.claim);
  }

  public boolean isAbove(Ballot other) {
    return compareTo(other) > 0;
  }

  @Override
  public String toString() {
    return number + "." + claim.toString().substring(0, 8);
  }
}
