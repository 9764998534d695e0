package io.conclave.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.conclave.cli.StatusView.GroupView;
import io.conclave.core.Durability.WhenAlone;
import io.conclave.demo.CellOptions;
import io.conclave.demo.DemoEdge;
import io.conclave.demo.DemoHost;
import io.conclave.workload.Endpoint;
import io.conclave.workload.Ledger;
import io.conclave.workload.LedgerCheck;
import io.conclave.workload.Patience;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Clients of a real PgBouncer and HAProxy during planned switchovers: they notice a pause, and nothing else. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SwitchoverThroughEdgeIT {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Nothing here is a measurement: a busy machine is slow. */
  private static final Duration ENOUGH = Duration.ofSeconds(10);

  /** Writers who wait for longer than any pause, so that an answer that they do not get is an error. */
  private static final Patience PATIENT =
      new Patience(60_000, 60_000, 60_000, 60_000, 200, 400, 30);

  private TestCell cell;
  private DemoEdge edge;
  private EdgePrograms programs;
  private EdgeClients clients;
  private long begin;

  @BeforeAll
  void startAll() throws Exception {
    // Patient timings: here a busy machine must not become a coordinator that was given up.
    cell = TestCell.start(new CellOptions("auto", "wan", WhenAlone.STRICT, List.of(), true));
    edge = cell.cell().files().edge().orElseThrow();
    programs = new EdgePrograms(edge, cell.cell().files().configuration());
    programs.start();
    cell.await("the edge to follow", SwitchoverThroughEdgeIT::follows);
    cell.moveLoad(new Endpoint(DemoHost.ADDRESS, edge.poolerPort()), PATIENT);
    clients = new EdgeClients(edge.poolerPort(), cell.application());
    awaitOperations(50);
  }

  @AfterAll
  void stopAll() throws Exception {
    if (clients != null) {
      clients.close();
    }
    if (cell != null) {
      cell.keepLogs("SwitchoverThroughEdgeIT");
      programs.close();
      cell.close();
    }
  }

  @BeforeEach
  void whole() throws Exception {
    cell.awaitWhole();
    cell.await("the edge to follow", SwitchoverThroughEdgeIT::follows);
    begin = System.nanoTime();
    clients.watch();
  }

  /** No operation has failed, none is in doubt, and the ledger is complete. */
  @AfterEach
  void clientsHaveNoticedNothingButAPause() throws Exception {
    cell.awaitWhole();
    awaitOperations(50);
    cell.awaitWrites(100);
    assertEquals(List.of(), clients.errors());
    Ledger.Window writes = cell.writesSince(begin);
    assertEquals(0, writes.failed() + writes.unknown(), writes::toString);
    LedgerCheck check = cell.check();
    assertTrue(check.clean(), check::toString);
    System.out.printf("longest operation of any client %d ms%n", clients.longestMs());
  }

  private static boolean follows(GroupView group) {
    return group.edges().stream()
        .anyMatch(each -> group.established()
            && each.problem() == null
            && group.primary().equals(each.primary()));
  }

  private void awaitOperations(long count) {
    long before = clients.operations();
    Awaitility.await(count + " operations")
        .atMost(TestCell.LIMIT)
        .until(() -> clients.operations() >= before + count);
  }

  /** Asks again while the coordinator is on its way to another host: on a busy machine it moves now and then. */
  private HttpResponse<String> switchOver(Duration budget) {
    return Awaitility.await("a coordinator that answers")
        .atMost(TestCell.LIMIT)
        .until(
            () -> cell.cell().client().switchover(cell.primary().host(), budget).get(),
            answer -> answer.statusCode() != 503 && !isMoving(answer.body()));
  }

  private static boolean isMoving(String refusal) {
    return refusal.contains("the coordinator has just moved")
        || refusal.contains("the coordinator is busy")
        || refusal.contains("the sync set is being changed");
  }

  private JsonNode done(Duration budget, GroupView before) throws Exception {
    HttpResponse<String> answer = switchOver(budget);
    assertEquals(200, answer.statusCode(), answer.body());
    GroupView after = cell.awaitWhole();
    assertEquals(before.epoch() + 1, after.epoch());
    assertEquals(JSON.readTree(answer.body()).path("to").asText(), after.primary());
    return JSON.readTree(answer.body());
  }

  @Test
  void theEdgeHoldsItsClientsWhileThePrimaryIsChanged() throws Exception {
    GroupView before = cell.awaitWhole();
    JsonNode pause = done(ENOUGH, before).path("pause");
    assertEquals(edge.host().name(), pause.path("edges").path(0).asText());
    assertTrue(pause.path("held_ms").asLong() >= pause.path("drained_ms").asLong());
    System.out.println("held: " + pause);
  }

  @Test
  void aTransactionThatOutlivesTheBudgetCallsItOffAndTheNextOneSucceeds() throws Exception {
    GroupView before = cell.awaitWhole();
    long postmaster = TestCell.postmaster(cell.primary());
    try (Connection slow = clients.open();
        Statement statement = slow.createStatement()) {
      slow.setAutoCommit(false);
      statement.execute("INSERT INTO edge_clients VALUES (clock_timestamp())");
      HttpResponse<String> answer = switchOver(Duration.ofSeconds(1));
      assertEquals(409, answer.statusCode(), answer.body());
      String reason = JSON.readTree(answer.body()).path("reason").asText();
      assertTrue(
          reason.startsWith("called off: the edge " + edge.host().name() + " did not drain"),
          reason);
      assertEquals(postmaster, TestCell.postmaster(cell.primary()));
      awaitOperations(20);
      statement.execute("INSERT INTO edge_clients VALUES (clock_timestamp())");
      slow.commit();
    }
    assertEquals(before.primary(), cell.awaitWhole().primary());
    done(ENOUGH, before);
  }
}
