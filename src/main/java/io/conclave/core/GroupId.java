package io.conclave.core;

/** Name of a group: the nodes that hold one copy of the same data. */
public record GroupId(String value) implements Comparable<GroupId> {
  public GroupId {
    Names.check("group", value);
  }

  @Override
  public int compareTo(GroupId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
