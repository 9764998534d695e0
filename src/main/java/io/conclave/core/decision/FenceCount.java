package io.conclave.core.decision;

import io.conclave.core.Configuration;
import io.conclave.core.NodeId;
import java.util.List;

/**
 * Whether anything can still be acknowledged in one configuration: a commit needs k of the N members, so N − k + 1 fenced
 * members stop all of them; and so does the primary itself, when it is stopped.
 *
 * @param fenced the members that were fenced
 * @param needed N − k + 1
 * @param primaryFenced whether the primary was fenced, which is enough alone
 */
public record FenceCount(
    Configuration configuration,
    List<NodeId> fenced,
    int needed,
    boolean primaryFenced,
    boolean reached) {
  public FenceCount {
    fenced = List.copyOf(fenced);
  }
}
