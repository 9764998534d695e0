package io.conclave.chaos;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.conclave.demo.Spread;
import io.conclave.workload.ReadLog;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What readers of an edge have seen, where it leads to standbys. How far an answer is behind is how long the oldest write that it misses
 * had been acknowledged when the read was sent.
 *
 * @param outageMs longest time without an answer to any reader, from 1 s before the fault to the end
 * @param failed errors, those of logins among them
 * @param lagMs how far an answer of a standby was behind at most, before the fault and when all was whole again
 * @param lagInFaultMs the same in between
 * @param nodes how many reads each node has answered
 */
@JsonPropertyOrder({
  "channel",
  "outage_ms",
  "answered",
  "failed",
  "stale",
  "lag_ms",
  "lag_in_fault_ms",
  "nodes"
})
record ReadsSeen(
    Channel channel,
    @JsonProperty("outage_ms") double outageMs,
    long answered,
    long failed,
    @JsonUnwrapped Staleness stale,
    @JsonProperty("lag_ms") double lagMs,
    @JsonProperty("lag_in_fault_ms") double lagInFaultMs,
    Map<String, Long> nodes) {
  ReadsSeen {
    // In their order, which a copy would not keep.
    nodes = Collections.unmodifiableMap(new TreeMap<>(nodes));
  }

  static ReadsSeen of(Channel channel, ReadLog log, Moments moments) {
    ReadLog.Window window = log.window(moments.fromNanos(), moments.endNanos());
    double before = log.lagMs(moments.calmNanos(), moments.faultNanos());
    double after = log.lagMs(moments.wholeNanos(), moments.endNanos());
    double fault = log.lagMs(moments.faultNanos(), moments.wholeNanos());
    return new ReadsSeen(
        channel,
        Spread.round(window.outageMs()),
        window.answered(),
        window.failed(),
        Staleness.of(log.staleNanos(), moments.faultNanos()),
        Spread.round(Math.max(before, after)),
        Spread.round(fault),
        window.nodes());
  }
}
