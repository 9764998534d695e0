package io.conclave.ops;

import io.conclave.core.Configuration;
import io.conclave.core.GroupId;
import io.conclave.core.Lsn;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport;
import io.conclave.core.Topology;
import io.conclave.core.check.LocalReport;
import io.conclave.core.check.Sight;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the health checks of a host are answered from: read by any thread without asking an actor, as several load balancers
 * may check several times a second. Its agents tell it what they say at the moment they say it, and not by the way of the
 * {@link Board}: a word that lay in a mailbox while the host was frozen would look new there.
 */
public final class LocalNodes {
  private final Map<NodeId, LocalReport> words = new ConcurrentHashMap<>();
  private final Map<GroupId, Topology> topologies = new ConcurrentHashMap<>();
  private final Map<NodeId, Lsn> positions = new ConcurrentHashMap<>();

  /** An agent of this host says something of its node. */
  public void say(LocalReport word) {
    words.put(word.report().node(), word);
  }

  /** A report came from any host. */
  void hear(NodeReport report) {
    positions.put(report.node(), report.position());
  }

  /** A topology came; an older one than the last is ignored. */
  void hear(Topology topology) {
    topologies.merge(
        topology.group(), topology, (known, other) -> other.supersedes(known) ? other : known);
  }

  /**
   * @param nowMs monotonic clock of this host, in ms
   */
  Sight sight(GroupId group, NodeId node, long nowMs) {
    Optional<Topology> topology = Optional.ofNullable(topologies.get(group));
    return new Sight(
        Optional.ofNullable(words.get(node)),
        topology,
        topology.flatMap(Topology::configuration).map(Configuration::primary).map(positions::get),
        nowMs);
  }
}
