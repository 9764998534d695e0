package io.conclave.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.conclave.core.Evidence;
import io.conclave.core.GroupId;
import io.conclave.core.GroupStatus;
import io.conclave.core.HostId;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport;
import io.conclave.core.Region;
import io.conclave.core.Timings;
import io.conclave.core.Topology;
import io.conclave.core.Vote;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The JSON that operators and their tools rely on, against golden files. To rewrite those: {@code mvn test
 * -Dtest=ViewsTest -Dgolden=src/test/resources}; the difference is then explained in the commit.
 */
class ViewsTest {
  private static final long NOW = 100_000;
  private static final Views VIEWS = new Views(
      Words.host("us"),
      List.of(Words.main()),
      Map.of(Words.EDGE, new Region("us"), new HostId("ap-edge-1"), new Region("ap")),
      Timings.LAN);

  @Test
  void groupsOfACellThatIsWell() throws Exception {
    golden("groups.json", VIEWS.groups(well(), NOW));
  }

  @Test
  void groupsWhenNothingWasHeardYet() throws Exception {
    golden("groups-unheard.json", VIEWS.groups(BoardState.EMPTY, NOW));
  }

  @Test
  void nodesAndVotesNameTheirGroup() throws Exception {
    golden("nodes.json", VIEWS.nodes(well(), NOW));
    golden("votes.json", VIEWS.votes(well(), NOW));
  }

  @Test
  void aReportOlderThanASecondSuspicionAndTwoIntervalsIsSilent() {
    long limit = 1000 + Timings.LAN.suspicionMs() + 2 * Timings.LAN.reportMs();
    assertEquals("STANDBY", euAged(limit).server());
    assertEquals("SILENT", euAged(limit + 1).server());
    assertEquals(
        Optional.of("0/3000110"), euAged(limit + 1).position(), "the last that was heard stays");
  }

  @Test
  void aSilentCoordinatorIsTheBlocker() {
    Heard<Topology> old = new Heard<>(Words.topology(12, "eu"), NOW - 5_000);
    BoardState board =
        new BoardState(Map.of(), List.of(), Map.of(Words.MAIN, old), Map.of(), Map.of(), List.of());
    assertEquals(
        Optional.of("the coordinator at eu-1 has not been heard here for 5 s"),
        VIEWS.group(board, Words.main(), NOW).blocker());
  }

  @Test
  void votesAboutAnEpochThatIsOverAreLeftOut() {
    List<Heard<Vote>> votes = List.of(
        new Heard<>(Words.vote("us", 2, Vote.Opinion.DEAD), NOW),
        new Heard<>(Words.vote("ap", 3, Vote.Opinion.HEALTHY), NOW));
    Topology topology = Words.topology(12, "eu");
    assertEquals(List.of("ap-1"), voters(votes, topology));
    Topology begun = new Topology(
        topology.group(),
        topology.ballot(),
        2,
        topology.configuration(),
        false,
        topology.coordinator(),
        Optional.empty());
    assertEquals(List.of("ap-1", "us-1"), voters(votes, begun));
  }

  @Test
  void evidenceThatNeverCameIsNotYoungAgain() {
    Vote vote = new Vote(
        Words.MAIN,
        3,
        Words.db("us"),
        Words.host("us"),
        Words.main().members().get(0).region(),
        1,
        Vote.Opinion.ABSTAIN,
        List.of(
            new Evidence(Evidence.Channel.PROBE, Evidence.Finding.NOTHING, Long.MAX_VALUE, "")));
    BoardState board = new BoardState(
        Map.of(), List.of(new Heard<>(vote, NOW - 50)), Map.of(), Map.of(), Map.of(), List.of());
    View.Vote view = VIEWS.group(board, Words.main(), NOW).votes().get(0);
    assertEquals(Long.MAX_VALUE, view.evidence().get(0).ageMs());
  }

  private static List<String> voters(List<Heard<Vote>> votes, Topology topology) {
    BoardState board = new BoardState(
        Map.of(),
        votes,
        Map.of(Words.MAIN, new Heard<>(topology, NOW)),
        Map.of(),
        Map.of(),
        List.of());
    return VIEWS.group(board, Words.main(), NOW).votes().stream()
        .map(View.Vote::sentinel)
        .toList();
  }

  private static View.Node euAged(long ageMs) {
    Map<NodeId, Heard<NodeReport>> reports =
        Map.of(Words.db("eu"), new Heard<>(Words.report("eu", 1, "0/3000110"), NOW - ageMs));
    BoardState board = new BoardState(reports, List.of(), Map.of(), Map.of(), Map.of(), List.of());
    return VIEWS.group(board, Words.main(), NOW).nodes().get(1);
  }

  private static BoardState well() {
    Topology topology = Words.topology(12, "eu");
    GroupStatus status = Words.status(topology);
    GroupId main = Words.MAIN;
    return new BoardState(
        Map.of(
            Words.db("us"), new Heard<>(Words.report("us", 1, "0/3000148"), NOW - 120),
            Words.db("eu"), new Heard<>(Words.report("eu", 1, "0/3000110"), NOW - 130)),
        List.of(
            new Heard<>(Words.vote("us", 3, Vote.Opinion.HEALTHY), NOW - 80),
            new Heard<>(Words.vote("eu", 3, Vote.Opinion.SUSPECT), NOW - 90)),
        Map.of(main, new Heard<>(topology, NOW - 40)),
        Map.of(main, new Heard<>(status, NOW - 40)),
        Map.of(main, Words.failover()),
        List.of(new Heard<>(Words.edge(), NOW - 60)));
  }

  private static void golden(String name, Object view) throws IOException, URISyntaxException {
    String actual = pretty(view);
    String rewrite = System.getProperty("golden");
    if (rewrite != null) {
      Files.writeString(Path.of(rewrite, "io/conclave/ops", name), actual);
      return;
    }
    var resource = ViewsTest.class.getResource(name);
    assertTrue(resource != null, "no golden file " + name);
    assertEquals(Files.readString(Path.of(resource.toURI()), StandardCharsets.UTF_8), actual, name);
  }

  private static String pretty(Object view) throws JsonProcessingException {
    return Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(view) + "\n";
  }
}
