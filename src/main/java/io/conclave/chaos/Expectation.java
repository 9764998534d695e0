package io.conclave.chaos;

import java.time.Duration;
import java.util.Map;

/**
 * What a scenario must come to. That nothing is lost or doubled, that there is one primary and that everybody is back is
 * expected of each.
 *
 * @param failover whether the primary changes
 * @param outage longest time without an acknowledged write that a channel may have; a channel that is not in it may be away as
 *     long as the fault lasts
 * @param failed how many operations of a channel may be refused or end without an answer; of a channel that is not in it any number
 * @param goal for the median outage of a channel over five runs or more; it is told, and no run fails by it
 */
public record Expectation(
    Failover failover,
    Map<Channel, Duration> outage,
    Map<Channel, Integer> failed,
    Map<Channel, Duration> goal) {
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
  }
}
