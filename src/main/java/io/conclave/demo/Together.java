package io.conclave.demo;

import io.conclave.cli.StatusView.GroupView;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Brings the primary, the coordinator and the cell's singleton onto one host, as an operator could: a switchover to the node
 * beside the singleton, then a move of the coordinator. The worst host to lose.
 */
final class Together {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final Cell cell;

  Together(Cell cell) {
    this.cell = cell;
  }

  /**
   * Returns when all three are together and the group is whole.
   *
   * @throws DemoException when a host refuses, or it does not come
   */
  GroupView arrange(GroupView calm) throws DemoException, IOException, InterruptedException {
    DemoHost any = cell.hosts().get(0).host();
    DemoHost singleton = cell.client().singleton(any, cell.files().hosts());
    if (!singleton.node().equals(calm.primary())) {
      done(cell.client().switchover(any, singleton.node()));
      cell.watch()
          .await(
              "a switchover to " + singleton.node(),
              LIMIT,
              group -> singleton.node().equals(group.primary()) && Wholeness.whole(group));
    }
    done(cell.client().moveCoordinator(any, singleton.name()));
    return cell.watch()
        .await(
            "the coordinator at " + singleton.name(),
            LIMIT,
            group -> singleton.name().equals(group.coordinator())
                && singleton.node().equals(group.primary())
                && Wholeness.whole(group));
  }

  private static void done(CompletableFuture<HttpResponse<String>> answer)
      throws DemoException, InterruptedException {
    try {
      HttpResponse<String> response = answer.get();
      if (response.statusCode() != 200) {
        throw new DemoException("%s was answered with %d %s"
            .formatted(response.uri().getPath(), response.statusCode(), response.body()));
      }
    } catch (ExecutionException e) {
      throw new DemoException("a host does not answer: " + e.getCause(), e);
    }
  }
}
