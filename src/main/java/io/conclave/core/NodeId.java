package io.conclave.core;

/** Name of one PostgreSQL server, unique in the cell; also the {@code application_name} of its WAL receiver. */
public record NodeId(String value) implements Comparable<NodeId> {
  public NodeId {
    Names.check("node", value);
  }

  @Override
  public int compareTo(NodeId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
