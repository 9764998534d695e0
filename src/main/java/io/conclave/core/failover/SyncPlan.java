package io.conclave.core.failover;

import io.conclave.core.Durability.WhenAlone;
import io.conclave.core.NodeId;
import io.conclave.core.SyncSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The next safe step of a sync set towards what the standbys allow (design, section 3.2). One step changes S or k, never
 * both.
 *
 * <p>With (S, k) in the register and (S', k') in the server, S' ⊆ S and k' ≥ k hold at every moment, because a step that
 * widens what may acknowledge (grow S, lower k) goes to the register first, and one that narrows it (shrink S, raise k)
 * goes to the server first, then through a barrier.
 */
final class SyncPlan {
  private SyncPlan() {}

  /** Which side of a step comes first. */
  enum Direction {
    REGISTER_FIRST,
    SERVER_FIRST
  }

  record Change(SyncSet from, SyncSet to) {
    Direction direction() {
      boolean widens = to.size() > from.size() || to.k() < from.k();
      return widens ? Direction.REGISTER_FIRST : Direction.SERVER_FIRST;
    }

    /** Members that are new in this step. */
    List<NodeId> joiners() {
      return to.members().stream().filter(node -> !from.contains(node)).toList();
    }
  }

  /**
   * @param ready standbys that stream from the primary on the same history
   * @param away members that have not done so for longer than the grace, or may not count any more
   * @param unusable members whose data must be rebuilt: they leave even when nobody else is left; none of them is ready
   */
  static Optional<Change> next(
      SyncSet current,
      Collection<NodeId> ready,
      Collection<NodeId> away,
      Collection<NodeId> unusable,
      WhenAlone whenAlone) {
    if (!current.members().containsAll(ready)) {
      List<NodeId> joined = new ArrayList<>(current.members());
      joined.addAll(ready);
      return step(current, new SyncSet(joined, current.k()));
    }
    List<NodeId> staying = new ArrayList<>(current.members());
    staying.removeAll(away);
    staying.removeAll(unusable);
    if (staying.isEmpty()) {
      return nobodyLeft(current, unusable, whenAlone);
    }
    int target = SyncSet.majorityOf(staying.size());
    if (current.k() > staying.size()) {
      return step(current, new SyncSet(current.members(), target));
    }
    if (staying.size() < current.size()) {
      return step(current, new SyncSet(staying, current.k()));
    }
    return target == current.k()
        ? Optional.empty()
        : step(current, new SyncSet(current.members(), target));
  }

  /**
   * A member that must be rebuilt leaves first. When as many as k must, the others alone are no fence quorum any more (N − k
   * of them at most), so that k = 0 costs no failover; under {@code STRICT} the server goes on waiting all the same.
   */
  private static Optional<Change> nobodyLeft(
      SyncSet current, Collection<NodeId> unusable, WhenAlone whenAlone) {
    long lost = current.members().stream().filter(unusable::contains).count();
    boolean noFenceWithout = lost > 0 && lost >= current.k();
    if (current.k() > 0) {
      return whenAlone == WhenAlone.AVAILABLE || noFenceWithout
          ? step(current, new SyncSet(current.members(), 0))
          : Optional.empty();
    }
    List<NodeId> mayReturn =
        current.members().stream().filter(node -> !unusable.contains(node)).toList();
    return step(current, new SyncSet(mayReturn, 0));
  }

  private static Optional<Change> step(SyncSet from, SyncSet to) {
    return from.equals(to) ? Optional.empty() : Optional.of(new Change(from, to));
  }
}
