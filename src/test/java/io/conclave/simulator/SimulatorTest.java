package io.conclave.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Histories of whole groups under random faults: the invariants hold in each. */
@Tag("search")
class SimulatorTest {
  private static final long FIRST = Long.getLong("simulator.seed", 1);
  private static final long SEEDS = Long.getLong("simulator.seeds", 20_000);

  @Test
  void invariantsHold() throws InterruptedException, IOException {
    int threads = Runtime.getRuntime().availableProcessors();
    Campaign.Result result = Campaign.run(FIRST, SEEDS, Options.DRAWN, threads);
    if (result.failure().isPresent()) {
      long seed = result.failure().get().seed();
      fail(String.join("\n", FailedSeed.report(seed, Path.of("target"))));
    }
    assertEquals(SEEDS, result.seeds());
    assertTrue(result.leastMs() >= 60_000, () -> result.leastMs() + " ms");
    assertTrue(result.leastFaults() >= 3, () -> result.leastFaults() + " faults");
  }

  @Test
  void oneSeedIsOneHistory() {
    assertEquals(Simulator.run(7, Options.DRAWN), Simulator.run(7, Options.DRAWN));
  }

  @Test
  void aReplayIsTheSameHistory() {
    Simulator.History history = Simulator.replay(11, Options.DRAWN);
    assertEquals(Simulator.run(11, Options.DRAWN), history.outcome());
    assertTrue(history.lines().size() > 20);
  }
}
