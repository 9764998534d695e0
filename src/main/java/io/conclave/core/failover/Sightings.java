package io.conclave.core.failover;

import io.conclave.core.HostId;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport;
import io.conclave.core.Vote;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The last word of each agent about each node and of each sentinel, with the moment it arrived (monotonic ms).
 *
 * @param lastStreaming when each standby was last seen to stream
 */
record Sightings(
    Map<NodeId, At<NodeReport>> reports,
    Map<HostId, At<Vote>> votes,
    Map<NodeId, Long> lastStreaming) {
  static final Sightings NONE = new Sightings(Map.of(), Map.of(), Map.of());

  record At<T>(T word, long atMs) {}

  Sightings with(NodeReport report, long nowMs) {
    At<NodeReport> last = reports.get(report.node());
    boolean outOfDate = last != null
        && last.word().agent().equals(report.agent())
        && last.word().sequence() >= report.sequence();
    if (outOfDate) {
      return this;
    }
    Map<NodeId, At<NodeReport>> next = new TreeMap<>(reports);
    next.put(report.node(), new At<>(report, nowMs));
    if (last != null && report.receiver() != NodeReport.Receiver.STREAMING) {
      return new Sightings(next, votes, lastStreaming);
    }
    Map<NodeId, Long> streaming = new TreeMap<>(lastStreaming);
    streaming.put(report.node(), nowMs);
    return new Sightings(next, votes, streaming);
  }

  Sightings with(Vote vote, long nowMs) {
    Map<HostId, At<Vote>> next = new TreeMap<>(votes);
    next.put(vote.sentinel(), new At<>(vote, nowMs));
    return new Sightings(reports, next, lastStreaming);
  }

  /** When a standby was last seen to stream; its first report counts as such. Empty when it never reported. */
  Optional<Long> lastStreamingMs(NodeId node) {
    return Optional.ofNullable(lastStreaming.get(node));
  }

  Optional<NodeReport> report(NodeId node) {
    return Optional.ofNullable(reports.get(node)).map(At::word);
  }

  /** The report, if it is not older than this many ms. */
  Optional<NodeReport> fresh(NodeId node, long nowMs, long ageMs) {
    return Optional.ofNullable(reports.get(node))
        .filter(at -> nowMs - at.atMs() <= ageMs)
        .map(At::word);
  }
}
