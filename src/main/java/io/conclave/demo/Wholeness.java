package io.conclave.demo;

import io.conclave.cli.StatusView.EdgeView;
import io.conclave.cli.StatusView.GroupView;
import io.conclave.cli.StatusView.NodeView;
import java.util.List;
import java.util.Optional;

/** When a group is whole again, so that the next fault may come. */
public final class Wholeness {
  private static final long FRESH_MS = 3000;

  private Wholeness() {}

  /** Whether it lacks nothing. */
  public static boolean whole(GroupView group) {
    return missing(group).isEmpty();
  }

  /** The first thing that the group lacks, as a sentence; empty when it is whole. */
  public static Optional<String> missing(GroupView group) {
    return missing(group, group.nodes().stream().map(NodeView::host).distinct().toList());
  }

  /**
   * The same where the sentinels are on hosts of their own.
   *
   * @param sentinels each of them must vote
   */
  public static Optional<String> missing(GroupView group, List<String> sentinels) {
    if (group.ageMs() > FRESH_MS) {
      return Optional.of("the status is " + group.ageMs() + " ms old");
    }
    if (!group.established() || group.primary() == null) {
      return Optional.of("epoch " + group.epoch() + " is not established");
    }
    if (group.blocker() != null) {
      return Optional.of(group.blocker());
    }
    Optional<String> node =
        group.nodes().stream().flatMap(n -> missing(group, n).stream()).findFirst();
    if (node.isPresent()) {
      return node;
    }
    Optional<String> silent = silentSentinel(group, sentinels);
    if (silent.isPresent()) {
      return silent;
    }
    return "STEADY".equals(group.phase())
        ? Optional.empty()
        : Optional.of("the group is in phase " + group.phase());
  }

  /** The first edge that does not lead its clients to the primary, as a sentence; empty when all do, and when there is none. */
  public static Optional<String> missingOfEdges(GroupView group) {
    return group.edges().stream().flatMap(edge -> missing(group, edge).stream()).findFirst();
  }

  private static Optional<String> missing(GroupView group, EdgeView edge) {
    if (edge.problem() != null) {
      return Optional.of("edge " + edge.edge() + ": " + edge.problem());
    }
    if (edge.held()) {
      return Optional.of("edge " + edge.edge() + " holds its clients");
    }
    return edge.primary() != null && edge.primary().equals(group.primary())
        ? Optional.empty()
        : Optional.of("edge %s leads to %s, and the primary is %s"
            .formatted(
                edge.edge(), edge.primary() == null ? "nobody" : edge.primary(), group.primary()));
  }

  /** A host that is not back in the cluster yet would make the next fault the second one at once. */
  private static Optional<String> silentSentinel(GroupView group, List<String> sentinels) {
    return sentinels.stream()
        .filter(host -> group.votes().stream()
            .noneMatch(vote -> vote.sentinel().equals(host) && vote.ageMs() <= FRESH_MS))
        .map(host -> "the sentinel of " + host + " does not vote")
        .findFirst();
  }

  private static Optional<String> missing(GroupView group, NodeView node) {
    boolean primary = node.node().equals(group.primary());
    if (!(primary ? "PRIMARY" : "STANDBY").equals(node.server())) {
      return Optional.of(node.node() + " is " + node.server());
    }
    if (node.epoch() != group.epoch()) {
      return Optional.of(node.node() + " is at epoch " + node.epoch());
    }
    if (!"OPEN".equals(node.gate())) {
      return Optional.of("the gate of " + node.node() + " is " + node.gate());
    }
    if ("RUNNING".equals(node.order())) {
      return Optional.of(node.node() + " carries out an order: " + node.orderDetail());
    }
    return primary ? Optional.empty() : missingOfStandby(group, node);
  }

  private static Optional<String> missingOfStandby(GroupView group, NodeView node) {
    if (!"STREAMING".equals(node.receiver()) || node.rebuilding()) {
      return Optional.of(node.node() + " does not stream: " + node.receiver());
    }
    boolean counts = "READ_REPLICA".equals(node.kind()) || group.syncSet().contains(node.node());
    return counts ? Optional.empty() : Optional.of(node.node() + " is not in the sync set yet");
  }
}
