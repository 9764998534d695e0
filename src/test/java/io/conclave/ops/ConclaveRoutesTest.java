package io.conclave.ops;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.conclave.core.SwitchoverReply;
import io.conclave.core.Timings;
import io.conclave.core.Vote;
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
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every route and every error of it, over HTTP, on a real actor system that is a cluster of one. */
class ConclaveRoutesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @TempDir
  private static Path state;

  private static OneHost host;

  @BeforeAll
  static void start() throws Exception {
    host = OneHost.start(Words.host("us"), state);
    host.say(Topics.REPORTS, Words.report("us", 1, "0/3000148"));
    host.say(Topics.VOTES, Words.vote("us", 3, Vote.Opinion.HEALTHY));
    Words.change().forEach(record -> host.say(Topics.DECISIONS, record));
    host.say(Topics.STATUSES, Words.status(Words.topology(12, "us")));
    host.say(Topics.TOPOLOGIES, Words.topology(12, "us"));
    // Outbid, and it does not know yet.
    host.say(Topics.TOPOLOGIES, Words.topology(9, "ap"));
    host.say(Topics.STATUSES, Words.status(Words.topology(9, "ap")));
    host.coordinate(Words.host("us"));
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> get("/conclave/votes").body().path("votes").size() == 1
            && get("/conclave/decisions").body().path("decisions").size() == 2);
  }

  @AfterAll
  static void stop() {
    if (host != null) {
      host.close();
    }
  }

  @Test
  void groups() throws Exception {
    JsonNode all = get("/conclave/groups").body();
    assertEquals("us-1", all.path("host").asText());
    JsonNode group = all.path("groups").path(0);
    assertEquals("us-db-1", group.path("primary").asText());
    assertEquals("us-1", group.path("coordinator").asText(), "the outbid one is ignored");
    assertEquals("12.1f3a9c2e", group.path("ballot").asText());
    assertEquals("STEADY", group.path("phase").asText());
    assertEquals(3, group.path("last_failover").path("id").asLong());
    assertEquals("1f3a9c2e", group.path("last_failover").path("decision").asText());
    assertEquals("VERDICT", group.path("last_failover").path("cause").asText());
    assertEquals("SILENT", group.path("nodes").path(1).path("server").asText());
  }

  @Test
  void decisions() throws Exception {
    JsonNode newest = get("/conclave/decisions?group=main&limit=1").body();
    assertEquals(1, newest.path("decisions").size());
    JsonNode line = newest.path("decisions").path(0);
    assertEquals("1f3a9c2e", line.path("id").asText());
    assertEquals("Established", line.path("kind").asText());
    assertEquals("12.1f3a9c2e", line.path("ballot").asText());
    assertEquals(2, newest.path("text").size(), "a head and a line");
  }

  @Test
  void oneDecisionWithTheStoryAroundIt() throws Exception {
    JsonNode page = get("/conclave/decisions/1F3A").body();
    assertEquals(2, page.path("story").size());
    assertEquals(
        "FailoverBegun",
        page.path("story").path(0).path("decision").path("type").asText());
    assertEquals(
        "us-db-1",
        page.path("record")
            .path("decision")
            .path("configuration")
            .path("primary")
            .asText());
    assertEquals(
        "group main: failover from eu-db-1 to us-db-1, epoch 3: done in 80 ms",
        page.path("text").path(0).asText());
  }

  @Test
  void oneGroup() throws Exception {
    Answer answer = get("/conclave/groups/main");
    assertEquals(200, answer.status());
    assertEquals("main", answer.body().path("group").asText());
    assertEquals("application/json", answer.contentType());
  }

  @Test
  void nodesAndVotes() throws Exception {
    JsonNode nodes = get("/conclave/nodes").body().path("nodes");
    assertEquals(3, nodes.size());
    assertEquals("main", nodes.path(0).path("group").asText());
    assertEquals("PRIMARY", get("/conclave/nodes/us-db-1").body().path("server").asText());
    assertEquals(
        "HEALTHY",
        get("/conclave/votes").body().path("votes").path(0).path("opinion").asText());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET|/conclave/groups/mian|404|must be one of main",
        "GET|/conclave/groups/MAIN|404|must be one of main",
        "GET|/conclave/nodes/us-db-2|404|must be one of us-db-1, eu-db-1, ap-db-1",
        "GET|/conclave/nothing|404|/conclave/groups",
        "GET|/conclave/decisions?group=mian|404|must be one of main",
        "GET|/conclave/decisions?limit=0|400|must be a number from 1 to 1000",
        "GET|/conclave/decisions?limit=many|400|must be a number from 1 to 1000",
        "GET|/conclave/decisions/cafe|404|no decision 'cafe' is known at us-1",
        "GET|/conclave/groups/mian/why-not|404|must be one of main",
        "GET|/conclave/groups/main/what-if|503|runbook coordinator-silent",
        "POST|/conclave/decisions|405|use GET",
        "GET|/conclave|404|/conclave/groups",
        "POST|/conclave/groups/mian/switchover|404|must be one of main",
        "POST|/conclave/groups|405|use GET",
        "DELETE|/conclave/nodes/us-db-1|405|use GET",
        "GET|/conclave/groups/main/switchover|405|use POST",
      })
  void whatIsNotThereIsSaidInJson(String method, String path, int status, String reason)
      throws Exception {
    Answer answer =
        ask(HttpRequest.newBuilder(host.uri(path)).method(method, BodyPublishers.noBody()));
    assertEquals(status, answer.status());
    assertTrue(answer.reason().contains(reason), answer.reason());
    assertEquals(status == 405, answer.allow().isPresent());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "{}", "{\"target\":null}", "{\"target\":\"eu-db-1\"}"})
  void aSwitchoverThatIsDone(String body) throws Exception {
    host.nextReply(new SwitchoverReply.Done(Words.db("us"), Words.db("eu"), 4, Optional.empty()));
    Answer answer = switchover(body);
    assertEquals(200, answer.status(), answer.body().toString());
    assertEquals("done", answer.body().path("outcome").asText());
    assertEquals("us-db-1", answer.body().path("from").asText());
    assertEquals("eu-db-1", answer.body().path("to").asText());
    assertEquals(4, answer.body().path("epoch").asLong());
    assertTrue(answer.body().path("duration_ms").isNumber());
    assertEquals(
        body.contains("eu") ? Optional.of(Words.db("eu")) : Optional.empty(),
        host.lastRequest().target());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"budget\":\"1s\"}|1000",
        "{\"budget\":\"100ms\",\"target\":\"eu-db-1\"}|100",
        "{\"budget\":20000}|20000",
        "{\"budget\":null}|",
        "{}|"
      })
  void aSwitchoverHasTheBudgetOfItsBody(String body, Long ms) throws Exception {
    host.nextReply(new SwitchoverReply.Refused("it is a test"));
    switchover(body);
    assertEquals(Optional.ofNullable(ms), host.lastRequest().budgetMs());
  }

  @Test
  void aSwitchoverTellsHowLongTheClientsWaited() throws Exception {
    host.nextReply(new SwitchoverReply.Done(
        Words.db("us"),
        Words.db("eu"),
        4,
        Optional.of(new SwitchoverReply.Pause(List.of(Words.host("us")), 12, 170))));
    JsonNode pause = switchover("{}").body().path("pause");
    assertEquals(Words.host("us").value(), pause.path("edges").path(0).asText());
    assertEquals(12, pause.path("drained_ms").asLong());
    assertEquals(170, pause.path("held_ms").asLong());
    assertEquals(Timings.LAN.switchoverBudgetMs(), pause.path("budget_ms").asLong());
  }

  @Test
  void aSwitchoverThatIsRefused() throws Exception {
    host.nextReply(new SwitchoverReply.Refused("ap-db-1 lags"));
    Answer answer = switchover("{\"target\":\"ap-db-1\"}");
    assertEquals(409, answer.status());
    assertEquals("refused", answer.body().path("outcome").asText());
    assertEquals("ap-db-1 lags", answer.reason());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{|not JSON",
        "target=eu-db-1|not JSON",
        "{} {}|not JSON",
        "{\"target\":\"eu-db-1\",\"target\":\"ap-db-1\"}|not JSON",
        "[]|the body must be",
        "\"eu-db-1\"|the body must be",
        "{\"traget\":\"eu-db-1\"}|unknown key 'traget': it must be one of target, budget",
        "{\"budget\":\"soon\"}|is \"soon\": it must be a duration from 100 ms to 20 s",
        "{\"budget\":99}|is 99: it must be a duration",
        "{\"budget\":1.5}|is 1.5: it must be a duration",
        "{\"budget\":\"21s\"}|is \"21s\": it must be a duration",
        "{\"budget\":true}|is true: it must be a duration",
        "{\"target\":5}|must be one of us-db-1, eu-db-1, ap-db-1",
        "{\"target\":\"EU DB\"}|must be one of us-db-1, eu-db-1, ap-db-1",
        "{\"target\":\"eu-db-9\"}|must be one of us-db-1, eu-db-1, ap-db-1",
      })
  void aBodyThatIsWrong(String body, String reason) throws Exception {
    Answer answer = switchover(body);
    assertEquals(400, answer.status());
    assertTrue(answer.reason().contains(reason), answer.reason());
  }

  @Test
  void aBodyThatIsTooLarge() throws Exception {
    Answer answer = switchover(" ".repeat(5000));
    assertEquals(400, answer.status());
    assertTrue(answer.reason().contains("too large"), answer.reason());
  }

  @Test
  void aPageOfAnotherSiteMayNotSwitchOver() throws Exception {
    HttpRequest.Builder request = post("{}").header("Origin", "https://elsewhere.example");
    assertEquals(403, ask(request).status());
  }

  @Test
  void theClusterStaysReadOnly() throws Exception {
    assertEquals(200, get("/cluster/members").status());
    String self = get("/cluster/members").body().path("selfNode").asText();
    HttpResponse<String> answer = CLIENT.send(
        HttpRequest.newBuilder(host.uri("/cluster/members/" + self)).DELETE().build(),
        BodyHandlers.ofString());
    assertEquals(405, answer.statusCode());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|400|is missing: it must be one of us",
        "{\"hots\":\"us\"}|400|unknown key 'hots'",
        "{\"host\":\"eu\"}|400|must be one of us",
        "{\"host\":\"us-1\"}|503|nobody appoints",
      })
  void aMoveThatCannotBeMade(String body, int status, String reason) throws Exception {
    Answer answer = ask(HttpRequest.newBuilder(host.uri("/conclave/groups/main/coordinator"))
        .POST(BodyPublishers.ofString(body)));
    assertEquals(status, answer.status());
    assertTrue(answer.reason().contains(reason), answer.reason());
  }

  private static Answer switchover(String body) throws IOException, InterruptedException {
    return ask(post(body));
  }

  private static HttpRequest.Builder post(String body) {
    return HttpRequest.newBuilder(host.uri("/conclave/groups/main/switchover"))
        .POST(BodyPublishers.ofString(body));
  }

  private static Answer get(String path) throws IOException, InterruptedException {
    return ask(HttpRequest.newBuilder(host.uri(path)).GET());
  }

  private static Answer ask(HttpRequest.Builder request) throws IOException, InterruptedException {
    // Repeated, as a coordinator and an agent do, so that they are not silent.
    host.say(Topics.REPORTS, Words.report("us", 1, "0/3000148"));
    host.say(Topics.TOPOLOGIES, Words.topology(12, "us"));
    HttpResponse<String> response = CLIENT.send(request.build(), BodyHandlers.ofString());
    List<String> types = response.headers().allValues("Content-Type");
    return new Answer(
        response.statusCode(),
        types.isEmpty() ? "" : types.get(0),
        response.headers().firstValue("Allow"),
        JSON.readTree(response.body()));
  }

  private record Answer(int status, String contentType, Optional<String> allow, JsonNode body) {
    String reason() {
      return body.path("reason").asText();
    }
  }
}
