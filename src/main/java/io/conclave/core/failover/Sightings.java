package io.conclave.core.failover;

import io.conclave.core.EdgeReport;
import io.conclave.core.HostId;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport;
import io.conclave.core.Vote;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The last word of each agent about each node, of each sentinel and of each edge, with the moment it arrived (monotonic ms).
 */
record Sightings(
    Map<NodeId, Reported> reports, Map<HostId, At<Vote>> votes, Map<HostId, At<EdgeReport>> edges) {
  static final Sightings NONE = new Sightings(Map.of(), Map.of(), Map.of());

  record At<T>(T word, long atMs) {}

  /** @param streamingMs when the node was last seen to stream; its first report counts as such */
  record Reported(NodeReport word, long atMs, long streamingMs) {}

  Sightings with(NodeReport report, long nowMs) {
    Reported last = reports.get(report.node());
    boolean outOfDate = last != null
        && last.word().agent().equals(report.agent())
        && last.word().sequence() >= report.sequence();
    if (outOfDate) {
      return this;
    }
    boolean streams = last == null || report.receiver() == NodeReport.Receiver.STREAMING;
    Map<NodeId, Reported> next = new TreeMap<>(reports);
    next.put(report.node(), new Reported(report, nowMs, streams ? nowMs : last.streamingMs()));
    return new Sightings(next, votes, edges);
  }

  Sightings with(Vote vote, long nowMs) {
    Map<HostId, At<Vote>> next = new TreeMap<>(votes);
    next.put(vote.sentinel(), new At<>(vote, nowMs));
    return new Sightings(reports, next, edges);
  }

  Sightings with(EdgeReport report, long nowMs) {
    At<EdgeReport> last = edges.get(report.edge());
    boolean outOfDate = last != null
        && last.word().process().equals(report.process())
        && last.word().sequence() >= report.sequence();
    if (outOfDate) {
      return this;
    }
    Map<HostId, At<EdgeReport>> next = new TreeMap<>(edges);
    next.put(report.edge(), new At<>(report, nowMs));
    return new Sightings(reports, votes, next);
  }

  /** When a standby was last seen to stream; its first report counts as such. Empty when it never reported. */
  Optional<Long> lastStreamingMs(NodeId node) {
    return Optional.ofNullable(reports.get(node)).map(Reported::streamingMs);
  }

  Optional<NodeReport> report(NodeId node) {
    return Optional.ofNullable(reports.get(node)).map(Reported::word);
  }

  /** The report, if it is not older than this many ms. */
  Optional<NodeReport> fresh(NodeId node, long nowMs, long ageMs) {
    return Optional.ofNullable(reports.get(node))
        .filter(at -> nowMs - at.atMs() <= ageMs)
        .map(Reported::word);
  }

  /** The reports of the edges that are not older than this many ms, by the names of their hosts. */
  List<EdgeReport> edges(long nowMs, long ageMs) {
    return edges.values().stream()
        .filter(at -> nowMs - at.atMs() <= ageMs)
        .map(At::word)
        .toList();
  }
}
