package io.conclave.core.check;

import io.conclave.core.Configuration;
import io.conclave.core.Incumbent;
import io.conclave.core.Lsn;
import io.conclave.core.NodeReport;
import io.conclave.core.Topology;
import io.conclave.core.agent.GateRule;
import java.util.Optional;

/**
 * What a host knows when one of its nodes is checked.
 *
 * @param word the last of its own agent about the node
 * @param topology the newest that was heard of the node's group
 * @param primary last position that was heard of that topology's primary, however long ago
 * @param nowMs on the clock of {@link LocalReport#asOfMs}
 */
public record Sight(
    Optional<LocalReport> word, Optional<Topology> topology, Optional<Lsn> primary, long nowMs) {

  /** How old the word is, in ms. */
  public Optional<Long> ageMs() {
    return word.map(said -> Math.max(0, nowMs - said.asOfMs()));
  }

  /** How far the primary is ahead of what the node has replayed, or received, in bytes; empty when one is not known. */
  public Optional<Long> lagBytes(boolean received) {
    return word.map(LocalReport::report)
        .flatMap(report ->
            primary.map(ahead -> ahead.ahead(received ? report.received() : report.position())));
  }

  /** The primary of a newer epoch than the node has shown, when it is another node. */
  Optional<Incumbent> successor(NodeReport report) {
    return topology
        .flatMap(Topology::incumbent)
        .filter(incumbent -> GateRule.isSuperseded(report.node(), epoch(report), incumbent));
  }

  /** Whether commits of the established configuration wait for the node; empty when there is none. */
  Optional<Boolean> isSync(NodeReport report) {
    return topology
        .filter(Topology::established)
        .flatMap(Topology::configuration)
        .map(Configuration::sync)
        .map(sync -> sync.k() > 0 && sync.contains(report.node()));
  }

  private static long epoch(NodeReport report) {
    return report.epochRow().map(row -> row.epoch()).orElse(0L);
  }
}
