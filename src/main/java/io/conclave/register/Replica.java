package io.conclave.register;

import io.conclave.core.GroupId;
import io.conclave.core.HostId;
import io.conclave.core.register.AdmissionRule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a sentinel says of its own replica of the register.
 *
 * @param cell name of the cell, so that a stranger on the same port is not believed
 * @param complete whether the replica has all that it ever acknowledged
 * @param cells one for each group that it knows
 */
record Replica(String cell, HostId host, boolean complete, List<Entry> cells) {
  Replica {
    cells = List.copyOf(cells);
  }

  /** One group of it. */
  record Entry(GroupId group, RegisterCell cell) {}

  /** Whether nothing was ever written to it. */
  boolean isBlank() {
    return cells.stream().allMatch(entry -> entry.cell().equals(RegisterCell.EMPTY));
  }

  AdmissionRule.Other asOther() {
    return new AdmissionRule.Other(complete, isBlank());
  }

  /** The cells of all these replicas, merged group by group. */
  static List<Entry> merge(Collection<Replica> replicas) {
    Map<String, Entry> merged = new TreeMap<>();
    for (Replica replica : replicas) {
      for (Entry entry : replica.cells()) {
        merged.merge(
            entry.group().value(),
            entry,
            (one, other) -> new Entry(one.group(), one.cell().merge(other.cell())));
      }
    }
    return new ArrayList<>(merged.values());
  }
}
