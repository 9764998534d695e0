package io.conclave.cli;

import io.conclave.simulator.Minimiser;
import io.conclave.simulator.Options;
import io.conclave.simulator.Outcome;
import io.conclave.simulator.Simulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/** What whoever found a seed that breaks an invariant needs next: how to play it again, a smaller one, and what happened. */
public final class FailingHistory {
  private FailingHistory() {}

  /**
   * Makes the history smaller and writes its timeline.
   *
   * @param failure what a run with these options came to; it broke something
   * @return lines for people
   * @throws IOException when the timeline cannot be written
   */
  public static List<String> explain(Outcome failure, Options options, Path timeline)
      throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("seed " + failure.seed() + ": " + failure.violation().orElseThrow());
    lines.add("again:   " + command(failure.seed(), options));
    Options smallest = Minimiser.minimise(failure.seed(), options);
    Simulator.History history = Simulator.replay(failure.seed(), smallest);
    lines.add("smaller: " + command(failure.seed(), smallest));
    history.outcome().faults().forEach(fault -> lines.add("         " + fault));
    Files.write(timeline, history.lines());
    lines.add("timeline: " + timeline);
    return lines;
  }

  /** The one command that plays a history again. */
  private static String command(long seed, Options options) {
    List<String> words =
        new ArrayList<>(List.of("./conclave simulate --seed", Long.toString(seed), "--replay"));
    options.nodes().ifPresent(count -> words.add("--nodes " + count));
    options.policy().ifPresent(one -> words.add("--policy " + spelled(one)));
    options.whenAlone().ifPresent(one -> words.add("--when-alone " + spelled(one)));
    if (!options.without().isEmpty()) {
      words.add("--without "
          + String.join(
              ",",
              new TreeSet<>(options.without()).stream().map(String::valueOf).toList()));
    }
    return String.join(" ", words);
  }

  /** As the command line spells it. */
  static String spelled(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
