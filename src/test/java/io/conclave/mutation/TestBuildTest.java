package io.conclave.mutation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The machinery of the mutations, and that each of them fits the sources. */
class TestBuildTest {
  private static final String SYNC_SET = "io.conclave.core.SyncSet";

  static List<Mutation> mutations() {
    return Mutations.all();
  }

  @ParameterizedTest
  @MethodSource("mutations")
  void everyMutationFitsItsSourceAndCompiles(Mutation mutation) {
    TestBuild.of(mutation.patches());
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
