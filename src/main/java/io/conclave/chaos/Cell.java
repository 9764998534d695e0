package io.conclave.chaos;

import io.conclave.cli.StatusView.GroupView;
import io.conclave.cli.StatusView.NodeView;
import io.conclave.demo.DemoException;
import io.conclave.demo.StatusClient;
import io.conclave.demo.StatusWatch;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
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
  private final Roster roster;
  private final List<URI> asked;
  private final StatusWatch watch;

  /** Begins to ask the hosts. */
  Cell(List<Stack.Container> containers) {
    this.roster = new Roster(containers);
    this.asked = roster.asked().stream().map(c -> uri(c.address())).toList();
    this.watch = new StatusWatch(client, asked, this::missing);
    watch.listen(roster::hear);
    watch.start();
  }

  private static URI uri(String address) {
    return URI.create("http://" + address + ":" + HTTP_PORT);
  }

  /** What the group lacks. */
  Optional<String> missing(GroupView group) {
    return roster.missing(group);
  }

  /** The last that any host has said. */
  GroupView latest() throws ChaosException {
    return watch.latest().orElseThrow(() -> new ChaosException("no host answers: " + asked));
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

  /** Containers that are hosts of the cell, and the router; others of the project are left alone. */
  List<Service> services() throws ChaosException {
    return roster.services(latest());
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
    Service host = roster
        .ordered(latest())
        .orElseThrow(() -> new ChaosException("no container takes the order: " + what));
    try {
      HttpResponse<String> answer = client
          .post(uri(host.address()), what, body)
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
