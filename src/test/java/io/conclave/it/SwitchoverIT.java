package io.conclave.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.conclave.cli.StatusView.GroupView;
import io.conclave.demo.HostProcess;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Planned changes of the primary, asked for over HTTP. */
@ExtendWith(OneCell.Strict.class)
class SwitchoverIT {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static JsonNode body(HttpResponse<String> response) throws Exception {
    return JSON.readTree(response.body());
  }

  private static void assertDone(HttpResponse<String> response, GroupView before) throws Exception {
    assertEquals(200, response.statusCode(), response.body());
    JsonNode done = body(response);
    assertEquals("done", done.path("outcome").asText());
    assertEquals(before.primary(), done.path("from").asText());
    assertEquals(before.epoch() + 1, done.path("epoch").asLong());
    assertTrue(done.path("duration_ms").isIntegralNumber(), response.body());
  }

  @Test
  void theGroupChoosesAStandbyAndTheOldPrimaryFollowsIt(TestCell cell) throws Exception {
    GroupView before = cell.awaitWhole();
    HostProcess old = cell.primary();
    long said = Files.size(old.host().log());
    HttpResponse<String> answer = cell.cell().client().switchover(old.host()).get();
    assertDone(answer, before);
    String chosen = body(answer).path("to").asText();
    GroupView after = cell.awaitWhole();
    assertEquals(chosen, after.primary());
    assertEquals(before.epoch() + 1, after.epoch());
    assertEquals("SWITCHOVER", after.failover().orElseThrow().cause());
    assertTrue(TestCell.streams(after, old));
    // Under load, and without a shutdown checkpoint: nothing of it is on the old primary alone.
    assertSaid(cell, old, said, "DONE: stepped down, its standbys have everything");
    assertSaid(cell, old, said, "DONE: follow");
  }

  private static void assertSaid(TestCell cell, HostProcess host, long from, String what)
      throws IOException {
    String log = cell.said(host, from);
    assertTrue(Pattern.compile(what).matcher(log).find(), () -> what + " is not in " + log);
  }

  @Test
  void theOperatorNamesTheTargetAtAnyHost(TestCell cell) throws Exception {
    GroupView before = cell.awaitWhole();
    HostProcess target = cell.standbys().get(1);
    HostProcess asked = cell.standbys().get(0);
    HttpResponse<String> answer =
        cell.cell().client().switchover(asked.host(), TestCell.node(target)).get();
    assertDone(answer, before);
    assertEquals(TestCell.node(target), body(answer).path("to").asText());
    assertEquals(TestCell.node(target), cell.awaitWhole().primary());
  }

  @Test
  void aTargetThatCannotTakeOverIsRefusedAndNothingChanges(TestCell cell) throws Exception {
    GroupView before = cell.awaitWhole();
    HostProcess primary = cell.primary();
    long pid = TestCell.postmaster(primary);
    assertRefused(cell, before.primary(), "is the primary already");
    HttpResponse<String> unknown =
        cell.cell().client().switchover(primary.host(), "mars-db-1").get();
    assertTrue(
        unknown.statusCode() >= 400 && unknown.statusCode() < 500,
        unknown.statusCode() + " " + unknown.body());
    assertTrue(unknown.body().contains("mars-db-1"), unknown.body());
    GroupView after = cell.awaitWhole();
    assertEquals(before.epoch(), after.epoch());
    assertEquals(before.primary(), after.primary());
    assertEquals(pid, TestCell.postmaster(primary));
  }

  @Test
  void aTargetWhoseHostIsGoneIsRefused(TestCell cell) throws Exception {
    GroupView before = cell.awaitWhole();
    HostProcess gone = cell.standbys().get(0);
    cell.killHost(gone);
    try {
      cell.await(
          TestCell.node(gone) + " to be silent",
          group -> "SILENT".equals(TestCell.server(group, gone)));
      cell.await(
          "the sync set without it",
          group -> group.phase().equals("STEADY")
              && group.blocker() == null
              && group.syncSet().equals(List.of(TestCell.node(cell.standbys().get(1)))));
      assertRefused(cell, TestCell.node(gone), TestCell.node(gone));
    } finally {
      cell.startJvm(gone);
    }
    assertEquals(before.epoch(), cell.awaitWhole().epoch());
  }

  private static void assertRefused(TestCell cell, String target, String reason) throws Exception {
    HttpResponse<String> answer =
        cell.cell().client().switchover(cell.primary().host(), target).get();
    assertEquals(409, answer.statusCode(), answer.body());
    assertEquals("refused", body(answer).path("outcome").asText());
    assertTrue(body(answer).path("reason").asText().contains(reason), answer.body());
  }
}
