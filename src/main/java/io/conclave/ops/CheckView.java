package io.conclave.ops;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.conclave.core.Gate;
import io.conclave.core.Lsn;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport;
import io.conclave.core.NodeReport.ServerState;
import io.conclave.core.check.LocalReport;
import io.conclave.core.check.Sight;
import java.util.Optional;

/**
 * The JSON of a health check, with the names that Patroni has for the same. What is not known is left out.
 *
 * @param state {@code running}, {@code starting}, {@code stopped}, {@code creating replica} or {@code unknown}
 * @param role {@code primary}, {@code replica} or {@code uninitialized}
 * @param lag how far the primary is ahead of what was replayed, in bytes
 * @param epoch of the newest epoch row that the node shows
 * @param reportAgeMs how old all of this is
 * @param reason why the check does not pass
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
record CheckView(
    String node,
    String state,
    Optional<String> role,
    Optional<Integer> timeline,
    Optional<Xlog> xlog,
    Optional<Long> lag,
    Optional<Long> epoch,
    Optional<Gate> gate,
    Optional<Long> reportAgeMs,
    Optional<String> reason) {

  /** Positions in the write-ahead log, in bytes: of a primary the first, of a standby the others. */
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  record Xlog(
      Optional<Long> location, Optional<Long> receivedLocation, Optional<Long> replayedLocation) {}

  static CheckView of(NodeId node, Sight sight, Optional<String> objection) {
    Optional<NodeReport> report = sight.word().map(LocalReport::report);
    Optional<NodeReport> standby = report.filter(said -> said.server() == ServerState.STANDBY);
    return new CheckView(
        node.value(),
        report.map(CheckView::state).orElse("unknown"),
        report.flatMap(CheckView::role),
        report.map(NodeReport::timeline).filter(timeline -> timeline > 0),
        report.flatMap(CheckView::xlog),
        standby.flatMap(said -> sight.lagBytes(false)),
        report.flatMap(NodeReport::epochRow).map(row -> row.epoch()),
        report.map(NodeReport::gate),
        sight.ageMs(),
        objection);
  }

  private static String state(NodeReport report) {
    if (report.rebuilding().isPresent()) {
      return "creating replica";
    }
    return switch (report.server()) {
      case PRIMARY, STANDBY -> "running";
      case STARTING -> "starting";
      case STOPPED, ABSENT, QUARANTINED -> "stopped";
      case UNRESPONSIVE -> "unknown";
    };
  }

  private static Optional<String> role(NodeReport report) {
    return switch (report.server()) {
      case PRIMARY -> Optional.of("primary");
      case STANDBY -> Optional.of("replica");
      case ABSENT -> Optional.of("uninitialized");
      case STARTING, STOPPED, QUARANTINED, UNRESPONSIVE -> Optional.empty();
    };
  }

  private static Optional<Xlog> xlog(NodeReport report) {
    return switch (report.server()) {
      case PRIMARY ->
        Optional.of(new Xlog(bytes(report.position()), Optional.empty(), Optional.empty()));
      case STANDBY ->
        Optional.of(new Xlog(Optional.empty(), bytes(report.received()), bytes(report.position())));
      case ABSENT, STARTING, STOPPED, QUARANTINED, UNRESPONSIVE -> Optional.empty();
    };
  }

  private static Optional<Long> bytes(Lsn position) {
    return Optional.of(position.bytes());
  }
}
