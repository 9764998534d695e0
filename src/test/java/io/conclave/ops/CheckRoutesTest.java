package io.conclave.ops;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.conclave.core.GroupDefinition;
import io.conclave.core.GroupId;
import io.conclave.core.HostId;
import io.conclave.core.Member;
import io.conclave.core.NodeId;
import io.conclave.core.check.LocalReport;
import io.conclave.wire.Topics;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The paths of Patroni over HTTP: of a host with one node, with two, and without any. */
class CheckRoutesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @TempDir
  private static Path state;

  private static OneHost one;
  private static OneHost two;
  private static OneHost none;

  @BeforeAll
  static void start() throws Exception {
    one = OneHost.start(Words.host("us"), state.resolve("one"));
    two = OneHost.start(
        Words.host("us"), state.resolve("two"), 0, List.of(Words.main(), second(Words.host("us"))));
    none = OneHost.start(new HostId("sentinel-1"), state.resolve("none"));
  }

  private static GroupDefinition second(HostId host) {
    Member first = Words.main().members().get(0);
    Member member = new Member(
        new NodeId("other-db"),
        host,
        first.region(),
        first.kind(),
        first.address(),
        6543,
        first.priority());
    return new GroupDefinition(
        new GroupId("other"), List.of(member), Words.main().durability());
  }

  @AfterAll
  static void stop() {
    for (OneHost host : List.of(one, two, none)) {
      host.close();
    }
  }

  /** A word that does not grow old however slow the machine is. */
  private static void say(OneHost host) {
    long asOfMs = Board.nowMs() + PATIENCE.toMillis();
    host.local().say(new LocalReport(Words.report("us", 1, "0/3000148"), asOfMs, true));
  }

  private static HttpResponse<String> ask(OneHost host, String method, String path)
      throws IOException, InterruptedException {
    return CLIENT.send(
        HttpRequest.newBuilder(host.uri(path))
            .method(method, BodyPublishers.noBody())
            .build(),
        BodyHandlers.ofString());
  }

  @ParameterizedTest
  @CsvSource({
    "/, 200",
    "/?anything=1, 200",
    "/primary, 200",
    "/primary?lag=1MB, 200",
    "/read-write, 200",
    "/master, 200",
    "/leader, 200",
    "/standby-leader, 503",
    "/replica, 503",
    "/replica?lag=16MB, 503",
    "/replica?lag=x, 400",
    "/readiness?mode=flush, 400",
    "/sync, 503",
    "/synchronous, 503",
    "/quorum, 503",
    "/async, 503",
    "/read-only, 200",
    "/read-only-sync, 200",
    "/read-only-synchronous, 200",
    "/read-only-quorum, 200",
    "/sync?lag=x, 400",
    "/quorum?lag=16MB, 503",
    "/read-only-sync?lag=0, 200",
    "/health, 200",
    "/liveness, 200",
    "/readiness, 200",
    "/nodes/us-db-1, 200",
    "/nodes/us-db-1/primary, 200",
    "/nodes/us-db-1/replica?lag=1, 503",
    "/nodes/us-db-9/primary, 404",
    "/nodes/us-db-1/primery, 404",
    "/primery, 404",
    "/alive, 200",
  })
  void everyMethodHasTheSameStatus(String path, int status) throws Exception {
    for (String method : List.of("GET", "HEAD", "OPTIONS")) {
      if (method.equals("GET") || !path.equals("/alive")) {
        say(one);
        HttpResponse<String> answer = ask(one, method, path);
        assertEquals(status, answer.statusCode(), method);
        assertTrue(method.equals("GET") || status > 399 || answer.body().isEmpty(), method);
      }
    }
  }

  @Test
  void nothingIsWrittenByThem() throws Exception {
    assertEquals(405, ask(one, "POST", "/primary").statusCode());
    assertEquals(405, ask(one, "DELETE", "/nodes/us-db-1").statusCode());
  }

  @Test
  void theBodyTellsMore() throws Exception {
    say(one);
    JsonNode body = JSON.readTree(ask(one, "GET", "/replica").body());
    assertEquals("running", body.path("state").asText());
    assertEquals("primary", body.path("role").asText());
    assertEquals(4, body.path("timeline").asInt());
    assertEquals(0x3000148, body.path("xlog").path("location").asLong());
    assertTrue(body.path("xlog").path("replayed_location").isMissingNode());
    assertEquals(3, body.path("epoch").asLong());
    assertEquals("OPEN", body.path("gate").asText());
    assertTrue(body.path("report_age_ms").isNumber());
    assertEquals(
        "it is no standby: the server is a primary", body.path("reason").asText());
  }

  @Test
  void aSuccessorThatWasHeardEndsIt() throws Exception {
    OneHost host = OneHost.start(Words.host("us"), state.resolve("successor"));
    try {
      say(host);
      assertEquals(200, ask(host, "HEAD", "/primary").statusCode());
      host.say(Topics.TOPOLOGIES, Words.successor(13, "eu"));
      await().atMost(PATIENCE).until(() -> {
        say(host);
        return ask(host, "GET", "/primary").body().contains("eu-db-1 is primary of epoch 4");
      });
    } finally {
      host.close();
    }
  }

  @Test
  void anAgentThatFallsSilentFails() throws Exception {
    one.local()
        .say(new LocalReport(Words.report("us", 1, "0/3000148"), Board.nowMs() - 1000, true));
    assertEquals(503, ask(one, "GET", "/primary").statusCode());
    assertEquals(200, ask(one, "GET", "/liveness").statusCode());
  }

  /** As {@code option httpchk} does by itself. */
  @ParameterizedTest
  @ValueSource(
      strings = {"OPTIONS / HTTP/1.0", "OPTIONS /primary HTTP/1.0", "GET /primary HTTP/1.0"})
  void aCheckByHttp10NeedsNoHost(String request) throws Exception {
    say(one);
    URI uri = one.uri("/");
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      socket.setSoTimeout((int) PATIENCE.toMillis());
      socket.getOutputStream().write((request + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertTrue(answer.matches("(?s)HTTP/1\\.[01] 200 OK\r\n.*"), answer);
    }
  }

  @Test
  void ofSeveralNodesOneMustBeNamed() throws Exception {
    HttpResponse<String> answer = ask(two, "GET", "/primary");
    assertEquals(404, answer.statusCode());
    assertTrue(
        answer
            .body()
            .contains("us-1 has several nodes (us-db-1, other-db): ask /nodes/<node>/primary"),
        answer.body());
    say(two);
    assertEquals(200, ask(two, "GET", "/nodes/us-db-1/primary").statusCode());
    answer = ask(two, "GET", "/nodes/other-db/primary");
    assertEquals(503, answer.statusCode());
    assertTrue(answer.body().contains("has said nothing of this node yet"), answer.body());
  }

  @Test
  void aHostWithoutNodesTellsOfItsDaemon() throws Exception {
    HttpResponse<String> answer = ask(none, "GET", "/replica");
    assertEquals(404, answer.statusCode());
    assertTrue(answer.body().contains("sentinel-1 has no node of PostgreSQL"), answer.body());
    assertEquals(404, ask(none, "GET", "/nodes/us-db-1/primary").statusCode());
    assertEquals(200, ask(none, "GET", "/liveness").statusCode());
    await().atMost(PATIENCE).until(() -> ask(none, "GET", "/readiness").statusCode() == 200);
  }
}
