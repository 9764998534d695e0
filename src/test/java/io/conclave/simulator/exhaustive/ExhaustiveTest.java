package io.conclave.simulator.exhaustive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No state of the small worlds breaks an invariant. */
@Tag("search")
class ExhaustiveTest {
  private static final String NAMES = System.getProperty("worlds", "");

  /** States of each world; the whole of a big one takes more memory than a test should. */
  private static final int LIMIT = Integer.getInteger("states", 5_000_000);

  /** Small enough for every build. */
  @ParameterizedTest
  @ValueSource(strings = {"gate", "one-agent-restarts"})
  void smallest(String world) {
    Search.Result result = Search.run(Bounds.worlds().get(world), 100_000);
    assertEquals(Optional.empty(), result.violation(), () -> text(result));
    assertTrue(result.complete(), "every state was looked at");
    assertTrue(
        result.rows().stream().anyMatch(row -> row.startsWith("ESTABLISHING")), "a failover");
  }

  @Test
  void beginsOfTheOthers() {
    for (String world : List.of("register", "lost-disk", "two-coordinators", "sync-set")) {
      Search.Result result = Search.run(Bounds.worlds().get(world), 5_000);
      assertEquals(Optional.empty(), result.violation(), () -> world + text(result));
    }
  }

  static Stream<String> chosen() {
    return NAMES.isEmpty() || NAMES.equals("all")
        ? Bounds.worlds().keySet().stream()
        : Arrays.stream(NAMES.split(","));
  }

  /** {@code mvn test -Dtest=ExhaustiveTest -Dworlds=all -Dstates=20000000 -DargLine=-Xmx4g}. */
  @ParameterizedTest
  @MethodSource("chosen")
  @EnabledIfSystemProperty(named = "worlds", matches = ".+")
  void whole(String world) {
    Search.Result result = Search.run(Bounds.worlds().get(world), LIMIT);
    System.out.printf(
        "%-20s %,12d states %,12d steps, %3d deep, %s, %.1f s%n",
        world,
        result.states(),
        result.steps(),
        result.depth(),
        result.complete() ? "to the end" : "not to the end",
        result.tookMs() / 1000.0);
    assertEquals(Optional.empty(), result.violation(), () -> text(result));
  }

  private static String text(Search.Result result) {
    return String.join(System.lineSeparator(), result.trace());
  }
}
