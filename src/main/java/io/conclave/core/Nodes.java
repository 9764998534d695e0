package io.conclave.core;

import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;

/** Lists of nodes as values. */
final class Nodes {
  private Nodes() {}

  /** Sorted, without repetition, and unchangeable: the list itself when it is that already, as nearly always. */
  static List<NodeId> sorted(List<NodeId> nodes) {
    return isSorted(nodes) ? List.copyOf(nodes) : List.copyOf(new TreeSet<>(nodes));
  }

  private static boolean isSorted(List<NodeId> nodes) {
    Iterator<NodeId> each = nodes.iterator();
    NodeId before = null;
    while (each.hasNext()) {
      NodeId next = each.next();
      if (before != null && before.compareTo(next) >= 0) {
        return false;
      }
      before = next;
    }
    return true;
  }
}
