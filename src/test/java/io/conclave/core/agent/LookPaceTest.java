package io.conclave.core.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LookPaceTest {
  private static final long MICROS = 1000;

  @ParameterizedTest
  @CsvSource({"0, 2000", "200, 2000", "1000, 9000", "2000, 18000", "6000, 20000", "900000, 20000"})
  void thePauseIsNineTimesTheCostWithinItsBounds(long costMicros, long pauseMicros) {
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
    for (int i = 0; i < 20; i++) {
      pace.looked(200 * MICROS);
    }
    assertEquals(LookPace.SHORTEST_NANOS, pace.pauseNanos());
  }
}
