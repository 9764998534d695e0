package io.conclave.demo;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * One run. Times are ms; those of the failover count from the fault, and are null when it was not reached.
 *
 * @param outageMs longest time without an acknowledged write, from 1 s before the fault to the end of the run
 * @param staleReads reads on direct connections that missed an acknowledged write
 * @param staleReadMs when the last of them was answered: ms after the thaw, after the fault for the other faults
 * @param rejoin how the old primary came back: follow, rewind, clone, quarantine or none
 * @param rejoinMs from the moment from which it could (thaw, start of its JVM, else established) until it streamed
 * @param coordinatorLost whether the fault took the coordinator too
 * @param epoch after the run
 * @param failovers how far the epoch rose: 1 is right
 */
@JsonPropertyOrder({
  "outage_ms",
  "detect_ms",
  "fence_ms",
  "promote_ms",
  "established_ms",
  "acked",
  "unknown",
  "lost",
  "duplicates",
  "stale_reads",
  "rejoin",
  "rejoin_ms",
  "coordinator_lost",
  "old_primary",
  "new_primary",
  "epoch",
  "stale_read_ms",
  "failovers",
  "order_violations",
  "phantoms"
})
record RunReport(
    @JsonProperty("outage_ms") double outageMs,
    @JsonProperty("detect_ms") Long detectMs,
    @JsonProperty("fence_ms") Long fenceMs,
    @JsonProperty("promote_ms") Long promoteMs,
    @JsonProperty("established_ms") Long establishedMs,
    long acked,
    long unknown,
    long lost,
    long duplicates,
    @JsonProperty("stale_reads") long staleReads,
    @JsonProperty("stale_read_ms") Double staleReadMs,
    String rejoin,
    @JsonProperty("rejoin_ms") Long rejoinMs,
    @JsonProperty("coordinator_lost") boolean coordinatorLost,
    @JsonProperty("old_primary") String oldPrimary,
    @JsonProperty("new_primary") String newPrimary,
    long epoch,
    long failovers,
    @JsonProperty("order_violations") long orderViolations,
    long phantoms) {

  /** Whether nothing was lost, doubled or invented. */
  @JsonIgnore
  boolean clean() {
    return lost == 0 && duplicates == 0 && orderViolations == 0 && phantoms == 0;
  }
}
