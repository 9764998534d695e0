package io.conclave.core;

/**
 * A node as the configuration file describes it.
 *
 * @param host the host whose agent looks after it
 * @param address name or IP under which other nodes and clients reach the server
 * @param port TCP port of the server
 * @param priority breaks ties between equally advanced candidates; higher wins; 0 to 1000
 */
public record Member(
    NodeId node, HostId host, Region region, Kind kind, String address, int port, int priority) {
  /** What a node is there for. */
  public enum Kind {
    /** May be promoted and may count for durability. */
    STANDBY,
    /** Serves reads only, never counted, never promoted. */
    READ_REPLICA
  }

  public boolean mayBePrimary() {
    return kind == Kind.STANDBY;
  }
}
