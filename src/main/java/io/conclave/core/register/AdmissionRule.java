package io.conclave.core.register;

import java.util.Collection;

/**
 * When a sentinel whose store is empty or was replaced may take part (design, section 3.4).
 *
 * <p>A write that it may have acknowledged with its lost store is on at least m − 1 of the n − 1 others, so among any
 * n − m + 1 of them there is one that has it. Only complete replicas count for that: one that has itself lost its store
 * tells nothing. In the first start of a cell there are none yet, and nothing to lose: there a blank replica counts as well,
 * as long as all that have answered are blank.
 */
public final class AdmissionRule {
  private AdmissionRule() {}

  /**
   * What another sentinel says of its replica.
   *
   * @param complete it has all that it ever acknowledged
   * @param blank nothing was ever written to it
   */
  public record Standing(boolean complete, boolean blank) {}

  /**
   * How many others must have answered; 0 for a sentinel that is the only one.
   *
   * @param sentinels how many are configured, n
   * @param majority of them, m
   */
  public static int needed(int sentinels, int majority) {
    return Math.min(sentinels - majority + 1, sentinels - 1);
  }

  /**
   * @param ownBlank nothing is left in the own store
   * @param others the last answer of each other sentinel that has answered
   */
  public static boolean admits(int needed, boolean ownBlank, Collection<Standing> others) {
    if (others.stream().filter(Standing::complete).count() >= needed) {
      return true;
    }
    return ownBlank && others.size() >= needed && others.stream().allMatch(Standing::blank);
  }
}
