package io.conclave.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import org.junit.jupiter.api.Test;

/** Histories of whole groups under random faults: the invariants hold in each. */
class SimulatorTest {
  private static final long FIRST = Long.getLong("simulator.seed", 1);
  private static final long SEEDS = Long.getLong("simulator.seeds", 300);

  @Test
  void invariantsHold() {
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      Outcome outcome = Simulator.run(seed, Options.DRAWN);
      if (!outcome.isSafe()) {
        fail("seed " + seed + ": " + outcome.violation().get()
            + "\nto see what happened: ./conclave simulate --seed " + seed + " --replay");
      }
    }
  }

  @Test
  void oneSeedIsOneHistory() {
    assertEquals(Simulator.run(7, Options.DRAWN), Simulator.run(7, Options.DRAWN));
  }
}
