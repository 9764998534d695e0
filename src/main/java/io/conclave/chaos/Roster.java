package io.conclave.chaos;

import io.conclave.chaos.Service.Kind;
import io.conclave.chaos.Stack.Container;
import io.conclave.cli.StatusView.EdgeView;
import io.conclave.cli.StatusView.GroupView;
import io.conclave.cli.StatusView.NodeView;
import io.conclave.demo.Wholeness;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;

/**
 * Which containers of a project are hosts of the cell: those whose services bear the names that the cell's status gives, and the service
 * {@code router}. What else an operator has in the project, and however it is called, is left alone.
 */
final class Roster {
  private static final String ROUTER = "router";

  private final List<Container> containers;
  /** With their regions. Whoever has voted once is remembered: a status leaves out a sentinel that has been away since the last epoch. */
  private final Map<String, String> sentinels = new ConcurrentSkipListMap<>();

  Roster(List<Container> containers) {
    this.containers = List.copyOf(containers);
  }

  /** Learns the names of the sentinels. */
  void hear(GroupView group) {
    group.votes().forEach(vote -> sentinels.put(vote.sentinel(), vote.region()));
  }

  /** The hosts of the cell, members first and in the order of the configuration, and the router. */
  List<Service> services(GroupView group) {
    hear(group);
    List<Service> services = new ArrayList<>();
    for (NodeView node : group.nodes()) {
      Kind kind = "READ_REPLICA".equals(node.kind()) ? Kind.REPLICA : Kind.MEMBER;
      add(services, node.host(), kind, node.region());
    }
    sentinels.forEach((sentinel, region) -> add(services, sentinel, Kind.SENTINEL, region));
    group.edges().forEach(edge -> add(services, edge.edge(), Kind.EDGE, edge.region()));
    add(services, ROUTER, Kind.ROUTER, "");
    return services;
  }

  private void add(List<Service> services, String name, Kind kind, String region) {
    containers.stream()
        .filter(c -> c.service().equals(name))
        .filter(c -> services.stream().noneMatch(s -> s.id().equals(c.id())))
        .forEach(c -> services.add(new Service(name, c.id(), c.address(), kind, region)));
  }

  /** What the group lacks. */
  Optional<String> missing(GroupView group) {
    hear(group);
    List<String> voters =
        Stream.concat(sentinels.keySet().stream(), unheard(group)).distinct().toList();
    Optional<String> missing =
        voters.isEmpty() ? Wholeness.missing(group) : Wholeness.missing(group, voters);
    return missing.or(() -> Wholeness.missingOfEdges(group));
  }

  /** Hosts of the cell that are neither a node's nor an edge: sentinels, also before their first vote. */
  private Stream<String> unheard(GroupView group) {
    return containers.stream()
        .filter(Container::isHost)
        .map(Container::service)
        .filter(host -> group.nodes().stream().map(NodeView::host).noneMatch(host::equals))
        .filter(host -> group.edges().stream().map(EdgeView::edge).noneMatch(host::equals));
  }

  /**
   * The containers whose status is to be asked, those first that have nothing else to do. Before the first answer no name is known; in a stack whose
   * containers do not say that they are hosts all of them are asked.
   */
  List<Container> asked() {
    List<Container> reachable =
        containers.stream().filter(c -> !c.address().isEmpty()).toList();
    boolean say = reachable.stream().anyMatch(Container::isHost);
    return reachable.stream()
        .filter(c -> !say || c.isHost())
        .sorted(Comparator.comparing(c -> !c.service().contains("sentinel")))
        .toList();
  }

  /** A host that takes orders: a sentinel, or else a node's. */
  Optional<Service> ordered(GroupView group) {
    return services(group).stream()
        .filter(service -> !service.address().isEmpty() && !service.is(Kind.ROUTER))
        .min(Comparator.comparing(service -> !sentinels.containsKey(service.name())));
  }
}
