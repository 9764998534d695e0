package io.conclave.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.conclave.cli.StatusView.GroupView;
import io.conclave.demo.HostProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The health checks of load balancers while the primary changes. */
@ExtendWith(OneCell.Strict.class)
class HealthChecksIT {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  /** Nothing: no answer came. */
  private static final int NONE = 0;

  private static HttpRequest request(HostProcess host, String method, String path) {
    return HttpRequest.newBuilder(URI.create(host.host().url() + path))
        .method(method, BodyPublishers.noBody())
        .timeout(TestCell.LIMIT)
        .build();
  }

  private static int check(HostProcess host, String path) throws InterruptedException {
    try {
      return CLIENT.send(request(host, "HEAD", path), BodyHandlers.discarding()).statusCode();
    } catch (IOException goneOrNotThereYet) {
      return NONE;
    }
  }

  private static void awaitCheck(HostProcess host, String path, int status) {
    Awaitility.await(host.host().name() + path + " to be " + status)
        .atMost(TestCell.LIMIT)
        .until(() -> check(host, path) == status);
  }

  private static void awaitChecks(HostProcess primary, List<HostProcess> standbys) {
    for (String path :
        List.of("/", "/primary", "/read-only", "/health", "/liveness", "/readiness")) {
      awaitCheck(primary, path, 200);
    }
    for (String path : List.of("/replica", "/sync", "/async", "/standby-leader")) {
      awaitCheck(primary, path, 503);
    }
    for (HostProcess standby : standbys) {
      for (String path : List.of(
          "/replica?lag=16MB",
          "/sync?lag=16MB",
          "/read-only",
          "/read-only-synchronous",
          "/readiness")) {
        awaitCheck(standby, path, 200);
      }
      for (String path : List.of("/", "/primary", "/async")) {
        awaitCheck(standby, path, 503);
      }
    }
  }

  @Test
  void aFailoverFlipsThem(TestCell cell) throws Exception {
    GroupView before = cell.awaitWhole();
    HostProcess first = cell.primary();
    awaitChecks(first, cell.standbys());
    cell.signal("KILL", List.of(TestCell.postmaster(first)));
    GroupView after = cell.awaitFailover(before);
    HostProcess second = cell.cell().hostOf(after.primary());
    awaitCheck(second, "/primary", 200);
    assertEquals(503, check(first, "/primary"));
    cell.awaitWhole();
    awaitChecks(cell.primary(), cell.standbys());
  }

  @Test
  void aPrimaryThatWasFrozenIsNoneWhenItThaws(TestCell cell) throws Exception {
    GroupView before = cell.awaitWhole();
    HostProcess old = cell.primary();
    awaitCheck(old, "/primary", 200);
    List<Long> frozen = old.pids();
    cell.signal("STOP", frozen);
    // Waits in its socket, and is the first thing that it reads when it thaws.
    CompletableFuture<HttpResponse<Void>> asked;
    try {
      cell.awaitFailover(before);
      asked = CLIENT.sendAsync(request(old, "HEAD", "/primary"), BodyHandlers.discarding());
      cell.awaitWrites(100);
    } finally {
      cell.signal("CONT", frozen);
    }
    // The host leaves the cluster and begins anew: the connection may end before the answer.
    assertNotEquals(
        200,
        asked.handle((answer, end) -> end == null ? answer.statusCode() : NONE).get());
    Awaitility.await("the old primary to be a replica")
        .atMost(TestCell.LIMIT)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> {
          assertNotEquals(200, check(old, "/primary"));
          return check(old, "/replica?lag=1MB") == 200;
        });
  }
}
