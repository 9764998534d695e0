package io.conclave.ops;

import io.conclave.core.EdgeReport;
import io.conclave.core.FailoverSummary;
import io.conclave.core.GroupId;
import io.conclave.core.GroupStatus;
import io.conclave.core.HostId;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport;
import io.conclave.core.Topology;
import io.conclave.core.Vote;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The last word of everybody, as one host has heard it.
 *
 * @param votes one of each sentinel for each group
 * @param failovers last change of primary of each group, as the host's history has it
 * @param edges one of each edge for each group
 */
record BoardState(
    Map<NodeId, Heard<NodeReport>> reports,
    List<Heard<Vote>> votes,
    Map<GroupId, Heard<Topology>> topologies,
    Map<GroupId, Heard<GroupStatus>> statuses,
    Map<GroupId, FailoverSummary> failovers,
    List<Heard<EdgeReport>> edges) {

  static final BoardState EMPTY =
      new BoardState(Map.of(), List.of(), Map.of(), Map.of(), Map.of(), List.of());

  BoardState {
    reports = Map.copyOf(reports);
    votes = List.copyOf(votes);
    topologies = Map.copyOf(topologies);
    statuses = Map.copyOf(statuses);
    failovers = Map.copyOf(failovers);
    edges = List.copyOf(edges);
  }

  Optional<Heard<NodeReport>> report(NodeId node) {
    return Optional.ofNullable(reports.get(node));
  }

  Optional<Heard<GroupStatus>> status(GroupId group) {
    return Optional.ofNullable(statuses.get(group));
  }

  Optional<Heard<EdgeReport>> edge(HostId edge, GroupId group) {
    return edges.stream()
        .filter(heard -> heard.word().edge().equals(edge))
        .filter(heard -> heard.word().group().equals(group))
        .findFirst();
  }

  Optional<FailoverSummary> failover(GroupId group) {
    return Optional.ofNullable(failovers.get(group));
  }

  /** The newest topology of a group, whether it came by itself or in a status; of equal ones the one heard last. */
  Optional<Heard<Topology>> topology(GroupId group) {
    Optional<Heard<Topology>> alone = Optional.ofNullable(topologies.get(group));
    Optional<Heard<Topology>> inStatus =
        status(group).map(status -> new Heard<>(status.word().topology(), status.atMs()));
    return Stream.of(alone, inStatus)
        .flatMap(Optional::stream)
        .max(Comparator.comparing((Heard<Topology> heard) -> heard.word().ballot())
            .thenComparing(heard -> heard.word().version())
            .thenComparing(Heard::atMs));
  }
}
