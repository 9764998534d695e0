package io.conclave.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.conclave.chaos.Service.Kind;
import io.conclave.cli.StatusView;
import io.conclave.cli.StatusView.GroupView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Of the scenarios of the repository. */
class NeedsTest {
  private static final List<Scenario> ALL =
      new ScenarioFiles(Path.of("chaos/scenarios")).read(List.of(), false);
  private static final List<Service> DATABASES = List.of(
      service("us-db-1", Kind.MEMBER),
      service("us-db-2", Kind.MEMBER),
      service("eu-db-1", Kind.MEMBER),
      service("ap-db-1", Kind.MEMBER),
      service("eu-sentinel-1", Kind.SENTINEL));
  private static final List<Service> WITH_EDGES = with(
      DATABASES,
      service("eu-rr-1", Kind.REPLICA),
      service("us-edge-1", Kind.EDGE),
      new Service("router", "1", "10.0.0.1", Kind.ROUTER, ""));

  private static Service service(String name, Kind kind) {
    return new Service(name, "1", "10.0.0.1", kind, name.substring(0, 2));
  }

  private static List<Service> with(List<Service> some, Service... others) {
    List<Service> all = new ArrayList<>(some);
    all.addAll(List.of(others));
    return all;
  }

  private static GroupView group(String node) throws IOException {
    String json =
        "{\"host\": \"x\", \"groups\": [{\"group\": \"main\", \"nodes\": [{\"node\": \"%s\"}]}]}";
    return StatusView.parse(json.formatted(node).getBytes(StandardCharsets.UTF_8))
        .group("main")
        .orElseThrow();
  }

  /** What each scenario lacks that lacks something. */
  private static Map<String, String> missing(
      List<Service> services, Optional<String> addressHolder, Needs.Look look) throws Exception {
    Picture picture =
        new Picture(services, Optional.of("us-db-1"), Optional.of("eu-sentinel-1"), addressHolder);
    Needs needs = new Needs(group("us-db-1"), picture, look);
    Map<String, String> missing = new TreeMap<>();
    for (Scenario scenario : ALL) {
      needs.missing(scenario).ifPresent(reason -> missing.put(scenario.name(), reason));
    }
    return missing;
  }

  @Test
  void aStackThatHasEverythingTakesAllScenarios() throws Exception {
    assertEquals(
        Map.of(),
        missing(WITH_EDGES, Optional.of("us-edge-1"), (service, verb) -> Optional.empty()));
  }

  @Test
  void theStackOfTheComposeFileLacksWhatChaosAdds() throws Exception {
    assertEquals(
        Map.of(
            "clock-jump", "needs a clock that can be moved at us-db-1: no: movable-clock",
            "disk-full", "needs a small disk of its own at us-db-1: no: fillable",
            "latency-1s", "needs a delaying relay at router: no: delayable",
            "latency-200ms", "needs a delaying relay at router: no: delayable"),
        missing(
            WITH_EDGES,
            Optional.of("us-edge-1"),
            (service, verb) -> Optional.of("no: " + verb[0])));
  }

  @Test
  void aStackOfMembersAndSentinelsTakesTheRest() throws Exception {
    assertEquals(
        Map.of(
            "crowd", "needs an edge",
            "crowd-idle", "needs an edge",
            "edge-killed", "needs an edge",
            "latency-1s", "needs router, and here is none",
            "latency-200ms", "needs router, and here is none",
            "pgbouncer-killed", "needs address-holder, and here is none",
            "primary-cut-off-from-peers", "needs replicas, and here is none"),
        missing(DATABASES, Optional.empty(), (service, verb) -> Optional.empty()));
  }

  @Test
  void aNodeThatIsToBePrimaryMustBeThere() throws Exception {
    Picture picture = new Picture(WITH_EDGES, Optional.of("a"), Optional.empty(), Optional.empty());
    Needs needs = new Needs(group("a"), picture, (service, verb) -> Optional.empty());
    Scenario clock =
        ALL.stream().filter(s -> s.name().equals("clock-jump")).findFirst().orElseThrow();
    assertEquals(Optional.of("needs a node us-db-1"), needs.missing(clock));
  }
}
