package io.conclave.chaos;

import io.conclave.chaos.Service.Kind;
import io.conclave.cli.StatusView.GroupView;
import io.conclave.cli.StatusView.NodeView;
import io.conclave.demo.DemoException;
import io.conclave.demo.StatusClient;
import io.conclave.demo.StatusWatch;
import io.conclave.demo.Wholeness;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/** The cell that runs in a stack: what it says of itself. */
final class Cell implements AutoCloseable {
  private static final int HTTP_PORT = 8558;
  private static final Duration SWITCHOVER_LIMIT = Duration.ofSeconds(60);

  private final StatusClient client = new StatusClient();
  private final List<Stack.Container> containers;
  private final List<URI> hosts;
  private final List<String> sentinels;
  private final StatusWatch watch;

  /** Begins to ask the hosts. */
  Cell(List<Stack.Container> containers) {
    this.containers = containers;
    this.hosts = containers.stream()
        .filter(c -> !c.address().isEmpty())
        .sorted(Comparator.comparing(c -> !isSentinel(c.service())))
        .map(c -> URI.create("http://" + c.address() + ":" + HTTP_PORT))
        .toList();
    this.sentinels = containers.stream()
        .map(Stack.Container::service)
        .filter(Cell::isSentinel)
        .toList();
    this.watch = new StatusWatch(client, hosts, this::missing);
    watch.start();
  }

  private static boolean isSentinel(String service) {
    return service.contains("sentinel");
  }

  /** What the group lacks. */
  Optional<String> missing(GroupView group) {
    Optional<String> missing =
        sentinels.isEmpty() ? Wholeness.missing(group) : Wholeness.missing(group, sentinels);
    return missing.or(() -> Wholeness.missingOfEdges(group));
  }

  /** The last that any host has said. */
  GroupView latest() throws ChaosException {
    return watch.latest().orElseThrow(() -> new ChaosException("no host answers: " + hosts));
  }

  /** Waits until nothing is missing. */
  GroupView awaitWhole(String what, Duration limit) throws ChaosException, InterruptedException {
    return await(what, limit, group -> missing(group).isEmpty());
  }

  GroupView await(String what, Duration limit, Predicate<GroupView> condition)
      throws ChaosException, InterruptedException {
    try {
      return watch.await(what, limit, condition);
    } catch (DemoException e) {
      throw new ChaosException(e.getMessage(), e);
    }
  }

  /** Containers that are hosts of the cell, edges or the router; others of the project are left alone. */
  List<Service> services() throws ChaosException {
    GroupView group = latest();
    List<Service> services = new ArrayList<>();
    for (NodeView node : group.nodes()) {
      Kind kind = "READ_REPLICA".equals(node.kind()) ? Kind.REPLICA : Kind.MEMBER;
      containers.stream()
          .filter(c -> c.service().equals(node.host()))
          .forEach(c -> services.add(service(c, kind, node.region())));
    }
    containers.stream()
        .filter(c -> services.stream().noneMatch(s -> s.id().equals(c.id())))
        .flatMap(c -> other(c).stream())
        .forEach(services::add);
    return services;
  }

  private static Optional<Service> other(Stack.Container container) {
    String name = container.service();
    String region = name.contains("-") ? name.substring(0, name.indexOf('-')) : "";
    if (isSentinel(name)) {
      return Optional.of(service(container, Kind.SENTINEL, region));
    }
    if (name.contains("edge")) {
      return Optional.of(service(container, Kind.EDGE, region));
    }
    return name.contains("router")
        ? Optional.of(service(container, Kind.ROUTER, ""))
        : Optional.empty();
  }

  private static Service service(Stack.Container container, Kind kind, String region) {
    return new Service(container.service(), container.id(), container.address(), kind, region);
  }

  /** The host beside the primary. */
  static Optional<String> primaryHost(GroupView group) {
    return Optional.ofNullable(group.primary()).flatMap(group::node).map(NodeView::host);
  }

  /** Changes the primary to this node, or to the coordinator's choice; returns when that has ended. */
  void switchover(Optional<String> target) throws ChaosException, InterruptedException {
    order("switchover", target.map(t -> Map.of("target", t)).orElse(Map.of()));
  }

  private void order(String what, Map<String, String> body)
      throws ChaosException, InterruptedException {
    try {
      HttpResponse<String> answer = client
          .post(hosts.get(0), what, body)
          .get(SWITCHOVER_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      if (answer.statusCode() != 200) {
        throw new ChaosException(
            "%s was answered with %d %s".formatted(what, answer.statusCode(), answer.body()));
      }
    } catch (ExecutionException | TimeoutException e) {
      throw new ChaosException(what + " was not answered: " + e, e);
    }
  }

  @Override
  public void close() {
    watch.close();
  }
}
