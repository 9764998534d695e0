package io.conclave.core.failover;

import io.conclave.core.NodeId;
import java.util.Optional;

/**
 * Whom a planned change is for, of nodes that are equal otherwise.
 *
 * @param target the one to be promoted
 * @param left the one that is to be primary no more
 */
public record Preference(Optional<NodeId> target, Optional<NodeId> left) {
  /** Nobody has asked for anything. */
  public static final Preference NONE = new Preference(Optional.empty(), Optional.empty());

  /** The higher, the more it is wanted. */
  int rank(NodeId node) {
    if (target.filter(node::equals).isPresent()) {
      return 1;
    }
    return left.filter(node::equals).isPresent() ? -1 : 0;
  }
}
