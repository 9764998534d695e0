package io.conclave.core.failover;

import io.conclave.core.Configuration;
import io.conclave.core.EpochRow;
import io.conclave.core.Fenced;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport;
import io.conclave.core.Prefix;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether what a fenced node shows is a copy of one history. A standby that nobody looked after may have gone on with WAL of
 * another promotion ({@link Prefix#sharesRows}): its newest row is right, and what is before it is nobody's. Such a node is
 * no candidate, however far it is.
 */
final class Histories {
  private Histories() {}

  /**
   * The coordinator has compared the rows of every node that an active configuration names with those of its primary, or of
   * its candidate. Of another one nothing is known but what it shows: it must show the same as a named one that is as new.
   */
  static boolean isSound(Turn turn, NodeId node, Map<NodeId, Fenced> fenced) {
    List<EpochRow> own = rows(turn, node);
    if (!Prefix.isOneHistory(own)) {
      return false;
    }
    return isNamed(turn, node)
        || fenced.entrySet().stream()
            .filter(other -> isNamed(turn, other.getKey()) && isAsNew(fenced, node, other))
            .anyMatch(other -> Prefix.sharesRows(own, rows(turn, other.getKey())));
  }

  static List<EpochRow> rows(Turn turn, NodeId node) {
    return turn.seen().report(node).map(NodeReport::history).orElse(List.of());
  }

  private static boolean isNamed(Turn turn, NodeId node) {
    return turn.register().active().stream().anyMatch(now -> names(now, node));
  }

  private static boolean names(Configuration configuration, NodeId node) {
    return configuration.primary().equals(node) || configuration.sync().contains(node);
  }

  private static boolean isAsNew(
      Map<NodeId, Fenced> fenced, NodeId node, Map.Entry<NodeId, Fenced> other) {
    return Optional.ofNullable(fenced.get(node))
        .filter(
            own -> own.epochRow().promotion().equals(other.getValue().epochRow().promotion()))
        .isPresent();
  }
}
