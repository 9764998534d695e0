package io.conclave.core;

/** Name of one host: one JVM with any of the roles sentinel, agent and edge. A sentinel is named by its host. */
public record HostId(String value) implements Comparable<HostId> {
  public HostId {
    Names.check("host", value);
  }

  @Override
  public int compareTo(HostId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
