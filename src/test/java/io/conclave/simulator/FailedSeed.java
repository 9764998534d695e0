package io.conclave.simulator;

import io.conclave.cli.FailingHistory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A seed that breaks something in a test, told as the command line tells it. */
public final class FailedSeed {
  private FailedSeed() {}

  /**
   * For callers, too, that load this class by a loader of their own, as {@link Simulator#firstViolation}.
   *
   * @param directory where the timeline is written
   * @return lines for people; the last one names the file
   * @throws IOException when it cannot be written
   */
  public static List<String> report(long seed, Path directory) throws IOException {
    Path timeline = directory.resolve("simulator-seed-" + seed + ".txt");
    return FailingHistory.explain(Simulator.run(seed, Options.DRAWN), Options.DRAWN, timeline);
  }
}
