package io.conclave.ops;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.cluster.typed.Cluster;
import akka.cluster.typed.Down;
import io.conclave.core.Timings;
import io.conclave.core.Topology;
import io.conclave.wire.Topics;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host from its first moment on: alive, not ready, without a coordinator; then with one that cannot be reached. */
class HealthTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final HttpClient client = HttpClient.newHttpClient();

  @TempDir
  private Path state;

  private OneHost host;

  @BeforeEach
  void start() throws Exception {
    host = OneHost.start(Words.host("us"), state);
  }

  @AfterEach
  void stop() {
    host.close();
  }

  @Test
  void readyOnceItsAgentHasReportedAndNoMoreWhenThatFallsSilent() throws Exception {
    assertEquals(200, get("/alive").statusCode());
    assertEquals(500, get("/ready").statusCode());
    host.say(Topics.REPORTS, Words.report("eu", 1, "0/3000148"));
    assertEquals(500, get("/ready").statusCode(), "the node of another host does not count");
    host.say(Topics.REPORTS, Words.report("us", 1, "0/3000148"));
    await().atMost(PATIENCE).until(() -> get("/ready").statusCode() == 200);
    await().atMost(PATIENCE).until(() -> get("/ready").statusCode() == 500);
    assertEquals(200, get("/alive").statusCode());
  }

  @Test
  void noSwitchoverWithoutACoordinator() throws Exception {
    assertRefused("no coordinator of group 'main' is known here yet");
    host.say(Topics.TOPOLOGIES, Words.topology(12, "ap"));
    assertRefused("the coordinator of group 'main', at ap-1, cannot be reached from here");
    await().atMost(PATIENCE).until(() -> switchover().body().contains("at ap-1, is silent"));
  }

  @Test
  void aHostThatWasDownedStartsAnewInThisJvmOnItsPort() throws Exception {
    int port = host.uri("/").getPort();
    Cluster cluster = Cluster.get(host.system());
    cluster.manager().tell(new Down(cluster.selfMember().address()));
    host.system().getWhenTerminated().toCompletableFuture().get(20, TimeUnit.SECONDS);
    host = OneHost.start(Words.host("us"), state, port);
    assertEquals(200, get("/alive").statusCode());
    assertEquals(port, host.uri("/").getPort());
  }

  @Test
  void aCoordinatorThatDoesNotAnswerLeavesTheEndUnknown() throws Exception {
    host.coordinate(Words.host("us"));
    Heard<Topology> heard = new Heard<>(Words.topology(12, "us"), Board.nowMs());
    BoardState board = new BoardState(
        Map.of(), List.of(), Map.of(Words.MAIN, heard), Map.of(), Map.of(), List.of());
    Views views = new Views(Words.host("us"), List.of(Words.main()), Map.of(), Timings.LAN);
    int status = new SwitchoverDesk(
            host.system(), views, Duration.ofMillis(200), Duration.ofSeconds(1))
        .switchOver(Words.main(), Optional.empty(), Optional.empty(), board)
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS)
        .status()
        .intValue();
    assertEquals(504, status);
  }

  private void assertRefused(String reason) throws IOException, InterruptedException {
    HttpResponse<String> answer = switchover();
    assertEquals(503, answer.statusCode());
    assertTrue(answer.body().contains(reason), answer.body());
  }

  private HttpResponse<String> switchover() throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(host.uri("/conclave/groups/main/switchover"))
            .POST(BodyPublishers.noBody())
            .build(),
        BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(HttpRequest.newBuilder(host.uri(path)).build(), BodyHandlers.ofString());
  }
}
