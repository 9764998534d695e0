package io.conclave.core.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.core.agent.RebuildAttempts.Go;
import io.conclave.core.agent.RebuildAttempts.LeaveAlone;
import io.conclave.core.agent.RebuildAttempts.Wait;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RebuildAttemptsTest {
  private static final Optional<UUID> SOURCE = Optional.of(new UUID(1, 1));
  private static final Optional<UUID> OTHER = Optional.of(new UUID(2, 2));

  @Test
  void theFirstAttemptIsMadeAtOnce() {
    assertEquals(new Go(), RebuildAttempts.NONE.next(SOURCE, 0));
  }

  @Test
  void eachFailureDoublesThePause() {
    RebuildAttempts once = RebuildAttempts.NONE.failed(SOURCE, 1000, "no space left");
    assertEquals(new Wait(4000), once.next(SOURCE, 2000));
    assertEquals(new Go(), once.next(SOURCE, 6000));
    RebuildAttempts twice = once.failed(SOURCE, 6000, "no space left");
    assertEquals(new Wait(10_000), twice.next(SOURCE, 6000));
  }

  @Test
  void afterTheLimitTheNodeIsLeftAlone() {
    RebuildAttempts attempts = RebuildAttempts.NONE;
    for (int i = 0; i < RebuildAttempts.LIMIT; i++) {
      assertFalse(attempts.isExhausted());
      attempts = attempts.failed(SOURCE, i, "no space left");
    }
    assertTrue(attempts.isExhausted());
    assertEquals(new LeaveAlone(), attempts.next(SOURCE, 1_000_000));
    assertEquals("no space left", attempts.reason());
  }

  @Test
  void anotherSourceIsTriedAtOnceAndCountedAnew() {
    RebuildAttempts attempts = RebuildAttempts.NONE;
    for (int i = 0; i < RebuildAttempts.LIMIT; i++) {
      attempts = attempts.failed(SOURCE, i, "the source is gone");
    }
    assertEquals(new Go(), attempts.next(OTHER, 10));
    assertEquals(1, attempts.failed(OTHER, 10, "again").failures());
  }
}
