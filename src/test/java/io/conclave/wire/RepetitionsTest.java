package io.conclave.wire;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RepetitionsTest {
  private static final long SECOND = 1_000_000_000;

  private final Repetitions repetitions = new Repetitions(Duration.ofSeconds(1));

  @Test
  void theSameIsSaidOnceASecond() {
    assertTrue(repetitions.isNewOrDue("a", "well", 0));
    assertFalse(repetitions.isNewOrDue("a", "well", SECOND / 4));
    assertFalse(repetitions.isNewOrDue("a", "well", SECOND - 1));
    assertTrue(repetitions.isNewOrDue("a", "well", SECOND));
    assertFalse(repetitions.isNewOrDue("a", "well", 2 * SECOND - 1));
  }

  @Test
  void newsIsSaidAtOnce() {
    assertTrue(repetitions.isNewOrDue("a", "well", 0));
    assertTrue(repetitions.isNewOrDue("a", "ill", 1));
    assertTrue(repetitions.isNewOrDue("a", "well", 2));
  }

  @Test
  void eachSubjectHasItsOwnPace() {
    assertTrue(repetitions.isNewOrDue("a", "well", 0));
    assertTrue(repetitions.isNewOrDue("b", "well", 1));
    assertFalse(repetitions.isNewOrDue("a", "well", 2));
  }

  /** Whoever has just come waits for no repetition. */
  @Test
  void whatIsForgottenIsSaidAgain() {
    assertTrue(repetitions.isNewOrDue("a", "well", 0));
    repetitions.forget();
    assertTrue(repetitions.isNewOrDue("a", "well", 1));
  }
}
