package io.conclave.core.failover;

import io.conclave.core.Hold;
import io.conclave.core.HostId;
import java.util.List;

/**
 * The hold of a switchover, as its coordinator keeps it.
 *
 * @param sinceMs when it was published first (monotonic ms)
 * @param edges that said that nothing of their clients runs any more; empty until all of them had
 * @param drainedMs how long that took
 */
record Holding(Hold hold, long sinceMs, List<HostId> edges, long drainedMs) {
  Holding {
    edges = List.copyOf(edges);
  }

  static Holding begun(Hold hold, long nowMs) {
    return new Holding(hold, nowMs, List.of(), 0);
  }

  Holding drained(List<HostId> by, long nowMs) {
    return new Holding(hold, sinceMs, by, nowMs - sinceMs);
  }
}
