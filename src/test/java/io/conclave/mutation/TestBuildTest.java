package io.conclave.mutation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The machinery of the mutations, and that each of them fits the sources. */
class TestBuildTest {
  private static final String SYNC_SET = "io.conclave.core.SyncSet";

  /** All of them; those that change different sources are together, for one run of the compiler. */
  static List<List<Mutation>> mutations() {
    List<List<Mutation>> builds = new ArrayList<>();
    for (Mutation mutation : Mutations.all()) {
      Optional<List<Mutation>> build =
          builds.stream().filter(others -> isApart(mutation, others)).findFirst();
      build.ifPresentOrElse(
          others -> others.add(mutation), () -> builds.add(new ArrayList<>(List.of(mutation))));
    }
    return builds;
  }

  private static boolean isApart(Mutation mutation, List<Mutation> others) {
    Set<String> changed = others.stream()
        .flatMap(other -> other.patches().stream())
        .map(Patch::type)
        .collect(Collectors.toSet());
    return mutation.patches().stream().map(Patch::type).noneMatch(changed::contains);
  }

  @ParameterizedTest
  @MethodSource("mutations")
  void everyMutationFitsItsSourceAndCompiles(List<Mutation> together) {
    TestBuild.of(
        together.stream().flatMap(mutation -> mutation.patches().stream()).toList());
  }

  @Test
  void textThatIsGoneIsNamed() {
    IllegalStateException gone = assertThrows(
        IllegalStateException.class,
        () -> TestBuild.of(List.of(new Patch(SYNC_SET, "no such text", ""))));
    assertTrue(gone.getMessage().contains("no longer contains"), gone.getMessage());
  }

  @Test
  void textThatStandsThereTwiceIsNamed() {
    IllegalStateException twice = assertThrows(
        IllegalStateException.class,
        () -> TestBuild.of(List.of(new Patch(SYNC_SET, "return", ""))));
    assertTrue(twice.getMessage().contains("more than once"), twice.getMessage());
  }

  @Test
  void withoutPatchesNothingIsFound() {
    List<String> answer = TestBuild.of(List.of())
        .call("io.conclave.simulator.exhaustive.Search", "firstViolation", "gate", 3_000);
    assertEquals(1, answer.size(), answer::toString);
  }
}
