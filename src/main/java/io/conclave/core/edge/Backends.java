package io.conclave.core.edge;

import io.conclave.core.GroupId;

/** What the backends of a group are called in HAProxy; a server in them has the name of its node. */
public final class Backends {
  private Backends() {}

  /** Leads to the primary. */
  public static String writes(GroupId group) {
    return group + "_writes";
  }

  /** Leads to standbys and read replicas. */
  public static String reads(GroupId group) {
    return group + "_reads";
  }
}
