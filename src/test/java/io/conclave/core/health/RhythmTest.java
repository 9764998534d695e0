package io.conclave.core.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RhythmTest {
  private static Rhythm after(int beats, long gapMs, long spreadMs) {
    Random random = new Random(7);
    Rhythm rhythm = Rhythm.NONE;
    long now = 0;
    for (int i = 0; i < beats; i++) {
      now += gapMs + Math.round(random.nextGaussian() * spreadMs);
      rhythm = rhythm.beat(now, 0);
    }
    return rhythm;
  }

  @Test
  void aSteadyChannelIsGivenTheConfiguredTime() {
    assertEquals(1000, after(500, 100, 20).patienceMs(1000));
  }

  @Test
  void anUnsteadyChannelIsGivenMore() {
    long patience = after(500, 400, 150).patienceMs(1000);
    assertTrue(patience > 1000 && patience < 1600, "" + patience);
  }

  @Test
  void neverMoreThanThreeTimesTheConfiguredTime() {
    assertEquals(3000, after(500, 2000, 900).patienceMs(1000));
  }

  @Test
  void aFewBeatsProveNothing() {
    assertEquals(1000, after(10, 2000, 900).patienceMs(1000));
  }

  @Test
  void aStallOfTheListenerIsNoGap() {
    Rhythm rhythm = after(100, 100, 1);
    long thaw = rhythm.lastMs() + 30_000;
    Rhythm later = rhythm.beat(thaw + 10, thaw).beat(thaw + 110, thaw);
    assertEquals(100, later.meanMs(), 2);
    assertEquals(1000, later.patienceMs(1000));
  }
}
