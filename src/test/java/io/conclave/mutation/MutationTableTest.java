package io.conclave.mutation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Every mutation, by the exhaustive check and by the simulator from several starting seeds, as a table:
 * {@code mvn test -Dtest=MutationTableTest -Dmutations=all}. {@code -Dmutations=a,b} takes those alone; {@code -Dseeds},
 * {@code -Dstarts} and {@code -Dstates} are its bounds.
 */
@Tag("search")
@EnabledIfSystemProperty(named = "mutations", matches = ".+")
class MutationTableTest {
  private static final String NAMES = System.getProperty("mutations", "all");
  private static final int SEEDS = Integer.getInteger("seeds", 2000);
  private static final int STARTS = Integer.getInteger("starts", 5);
  private static final int STATES = Integer.getInteger("states", 2_000_000);
  private static final long APART = 1_000_000;

  @Test
  void everyMutationIsFound() {
    Set<String> missed = new TreeSet<>();
    System.out.println(
        "| mutation | states | breaks | seeds: least / median / most of " + STARTS + " | breaks |");
    System.out.println("|---|---|---|---|---|");
    for (Mutation mutation : Mutations.all()) {
      if (NAMES.equals("all") || List.of(NAMES.split(",")).contains(mutation.name())) {
        List<String> small = STATES == 0 ? List.of("0") : Finding.exhaustively(mutation, STATES);
        List<Seen> seeds = bySeeds(mutation);
        System.out.println(line(mutation, small, seeds));
        boolean found = small.size() > 1 || seeds.stream().anyMatch(Seen::isFound);
        if (found == mutation.guard().isPresent()) {
          missed.add(mutation.name());
        }
      }
    }
    assertEquals(
        Set.of(), missed, "not found by anybody, or found although another rule guards it");
  }

  /** How many seeds it took from one start; {@link Long#MAX_VALUE} when it was not found. */
  private record Seen(long seeds, String invariant) implements Comparable<Seen> {
    boolean isFound() {
      return seeds < Long.MAX_VALUE;
    }

    @Override
    public String toString() {
      return isFound() ? Long.toString(seeds) : "-";
    }

    @Override
    public int compareTo(Seen other) {
      return Long.compare(seeds, other.seeds);
    }
  }

  private static List<Seen> bySeeds(Mutation mutation) {
    // A half is searched where its whole was found. What else seeds show of it, MUTATIONS.md says.
    boolean halfOfAWorld =
        mutation.guard().isPresent() && !mutation.exhaustive().isEmpty();
    if (SEEDS == 0 || halfOfAWorld) {
      return List.of();
    }
    TestBuild build = TestBuild.of(mutation.patches());
    return IntStream.range(0, STARTS)
        .parallel()
        .mapToObj(start -> seen(build, 1 + start * APART))
        .sorted()
        .toList();
  }

  private static Seen seen(TestBuild build, long from) {
    List<String> found = Finding.bySeeds(build, from, SEEDS);
    return found.isEmpty()
        ? new Seen(Long.MAX_VALUE, "")
        : new Seen(Long.parseLong(found.get(0)) - from + 1, found.get(1));
  }

  private static String line(Mutation mutation, List<String> small, List<Seen> seeds) {
    return "| %s | %s | %s | %s | %s |"
        .formatted(
            mutation.name(),
            small.size() > 1 ? small.get(0) : "not in " + small.get(0),
            small.size() > 1 ? small.get(1).substring(0, small.get(1).indexOf(':')) : "",
            seeds.isEmpty()
                ? ""
                : Stream.of(0, seeds.size() / 2, seeds.size() - 1)
                    .map(i -> seeds.get(i).toString())
                    .collect(Collectors.joining(" / ")),
            seeds.stream()
                .filter(Seen::isFound)
                .map(Seen::invariant)
                .distinct()
                .sorted()
                .collect(Collectors.joining(", ")));
  }
}
