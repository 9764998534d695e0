package io.conclave.edge.config;

import java.util.Set;

/** The loopback address, on which PgBouncer, HAProxy and the daemon of an edge reach one another. */
public final class EdgeAddresses {
  /** Of each edge. */
  public static final String LOOPBACK = "127.0.0.1";

  private static final Set<String> WITH_LOOPBACK = Set.of("0.0.0.0", "*", LOOPBACK, "localhost");

  private EdgeAddresses() {}

  /** Whether who listens on this address is reached by the loopback address too. */
  static boolean includesLoopback(String address) {
    return WITH_LOOPBACK.contains(address);
  }
}
