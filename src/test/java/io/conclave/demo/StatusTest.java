package io.conclave.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.cli.StatusView;
import io.conclave.cli.StatusView.GroupView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusTest {
  private static GroupView parse(String json) throws IOException {
    return StatusView.parse(json.getBytes(StandardCharsets.UTF_8)).group("main").orElseThrow();
  }

  @Test
  void aGroupAtRestIsWhole() throws IOException {
    assertEquals(Optional.empty(), Wholeness.missing(parse(Golden.text("status.json"))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"phase\": \"STEADY\" | \"phase\": \"FENCING\" | the group is in phase FENCING",
        "\"blocker\": null | \"blocker\": \"NO_QUORUM\" | NO_QUORUM",
        "\"established\": true | \"established\": false | epoch 3 is not established",
        "\"server\": \"PRIMARY\" | \"server\": \"SILENT\" | us-db-1 is SILENT",
        "\"gate\": \"OPEN\" | \"gate\": \"CLOSED\" | the gate of us-db-1 is CLOSED",
        "\"receiver\": \"STREAMING\" | \"receiver\": \"NONE\" | eu-db-1 does not stream: NONE",
        "\"rebuilding\": false, \"order\": \"DONE\" | \"rebuilding\": true, \"order\": \"RUNNING\" | us-db-1 carries out an order: ",
        "\"ap-db-1\", \"eu-db-1\" ] | \"ap-db-1\"] | eu-db-1 is not in the sync set yet",
        "\"age_ms\": 40 | \"age_ms\": 9000 | the status is 9000 ms old"
      })
  void whatIsMissingHasAName(String good, String bad, String expected) throws IOException {
    String json = Golden.text("status.json").replaceAll("\\s+", " ").replace("[ \"ap", "[\"ap");
    assertTrue(json.contains(good), good);
    assertEquals(
        expected.strip(),
        Wholeness.missing(parse(json.replaceAll(java.util.regex.Pattern.quote(good), bad)))
            .orElseThrow()
            .strip());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "\"us-db-1\", \"held\": false, \"problem\": null | -",
        "\"us-db-1\", \"held\": false, \"problem\": \"is not heard here\" | edge us-edge-2: is not heard here",
        "\"us-db-1\", \"held\": true, \"problem\": null | edge us-edge-2 holds its clients",
        "\"eu-db-1\", \"held\": false, \"problem\": null | edge us-edge-2 leads to eu-db-1, and the primary is us-db-1",
        "null, \"held\": false, \"problem\": null | edge us-edge-2 leads to nobody, and the primary is us-db-1"
      })
  void eachEdgeLeadsToThePrimary(String second, String expected) throws IOException {
    String edge = "{\"edge\": \"%s\", \"region\": \"us\", \"primary\": %s}";
    String good = edge.formatted("us-edge-1", "\"us-db-1\", \"held\": false, \"problem\": null");
    String edges = "\"edges\": [%s, %s],".formatted(good, edge.formatted("us-edge-2", second));
    String json =
        Golden.text("status.json").replace("\"last_failover\"", edges + " \"last_failover\"");
    assertEquals(Optional.ofNullable(expected), Wholeness.missingOfEdges(parse(json)));
  }

  @Test
  void withoutEdgesNoneIsMissing() throws IOException {
    assertEquals(Optional.empty(), Wholeness.missingOfEdges(parse(Golden.text("status.json"))));
  }

  @Test
  void theWayBackIsTheFirstWordOfTheOrder() throws IOException {
    GroupView group = parse(Golden.text("status.json"));
    assertEquals(Optional.of("rewind"), RejoinTracker.way(group.node("ap-db-1").orElseThrow()));
    assertEquals(Optional.empty(), RejoinTracker.way(group.node("eu-db-1").orElseThrow()));
  }

  @Test
  void aRejoinIsMeasuredFromItsBegin() throws IOException {
    RejoinTracker tracker = new RejoinTracker("ap-db-1");
    tracker.begin(new Moment(System.nanoTime() - 5_000_000_000L, 0));
    tracker.accept(parse(Golden.text("status.json")));
    assertEquals("rewind", tracker.way());
    assertTrue(tracker.ms() >= 5000 && tracker.ms() < 10_000, () -> "" + tracker.ms());
  }

  @Test
  void timesOfAFailoverCountFromTheFault() throws IOException {
    StatusView.FailoverView failover =
        parse(Golden.text("status.json")).failover().orElseThrow();
    Moment fault = new Moment(0, 1000);
    assertEquals(100L, fault.until(failover.verdictAt()));
    assertEquals(200L, fault.until(failover.establishedAt()));
    assertEquals(null, fault.until(0));
  }
}
