package io.conclave.core.failover;

import io.conclave.core.Configuration;
import io.conclave.core.Fenced;
import io.conclave.core.Lsn;
import io.conclave.core.Member;
import io.conclave.core.NodeId;
import io.conclave.core.RegisterRecord;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * When nobody can acknowledge a commit any more, and who then holds every acknowledged one (design, section 3.1: Fence,
 * Choice, Succession).
 *
 * <p>A commit of a configuration is on its primary and on k of the N members of S. Any N − k + 1 members meet every set of
 * k, so once these are fenced nothing new can be acknowledged, and one of them has each commit that was.
 */
public final class FenceRule {
  private FenceRule() {}

  /** Whether these fenced nodes make it impossible to acknowledge anything in the configuration. */
  public static boolean isQuorum(Configuration configuration, Map<NodeId, Fenced> fenced) {
    return fenced.containsKey(configuration.primary()) || membersSuffice(configuration, fenced);
  }

  private static boolean membersSuffice(Configuration configuration, Map<NodeId, Fenced> fenced) {
    long members =
        configuration.sync().members().stream().filter(fenced::containsKey).count();
    return members >= configuration.sync().fencesNeeded();
  }

  /** Whether there is a fence quorum of every configuration that may still be active. */
  public static boolean isQuorumOfAll(RegisterRecord register, Map<NodeId, Fenced> fenced) {
    return !register.active().isEmpty()
        && register.active().stream().allMatch(configuration -> isQuorum(configuration, fenced));
  }

  /**
   * The node to promote: of the promotable ones the one with the highest (epoch, position); ties go to one with room on its
   * disk, then as an operator prefers, then by priority, then by name. Empty when a fenced node that cannot be promoted (a stopped server) is more advanced
   * and no quorum of members makes up for it.
   *
   * <p>Needs {@link #isQuorumOfAll}.
   *
   * @param hasRoom whether a node's disk is not full: a promotion there would end in a panic
   */
  public static Optional<NodeId> choose(
      RegisterRecord register,
      Map<NodeId, Fenced> fenced,
      Function<NodeId, Optional<Member>> members,
      Predicate<NodeId> hasRoom,
      Preference preference) {
    Comparator<Map.Entry<NodeId, Fenced>> order =
        Comparator.<Map.Entry<NodeId, Fenced>, Fenced>comparing(
                Map.Entry::getValue, FenceRule::compare)
            .thenComparing(entry -> hasRoom.test(entry.getKey()))
            .thenComparing(entry -> preference.rank(entry.getKey()))
            .thenComparing(
                entry -> members.apply(entry.getKey()).map(Member::priority).orElse(0))
            .thenComparing(Map.Entry::getKey, Comparator.reverseOrder());
    return fenced.entrySet().stream()
        .filter(entry -> entry.getValue().promotable())
        .filter(
            entry -> members.apply(entry.getKey()).filter(Member::mayBePrimary).isPresent())
        .max(order)
        .filter(best -> holdsEveryAcknowledgedCommit(best.getValue(), register, fenced))
        .map(Map.Entry::getKey);
  }

  private static boolean holdsEveryAcknowledgedCommit(
      Fenced best, RegisterRecord register, Map<NodeId, Fenced> fenced) {
    return register.active().stream()
        .allMatch(configuration -> coversQuorumOfMembers(best, configuration, fenced)
            || Optional.ofNullable(fenced.get(configuration.primary()))
                .filter(primary -> compare(best, primary) >= 0)
                .isPresent());
  }

  private static boolean coversQuorumOfMembers(
      Fenced best, Configuration configuration, Map<NodeId, Fenced> fenced) {
    long covered = configuration.sync().members().stream()
        .map(fenced::get)
        .filter(evidence -> evidence != null && compare(best, evidence) >= 0)
        .count();
    return covered >= configuration.sync().fencesNeeded();
  }

  /** An epoch outranks any position. */
  static int compare(Fenced one, Fenced other) {
    int byEpoch = Long.compare(one.epochRow().epoch(), other.epochRow().epoch());
    return byEpoch != 0
        ? byEpoch
        : Comparator.<Lsn>naturalOrder().compare(one.position(), other.position());
  }
}
