package io.conclave.register;

import io.conclave.core.register.AdmissionRule.Standing;
import java.util.Collection;

/** {@link io.conclave.core.register.AdmissionRule}, for replicas as they are told over the network. */
final class AdmissionRule {
  private AdmissionRule() {}

  /**
   * How many others must have answered; 0 for a sentinel that is the only one.
   *
   * @param sentinels how many are configured, n
   * @param majority of them, m
   */
  static int needed(int sentinels, int majority) {
    return io.conclave.core.register.AdmissionRule.needed(sentinels, majority);
  }

  /**
   * @param own what is left in the own store
   * @param others the last answer of each other sentinel that has answered
   */
  static boolean admits(int needed, Replica own, Collection<Replica> others) {
    return io.conclave.core.register.AdmissionRule.admits(
        needed,
        own.isBlank(),
        others.stream()
            .map(other -> new Standing(other.complete(), other.isBlank()))
            .toList());
  }
}
