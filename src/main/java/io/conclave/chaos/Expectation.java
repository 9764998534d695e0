package io.conclave.chaos;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What a scenario must come to. That nothing is lost or doubled, that there is one primary and that everybody is back is
 * expected of each.
 *
 * @param failover whether the primary changes
 * @param failoversAtMost how many epochs may begin; empty for any number
 * @param outage longest time without an acknowledged write that a channel may have; a channel that is not in it may be away as
 *     long as the fault lasts
 * @param failed how many operations of a channel may be refused or end without an answer; of a channel that is not in it any number
 * @param goal for the median outage of a channel over five runs or more; it is told, and no run fails by it
 * @param staleUntil for how long after the fault reads through a channel may miss an acknowledged write, where the protocol promises
 *     a bound; not at all through an edge that is not in it. What a client with sessions of its own to the servers reads is not judged
 *     without: a frozen primary may answer it at the thaw
 * @param stall goals for how long a single writer of a channel waits, over five runs or more; they are told, and no run fails by them
 */
public record Expectation(
    Failover failover,
    Optional<Integer> failoversAtMost,
    Map<Channel, Duration> outage,
    Map<Channel, Integer> failed,
    Map<Channel, Duration> goal,
    Map<Channel, Duration> staleUntil,
    Map<Channel, StallGoal> stall) {
  /** Whether there is a newer epoch afterwards. */
  public enum Failover {
    MUST,
    MUST_NOT,
    MAY
  }

  public Expectation {
    outage = Map.copyOf(outage);
    failed = Map.copyOf(failed);
    goal = Map.copyOf(goal);
    staleUntil = Map.copyOf(staleUntil);
    stall = Map.copyOf(stall);
  }
}
