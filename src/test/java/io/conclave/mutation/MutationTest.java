package io.conclave.mutation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The mutations that the exhaustive check finds within seconds: what it says of the program is worth something. */
@Tag("search")
class MutationTest {
  private static final int STATES = 10_000;

  private static final Set<String> QUICK = Set.of(
      "one-fence-too-few",
      "any-fenced-node",
      "evidence-before-replay",
      "fence-ignored-while-replay-is-paused",
      "one-ballot-many-attempts",
      "promotion-without-register",
      "lower-ballots-obeyed",
      "numbers-ignored",
      "promise-forgotten",
      "fence-answered-from-the-file",
      "register-not-rewritten",
      "ballot-not-read-back",
      "minority-write",
      "gate-open-before-established",
      "choice-by-position-alone",
      "joiner-not-caught-up",
      "rejoin-towards-a-begun-configuration");

  static Stream<Mutation> quick() {
    return Mutations.all().stream().filter(mutation -> QUICK.contains(mutation.name()));
  }

  @ParameterizedTest
  @MethodSource("quick")
  void isFound(Mutation mutation) {
    List<String> answer = Finding.exhaustively(mutation, STATES);
    assertTrue(
        answer.size() > 1,
        () -> "%s was taken away, and %d states do not show it".formatted(mutation.rule(), STATES));
  }
}
