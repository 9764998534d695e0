package io.conclave.core.membership;

import io.conclave.core.HostId;

/**
 * What a sentinel answers to a host that asks where it is.
 *
 * @param cell name of its cell, so that a stranger on the same port is not believed
 * @param member whether it is in a cluster, or about to found one
 * @param knowsAsker whether that cluster has the very incarnation that asks
 * @param extent of its cluster as it sees it; no sentinels outside of any
 * @param supports which host may found a cluster as far as it is concerned; itself when nobody before it has asked
 */
public record Whereabouts(
    String cell,
    HostId host,
    boolean member,
    boolean knowsAsker,
    Entrance.Extent extent,
    HostId supports) {

  public Whereabouts {
    // Left out by a sentinel of an older version.
    extent = extent == null ? Entrance.Extent.NONE : extent;
  }
}
