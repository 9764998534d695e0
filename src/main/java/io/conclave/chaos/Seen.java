package io.conclave.chaos;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;

/**
 * What was observed in a run. Times are ms; those of the failover count from the fault and are null when there was none.
 *
 * @param channels of the load
 * @param reads of those channels of the load that lead to standbys too
 * @param crowd null when the scenario has none
 * @param primaries hosts whose servers let clients write at the end, each asked itself
 * @param failovers how far the epoch rose
 * @param problems what could not be done, or did not come back in time
 */
@JsonPropertyOrder({
  "old_primary",
  "new_primary",
  "failovers",
  "detect_ms",
  "established_ms",
  "primaries",
  "channels",
  "reads",
  "crowd"
})
record Seen(
    List<ChannelSeen> channels,
    List<ReadsSeen> reads,
    CrowdSeen crowd,
    @JsonProperty("detect_ms") Long detectMs,
    @JsonProperty("established_ms") Long establishedMs,
    @JsonProperty("old_primary") String oldPrimary,
    @JsonProperty("new_primary") String newPrimary,
    List<String> primaries,
    long failovers,
    @JsonIgnore List<String> problems) {
  Seen {
    channels = List.copyOf(channels);
    reads = List.copyOf(reads);
    primaries = List.copyOf(primaries);
    problems = List.copyOf(problems);
  }

  /**
   * What clients of a channel have seen.
   *
   * @param outageMs longest time between two acknowledgements of any writer, from 1 s before the fault to the end
   * @param stallMs longest time that a single writer waited for an acknowledgement, in the same window
   * @param failed refused for sure
   */
  @JsonPropertyOrder({
    "channel",
    "outage_ms",
    "stall_ms",
    "acked",
    "failed",
    "unknown",
    "lost",
    "duplicates",
    "stale"
  })
  record ChannelSeen(
      Channel channel,
      @JsonProperty("outage_ms") double outageMs,
      @JsonProperty("stall_ms") double stallMs,
      long acked,
      long failed,
      long unknown,
      long lost,
      long duplicates,
      @JsonProperty("order_violations") long orderViolations,
      long phantoms,
      @JsonUnwrapped Staleness stale) {
    long staleReads() {
      return stale.reads();
    }
  }
}
