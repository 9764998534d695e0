package io.conclave.core.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LookPaceTest {
  private static final long MICROS = 1000;

  @ParameterizedTest
  @CsvSource({"0, 2000", "400, 2000", "1000, 4000", "3000, 12000", "6000, 20000", "900000, 20000"})
  void thePauseIsFourTimesTheCostWithinItsBounds(long costMicros, long pauseMicros) {
    LookPace pace = new LookPace();
    for (int i = 0; i < 100; i++) {
      pace.looked(costMicros * MICROS);
    }
    assertTrue(
        Math.abs(pace.pauseNanos() - pauseMicros * MICROS) < MICROS, pace.pauseNanos() + " ns");
  }

  @ParameterizedTest
  @CsvSource({"20000", "5000000"})
  void oneSlowLookIsForgottenSoon(long costMicros) {
    LookPace pace = new LookPace();
    pace.looked(costMicros * MICROS);
    assertTrue(pace.pauseNanos() > LookPace.SHORTEST_NANOS);
    for (int i = 0; i < 10; i++) {
      pace.looked(300 * MICROS);
    }
    assertEquals(LookPace.SHORTEST_NANOS, pace.pauseNanos());
  }
}
