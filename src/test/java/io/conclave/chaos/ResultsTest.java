package io.conclave.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.chaos.Expectation.Failover;
import io.conclave.chaos.Seen.ChannelSeen;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ResultsTest {
  private static final Expectation MUST = new Expectation(
      Failover.MUST,
      Optional.of(1),
      Map.of(Channel.DIRECT, Duration.ofSeconds(2), Channel.PGBOUNCER, Duration.ofSeconds(2)),
      Map.of(Channel.DIRECT, 5),
      Map.of(Channel.PGBOUNCER, Duration.ofMillis(1200)),
      Map.of(),
      Map.of(
          Channel.PGBOUNCER,
          new StallGoal(
              Optional.of(Duration.ofMillis(2000)), Optional.of(Duration.ofMillis(1999)))));
  private static final Expectation MUST_NOT = new Expectation(
      Failover.MUST_NOT,
      Optional.empty(),
      Map.of(),
      Map.of(Channel.PGBOUNCER, 4),
      Map.of(),
      Map.of(),
      Map.of());

  private static ChannelSeen channel(Channel channel, double outage, long lost, long stale) {
    Staleness seen = stale == 0 ? Staleness.NONE : new Staleness(stale, 812.5, 2240.0);
    return new ChannelSeen(channel, outage, outage + 500, 1000, 2, 3, lost, 0, 0, 0, seen);
  }

  private static Seen seen(long failovers, String now, List<String> problems, ChannelSeen... c) {
    return new Seen(
        List.of(c),
        c.length < 3 ? List.of() : List.of(reads(40, 0)),
        c.length < 3 ? null : new CrowdSeen(10_000, 3, 0, 57),
        failovers == 0 ? null : 950L,
        failovers == 0 ? null : 1100L,
        "us-db-1",
        now,
        List.of(now),
        failovers,
        problems);
  }

  private static ReadsSeen reads(double lag, long stale) {
    Staleness seen = stale == 0 ? Staleness.NONE : new Staleness(stale, 812.5, 2240.0);
    Map<String, Long> nodes = Map.of("us-db-2", 80L, "us-db-1", 20L);
    return new ReadsSeen(Channel.PGBOUNCER, 640.3, 100, 1, seen, lag, 15000, nodes);
  }

  private static Seen good() {
    return seen(
        1,
        "us-db-2",
        List.of(),
        channel(Channel.DIRECT, 1234.5, 0, 7),
        channel(Channel.HAPROXY, 9999, 0, 0),
        channel(Channel.PGBOUNCER, 1500, 0, 0));
  }

  private static Seen bad() {
    return seen(
        0,
        "us-db-1",
        List.of("all containers run after the fault: not within 240 s: eu-db-1 is exited\nmore"),
        channel(Channel.DIRECT, 2000.4, 3, 0),
        channel(Channel.PGBOUNCER, 1000, 0, 1));
  }

  private static RunResult result(String name, int run, Expectation expected, Seen seen) {
    List<String> complaints = Judge.complaints(expected, seen);
    return new RunResult(
        name,
        "The primary <dies> & comes back",
        run,
        12.3,
        seen,
        complaints,
        complaints.isEmpty() ? null : "target/chaos/" + name + "-" + run);
  }

  private static Scenario scenario(String name, Expectation expected) {
    return new Scenario(name, "", false, Optional.empty(), Set.of(), List.of(), expected);
  }

  private static Report report(List<RunResult> runs) {
    List<Scenario> scenarios = Stream.of(
            scenario("primary-killed", MUST), scenario("short-pause", MUST_NOT))
        .filter(s -> runs.stream().anyMatch(run -> run.scenario().equals(s.name())))
        .toList();
    List<Skipped> skipped =
        List.of(new Skipped("clock-jump", "The clock <jumps>", "needs a clock that can be moved"));
    return Report.of(scenarios, 1, Optional.empty(), runs, skipped);
  }

  private static List<RunResult> results() {
    return List.of(
        result("primary-killed", 1, MUST, good()),
        result("primary-killed", 2, MUST, bad()),
        result("short-pause", 1, MUST_NOT, good()));
  }

  /** {@code -Dgolden=src/test/resources} writes the files anew. */
  private static void assertGolden(String name, String text) throws IOException {
    String directory = System.getProperty("golden");
    if (directory != null) {
      Files.writeString(Path.of(directory, "io/conclave/chaos", name), text);
    }
    try (InputStream in = ResultsTest.class.getResourceAsStream(name)) {
      assertEquals(new String(in.readAllBytes(), StandardCharsets.UTF_8), text);
    }
  }

  @Test
  void judgesWhatWasSeen() {
    assertEquals(List.of(), Judge.complaints(MUST, good()));
    assertEquals(
        List.of(
            bad().problems().get(0),
            "direct: 3 acknowledged writes are lost",
            "direct: an outage of 2000 ms, at most 2000 ms are allowed",
            "pgbouncer: 1 reads missed an acknowledged write, from 813 to 2240 ms after the fault",
            "the primary did not change, and must"),
        Judge.complaints(MUST, bad()));
    assertEquals(
        List.of(
            "pgbouncer: 2 operations were refused and 3 ended without an answer, at most 4 may",
            "the primary changed (1 epochs, us-db-1 to us-db-2), and must not"),
        Judge.complaints(MUST_NOT, good()));
    assertEquals(
        List.of("2 epochs began, at most 1 may"),
        Judge.complaints(MUST, seen(2, "us-db-1", List.of(), channel(Channel.DIRECT, 1, 0, 0))));
    assertEquals(
        List.of("there was no load"), Judge.complaints(MUST_NOT, seen(0, "us-db-1", List.of())));
  }

  @Test
  void whereTheProtocolPromisesABoundReadsMayBeStaleUntilThen() {
    Staleness stale = Staleness.of(List.of(2_500_000_000L, 1_900_000_000L), 1_000_000_000L);
    assertEquals(new Staleness(2, 900.0, 1500.0), stale);
    assertEquals(Optional.empty(), stale.objection(Duration.ofMillis(1500)));
    assertEquals(
        Optional.of(
            "2 reads missed an acknowledged write, from 900 to 1500 ms after the fault, at most until 1499 ms they may"),
        stale.objection(Duration.ofMillis(1499)));
    assertTrue(
        Staleness.of(List.of(1L), 2_000_000L).objection(Duration.ofDays(1)).isPresent());
    assertEquals(Optional.empty(), Staleness.NONE.objection(Duration.ZERO));
    Seen seen = seen(
        1,
        "us-db-2",
        List.of(),
        channel(Channel.DIRECT, 1000, 0, 7),
        channel(Channel.PGBOUNCER, 1500, 0, 7));
    Map<Channel, Duration> bounds =
        Map.of(Channel.DIRECT, Duration.ofMillis(2000), Channel.PGBOUNCER, Duration.ofMillis(2500));
    assertEquals(
        List.of(
            "direct: 7 reads missed an acknowledged write, from 813 to 2240 ms after the fault, at most until 2000 ms they may"),
        Judge.complaints(
            new Expectation(
                Failover.MUST, Optional.empty(), Map.of(), Map.of(), Map.of(), bounds, Map.of()),
            seen));
  }

  @Test
  void readersMustSeeWhatIsOldEnoughAndOfAPrimaryEverything() {
    Seen seen = new Seen(
        List.of(channel(Channel.DIRECT, 1000, 0, 0)),
        List.of(reads(10_000.4, 0), reads(9999, 3)),
        null,
        950L,
        1100L,
        "us-db-1",
        "us-db-2",
        List.of("us-db-2"),
        1,
        List.of());
    assertEquals(
        List.of(
            "reads through pgbouncer: a standby was 10000 ms behind although all was well, at most 10000 ms are allowed",
            "reads through pgbouncer: 3 reads missed an acknowledged write, from 813 to 2240 ms after the fault"),
        Judge.complaints(MUST, seen));
  }

  @Test
  void oneServerLetsClientsWriteAtTheEnd() {
    ChannelSeen load = channel(Channel.DIRECT, 0, 0, 0);
    Expectation any = new Expectation(
        Failover.MAY, Optional.empty(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of());
    for (List<String> primaries : List.of(List.<String>of(), List.of("us-db-1", "eu-db-1"))) {
      Seen seen = new Seen(
          List.of(load),
          List.of(),
          null,
          null,
          null,
          "us-db-1",
          "us-db-1",
          primaries,
          0,
          List.of());
      assertEquals(
          List.of("%d servers let clients write at the end, and one must: %s"
              .formatted(primaries.size(), String.join(", ", primaries))),
          Judge.complaints(any, seen));
    }
  }

  @Test
  void theTable() throws IOException {
    List<String> lines = new ArrayList<>(List.of(ResultTable.head()));
    report(results()).skipped().forEach(skipped -> lines.add(ResultTable.line(skipped)));
    results().forEach(result -> lines.addAll(ResultTable.lines(result)));
    lines.addAll(ResultTable.summary(report(results())));
    assertGolden("table.txt", String.join("\n", lines) + "\n");
  }

  @Test
  void theFilesThatProgramsRead() throws IOException {
    assertGolden("junit.xml", Reports.junit(report(results())));
    assertGolden("report.json", Reports.json(report(results().subList(0, 1))));
  }
}
