package io.conclave.workload;

import java.util.List;
import java.util.Optional;

/**
 * What a server answered to one read. Times are those of {@link System#nanoTime}.
 *
 * @param node the name of the server: its {@code cluster_name}
 * @param recovery whether it is a standby
 * @param acknowledged before the read was sent
 * @param seen the highest id of each of those writers
 */
record LedgerAnswer(
    String node,
    boolean recovery,
    HighWater acknowledged,
    List<Long> seen,
    long beganNanos,
    long answeredNanos) {

  /** The worst that it misses; nothing is held against a standby. */
  Optional<StaleRead> stale(Endpoint server) {
    return recovery
        ? Optional.empty()
        : acknowledged.stale(server, seen, beganNanos, answeredNanos);
  }

  /** How long the oldest write that it misses had been acknowledged when the read was sent; 0 when it misses none. */
  long lagNanos() {
    return acknowledged.lagNanos(seen, beganNanos);
  }
}
