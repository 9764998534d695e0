package io.conclave.core.edge;

import io.conclave.core.NodeId;
import java.util.Map;
import java.util.Optional;

/**
 * What is to be in force in the backends of one group.
 *
 * @param primary to which writes go; empty while there is none
 * @param writes of the nodes that may be primary
 * @param reads of all nodes
 */
public record Plan(Optional<NodeId> primary, Map<NodeId, Place> writes, Map<NodeId, Place> reads) {
  public Plan {
    writes = Map.copyOf(writes);
    reads = Map.copyOf(reads);
  }
}
