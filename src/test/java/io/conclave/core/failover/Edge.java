package io.conclave.core.failover;

import io.conclave.core.Ballot;
import io.conclave.core.Configuration;
import io.conclave.core.EdgeReport;
import io.conclave.core.GroupId;
import io.conclave.core.Hold;
import io.conclave.core.HostId;
import io.conclave.core.NodeId;
import io.conclave.core.Topology;
import java.util.Optional;
import java.util.UUID;

/** An edge as a value: puts every topology in force at once, and drains after a while, or never. */
final class Edge {
  private final GroupId group;
  private final HostId host;
  private final UUID process;
  private long sequence;
  private Optional<Topology> topology = Optional.empty();
  private long heldSinceMs;
  boolean up = true;
  /** How long its clients' transactions last. */
  long drainMs;

  Optional<String> problem = Optional.empty();

  Edge(GroupId group, HostId host) {
    this.group = group;
    this.host = host;
    this.process = new UUID(4, host.hashCode());
  }

  void hear(Topology next, long nowMs) {
    Optional<UUID> before = hold();
    topology = Optional.of(next);
    heldSinceMs = hold().equals(before) ? heldSinceMs : nowMs;
  }

  /** The hold that it was asked for. */
  Optional<UUID> hold() {
    return topology.flatMap(Topology::hold).map(Hold::id);
  }

  Optional<NodeId> primary() {
    return topology.flatMap(Topology::configuration).map(Configuration::primary);
  }

  Optional<EdgeReport> report(long nowMs) {
    return up ? Optional.of(say(nowMs)) : Optional.empty();
  }

  private EdgeReport say(long nowMs) {
    return new EdgeReport(
        group,
        host,
        process,
        ++sequence,
        topology.map(Topology::ballot).orElse(Ballot.NONE),
        topology.map(Topology::version).orElse(0L),
        primary(),
        hold().filter(id -> nowMs - heldSinceMs >= drainMs),
        problem);
  }
}
