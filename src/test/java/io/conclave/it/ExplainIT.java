package io.conclave.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.conclave.cli.StatusView.FailoverView;
import io.conclave.cli.StatusView.GroupView;
import io.conclave.demo.HostProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Why it did that: over HTTP, at every host, and after the loss of the one that decided. */
@ExtendWith(OneCell.Strict.class)
class ExplainIT {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private static JsonNode get(HostProcess host, String path) throws Exception {
    HttpResponse<String> response = CLIENT.send(
        HttpRequest.newBuilder(URI.create(host.host().url() + path)).build(),
        HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException(response.statusCode() + " " + response.body());
    }
    return JSON.readTree(response.body());
  }

  private static List<String> kinds(JsonNode page) {
    List<String> kinds = new ArrayList<>();
    page.path("story")
        .forEach(record -> kinds.add(record.path("decision").path("type").asText()));
    return kinds;
  }

  private static FailoverView recordOf(TestCell cell, long epoch) throws Exception {
    return cell.await(
            "the record of epoch " + epoch,
            group -> group.failover().filter(last -> last.epoch() >= epoch).isPresent())
        .failover()
        .orElseThrow();
  }

  private static void assertTold(HostProcess host, String id, List<String> steps) {
    Awaitility.await(id + " at " + host.host().name())
        .atMost(TestCell.LIMIT)
        .ignoreExceptionsInstanceOf(IOException.class)
        .untilAsserted(
            () -> assertTrue(kinds(get(host, "/conclave/decisions/" + id)).containsAll(steps)));
  }

  @Test
  void aFailoverIsToldAtEveryHostAlsoWhenTheOneThatDecidedIsGone(TestCell cell) throws Exception {
    GroupView before = cell.awaitWhole();
    cell.signal("KILL", List.of(TestCell.postmaster(cell.primary())));
    GroupView after = cell.awaitFailover(before);
    FailoverView told = recordOf(cell, after.epoch());
    assertEquals("VERDICT", told.cause());
    assertEquals(before.primary(), told.from());
    assertTrue(0 < told.verdictAt() && told.verdictAt() <= told.fencedAt(), told::toString);
    assertTrue(told.fencedAt() <= told.promotedAt(), told::toString);
    assertTrue(told.promotedAt() <= told.establishedAt(), told::toString);
    List<String> steps =
        List.of("FailoverBegun", "CandidateChosen", "PromotionOrdered", "Promoted", "Established");
    for (HostProcess host : cell.cell().hosts()) {
      assertTold(host, told.decision(), steps);
    }
    GroupView whole = cell.awaitWhole();
    HostProcess coordinator = cell.cell().hosts().stream()
        .filter(host -> host.host().name().equals(whole.coordinator()))
        .findFirst()
        .orElseThrow();
    cell.killJvm(coordinator);
    for (HostProcess host : cell.cell().hosts()) {
      if (host != coordinator) {
        assertTold(host, told.decision(), steps);
      }
    }
    cell.startJvm(coordinator);
    assertTold(coordinator, told.decision(), steps);
    cell.awaitWhole();
  }

  @Test
  void theOutlookIsToldAndARefusalIsRemembered(TestCell cell) throws Exception {
    GroupView before = cell.awaitWhole();
    HostProcess asked = cell.standbys().get(0);
    JsonNode whyNot = get(asked, "/conclave/groups/main/why-not").path("outlook");
    assertTrue(whyNot.path("refusal").isNull(), whyNot::toString);
    whyNot.path("failover").forEach(c -> assertTrue(c.path("holds").asBoolean(), c::toString));
    JsonNode whatIf =
        get(asked, "/conclave/groups/main/what-if").path("outlook").path("what_if");
    assertEquals(0, whatIf.path("acknowledged_bytes").asLong());
    assertEquals(before.epoch() + 1, whatIf.path("next").path("epoch").asLong());
    assertEquals(
        409,
        cell.cell().client().switchover(asked.host(), before.primary()).get().statusCode());
    Awaitility.await("the refusal").atMost(TestCell.LIMIT).until(() -> {
      JsonNode last =
          get(asked, "/conclave/decisions?group=main&limit=1").path("decisions").path(0);
      return last.path("kind").asText().equals("SwitchoverRefused")
          && last.path("sentence").asText().contains("is the primary already");
    });
    String winner = whatIf.path("winner").asText();
    assertTrue(
        cell.standbys().stream().anyMatch(host -> TestCell.node(host).equals(winner)), winner);
  }
}
