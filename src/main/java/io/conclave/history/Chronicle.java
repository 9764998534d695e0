package io.conclave.history;

import io.conclave.core.GroupId;
import io.conclave.core.decision.DecisionRecord;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The newest decisions of each group, and no more than so many: which ones these are depends only on the records themselves,
 * so that hosts that tell each other all they have end up with the same.
 */
final class Chronicle {
  private final int limit;
  private final Map<GroupId, TreeSet<DecisionRecord>> groups = new HashMap<>();
  private final Set<String> ids = new HashSet<>();

  /**
   * @param limit how many records are kept of each group
   */
  Chronicle(int limit) {
    this.limit = limit;
  }

  /** Takes a record; whether it is new, and not older than all that are kept of a full group. */
  boolean add(DecisionRecord record) {
    if (!ids.add(record.id())) {
      return false;
    }
    TreeSet<DecisionRecord> group =
        groups.computeIfAbsent(record.group(), g -> new TreeSet<>(DecisionRecord.BY_TIME));
    group.add(record);
    if (group.size() > limit) {
      DecisionRecord oldest = group.pollFirst();
      ids.remove(oldest.id());
      return !oldest.equals(record);
    }
    return true;
  }

  /** All records, group by group, oldest first. */
  List<DecisionRecord> all() {
    return groups.values().stream().flatMap(Collection::stream).toList();
  }

  /** The records of a group, oldest first. */
  List<DecisionRecord> of(GroupId group) {
    return groups.containsKey(group) ? List.copyOf(groups.get(group)) : List.of();
  }

  Set<GroupId> groups() {
    return Set.copyOf(groups.keySet());
  }

  int size() {
    return ids.size();
  }

  /** The same for the same records, whatever their order. */
  long fingerprint(GroupId group) {
    return of(group).stream()
        .mapToLong(record -> mix(record.id().hashCode()))
        .reduce(0, (a, b) -> a ^ b);
  }

  /** Spreads a hash over 64 bits, so that the hashes of several do not cancel out (SplitMix64). */
  private static long mix(long hash) {
    long z = hash + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
