package io.conclave.mutation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The simulator can fail: some rules that it misses within few seeds, and what it makes of a history that breaks something. */
@Tag("search")
class SeedsTest {
  private static final int SEEDS = 240;
  private static final int MOST_FAULTS = 16;

  private static Mutation named(String name) {
    return Mutations.all().stream()
        .filter(mutation -> mutation.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "prefix",
        "old-primary-not-barred",
        "one-ballot-many-attempts",
        "setting-found-is-enough"
      })
  void theSimulatorMissesARule(String name) {
    List<String> found = Finding.bySeeds(TestBuild.of(named(name).patches()), 1, SEEDS);
    assertFalse(found.isEmpty(), () -> name + ": not within " + SEEDS + " seeds");
  }

  /** What a failing build says of a seed, when nobody looks on: the command that plays it again would be too little. */
  @Test
  void aSeedThatFailsInTheTestsIsMadeSmallerAndWrittenDown(@TempDir Path directory)
      throws IOException {
    TestBuild build = TestBuild.of(named("any-fenced-node").patches());
    List<String> found = Finding.bySeeds(build, 1, SEEDS);
    long seed = Long.parseLong(found.get(0));
    List<String> said = build.call("io.conclave.simulator.FailedSeed", "report", seed, directory);
    assertEquals("seed " + seed + ": " + found.get(2), said.get(0));
    assertTrue(said.get(2).matches("smaller: .* --nodes [23] --without .*"), said::toString);
    Path timeline = directory.resolve("simulator-seed-" + seed + ".txt");
    assertEquals("timeline: " + timeline, said.get(said.size() - 1));
    List<String> lines = Files.readAllLines(timeline);
    assertTrue(lines.size() > 20, () -> lines.size() + " lines");
    assertTrue(
        lines.stream().anyMatch(line -> line.contains("INVARIANT") && line.contains(found.get(1))),
        lines::toString);
  }

  @Test
  void aHistoryThatBreaksSomethingIsMadeSmaller() {
    TestBuild build = TestBuild.of(named("any-fenced-node").patches());
    List<String> found = Finding.bySeeds(build, 1, SEEDS);
    long seed = Long.parseLong(found.get(0));
    List<String> smallest = build.call("io.conclave.simulator.Minimiser", "smallest", seed);
    assertEquals(found.get(1), smallest.get(0), "the same invariant");
    assertTrue(Integer.parseInt(smallest.get(1)) <= 3, () -> smallest.get(1) + " nodes");
    assertTrue(
        Integer.parseInt(smallest.get(2)) < MOST_FAULTS / 2, () -> smallest.get(2) + " faults");
  }
}
