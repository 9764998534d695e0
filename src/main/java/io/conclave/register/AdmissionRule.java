package io.conclave.register;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * When a sentinel whose store is empty or was replaced may take part (design, section 3.4). Pure.
 *
 * <p>A write that it may have acknowledged with its lost store is on at least m − 1 of the n − 1 others, so among any
 * n − m + 1 of them there is one that has it. Only complete replicas count for that: one that has itself lost its store
 * tells nothing. In the first start of a cell there are none yet, and nothing to lose: there a blank replica counts as well,
 * as long as all that have answered are blank.
 */
final class AdmissionRule {
  private AdmissionRule() {}

  /**
   * How many others must have answered; 0 for a sentinel that is the only one.
   *
   * @param sentinels how many are configured, n
   * @param majority of them, m
   */
  static int needed(int sentinels, int majority) {
    return Math.min(sentinels - majority + 1, sentinels - 1);
  }

  /**
   * @param own what is left in the own store
   * @param others the last answer of each other sentinel that has answered
   */
  static boolean admits(int needed, Replica own, Collection<Replica> others) {
    if (others.stream().filter(Replica::complete).count() >= needed) {
      return true;
    }
    List<Replica> all = new ArrayList<>(others);
    all.add(own);
    return others.size() >= needed && all.stream().allMatch(Replica::isBlank);
  }
}
