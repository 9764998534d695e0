package io.conclave.settings;

import java.util.Locale;

/** What the JVM of a host does. */
public enum Role {
  /** Watches every group from its region and votes. */
  SENTINEL,
  /** Looks after the nodes of its host. */
  AGENT,
  /** Makes the HAProxy and the PgBouncer beside it follow the topology. */
  EDGE;

  /** As the file and the Akka cluster write it. */
  public String lowerCase() {
    return name().toLowerCase(Locale.ROOT);
  }
}
