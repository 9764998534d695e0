package io.conclave.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.conclave.chaos.Selector.Part;
import io.conclave.chaos.Service.Kind;
import io.conclave.chaos.Stack.Container;
import io.conclave.cli.StatusView;
import io.conclave.cli.StatusView.GroupView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RosterTest {
  /** A project of which the half is not Conclave's: a line each as {@code docker inspect} prints them. */
  private static final String LISTING = """
      1|redis-sentinel|running|healthy||10.1.0.70\s
      2|edge-cache|running|healthy||10.1.0.71\s
      3|vpn-router|running|healthy||10.1.0.72\s
      4|us-db-1-backup|running|healthy|us-db-1|10.1.0.73\s
      5|setup|exited|||
      6|router|running|healthy||10.1.0.2 10.2.0.2\s
      7|us-edge-1|running|healthy|us-edge-1|10.1.0.31\s
      8|us-db-1|running|healthy|us-db-1|10.1.0.11\s
      9|eu-db-1|running|healthy|eu-db-1|10.2.0.11\s
      10|eu-rr-1|running|healthy|eu-rr-1|10.2.0.13\s
      11|eu-sentinel-1|running|healthy|eu-sentinel-1|10.2.0.21\s
      12|us-sentinel-1|running|healthy|us-sentinel-1|10.1.0.21\s
      """;

  private static final String NODE = """
      {"node": "%1$s", "host": "%1$s", "region": "%2$s", "kind": "%3$s", "server": "%4$s", "gate": "OPEN", "epoch": 1,
       "receiver": "STREAMING", "order": "DONE"}""";
  private static final String VOTE =
      "{\"sentinel\": \"%s\", \"region\": \"%s\", \"opinion\": \"HEALTHY\", \"age_ms\": 10}";

  private static List<Container> listing() {
    return LISTING.lines().map(Stack::parse).toList();
  }

  private static GroupView group(String... sentinels) throws IOException {
    String votes = Stream.of(sentinels)
        .map(s -> VOTE.formatted(s, s.substring(0, 2)))
        .collect(Collectors.joining(", "));
    String json = """
        {"host": "x", "groups": [{"group": "main", "phase": "STEADY", "epoch": 1, "established": true, "primary": "us-db-1",
         "sync_set": ["eu-db-1"], "sync_k": 1, "coordinator": "eu-sentinel-1", "age_ms": 10, "nodes": [%s, %s, %s],
         "votes": [%s], "edges": [{"edge": "us-edge-1", "region": "us", "primary": "us-db-1", "held": false}]}]}""".formatted(
            NODE.formatted("us-db-1", "us", "STANDBY", "PRIMARY"),
            NODE.formatted("eu-db-1", "eu", "STANDBY", "STANDBY"),
            NODE.formatted("eu-rr-1", "eu", "READ_REPLICA", "STANDBY"),
            votes);
    return StatusView.parse(json.getBytes(StandardCharsets.UTF_8)).group("main").orElseThrow();
  }

  private static String names(List<Service> services) {
    return services.stream()
        .map(s -> s.name() + "/" + s.id() + "/" + s.kind() + "/" + s.region())
        .collect(Collectors.joining(" "));
  }

  @Test
  void onlyWhoTheStatusNamesIsOfTheCell() throws IOException {
    assertEquals(
        "us-db-1/8/MEMBER/us eu-db-1/9/MEMBER/eu eu-rr-1/10/REPLICA/eu"
            + " eu-sentinel-1/11/SENTINEL/eu us-sentinel-1/12/SENTINEL/us us-edge-1/7/EDGE/us router/6/ROUTER/",
        names(new Roster(listing()).services(group("us-sentinel-1", "eu-sentinel-1"))));
  }

  @Test
  void nobodyElseIsMeantByAnyWord() throws IOException, ChaosException {
    GroupView group = group("us-sentinel-1", "eu-sentinel-1");
    List<Service> services = new Roster(listing()).services(group);
    Selection selection = new Selection(new Picture(
        services, Cell.primaryHost(group), Optional.of("eu-sentinel-1"), Optional.of("us-edge-1")));
    for (Part part : List.of(Part.EVERYBODY, Part.SENTINELS, Part.EDGES, Part.ROUTER)) {
      assertEquals(
          List.of(),
          selection.of(Targets.of(part)).stream()
              .filter(s -> Integer.parseInt(s.id()) < 6)
              .toList());
    }
  }

  @Test
  void aSentinelThatWasHeardOnceIsRemembered() throws IOException {
    Roster roster = new Roster(listing());
    roster.hear(group("us-sentinel-1", "eu-sentinel-1"));
    assertEquals(
        2,
        roster.services(group("eu-sentinel-1")).stream()
            .filter(s -> s.is(Kind.SENTINEL))
            .count());
  }

  @Test
  void aHostThatIsNeitherNodeNorEdgeMustVoteBeforeTheFirstFault() throws IOException {
    Roster roster = new Roster(listing());
    assertEquals(
        Optional.of("the sentinel of us-sentinel-1 does not vote"),
        roster.missing(group("eu-sentinel-1")));
    assertEquals(Optional.empty(), roster.missing(group("eu-sentinel-1", "us-sentinel-1")));
  }

  @Test
  void onlyHostsAreAskedAndTakeOrders() throws IOException {
    Roster roster = new Roster(listing());
    assertEquals(
        List.of("eu-sentinel-1", "us-sentinel-1", "us-edge-1", "us-db-1", "eu-db-1", "eu-rr-1"),
        roster.asked().stream().map(Container::service).toList());
    assertEquals(
        "eu-sentinel-1",
        roster.ordered(group("us-sentinel-1", "eu-sentinel-1")).orElseThrow().name());
  }

  @Test
  void readsAContainer() {
    assertEquals(
        new Container("abc", "us-db-1", "us-db-1", "10.71.1.11", "running", "starting"),
        Stack.parse("abc|us-db-1|running|starting|us-db-1|10.71.1.11 10.71.2.2 "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      nullValues = "-",
      value = {
        "abc|us-db-1|running|healthy|us-db-1|10.71.1.11 ; - ; -",
        "abc|router|running|||10.71.1.2 ; - ; -",
        "abc|us-db-1|running|starting|us-db-1|10.71.1.11 ; - ; us-db-1 is starting",
        "abc|us-db-1|running|unhealthy|us-db-1|10.71.1.11 ; - ; us-db-1 is unhealthy",
        "abc|us-db-1|exited|unhealthy|us-db-1| ; us-db-1 is exited ; us-db-1 is exited"
      })
  void aContainerRunsAndIsHealthy(String line, String missing, String unhealthy) {
    Container container = Stack.parse(line);
    assertEquals(Optional.ofNullable(missing), container.missing());
    assertEquals(Optional.ofNullable(unhealthy), container.unhealthy());
  }
}
