package io.conclave.core;

import java.util.List;

/**
 * The standbys whose acknowledgement counts, and how many of them a commit waits for: PostgreSQL's
 * {@code ANY k (members)} (design, section 3.1, Commit).
 *
 * @param members sorted, without repetition
 * @param k 0 (nobody is waited for) to the number of members
 */
public record SyncSet(List<NodeId> members, int k) {
  public static final SyncSet EMPTY = new SyncSet(List.of(), 0);

  public SyncSet {
    members = Nodes.sorted(members);
    if (k < 0 || k > members.size()) {
      throw new IllegalArgumentException("k = " + k + " of " + members);
    }
  }

  /** The default k for these members: a majority of the whole group without the primary. */
  public static SyncSet majorityOf(List<NodeId> members) {
    return new SyncSet(members, majorityOf((int) members.stream().distinct().count()));
  }

  /** The default k for so many members. */
  public static int majorityOf(int members) {
    return (members + 1) / 2;
  }

  public int size() {
    return members.size();
  }

  public boolean contains(NodeId node) {
    return members.contains(node);
  }

  /** How many fenced members make it impossible for k members to acknowledge anything: N − k + 1. */
  public int fencesNeeded() {
    return members.size() - k + 1;
  }

  @Override
  public String toString() {
    return "ANY " + k + " " + members;
  }
}
