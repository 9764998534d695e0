package io.conclave.cli;

import io.conclave.core.Durability.Policy;
import io.conclave.core.Durability.WhenAlone;
import io.conclave.simulator.Campaign;
import io.conclave.simulator.Options;
import io.conclave.simulator.Outcome;
import io.conclave.simulator.Simulator;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code conclave simulate}: searches for a history that breaks an invariant. Needs no cell and no PostgreSQL. */
@Command(
    name = "simulate",
    description = "Searches simulated histories for one that loses a write or has two primaries.")
final class SimulateCommand implements Callable<Integer> {
  @Option(
      names = "--seeds",
      defaultValue = "1000",
      description = "How many histories; default ${DEFAULT-VALUE}.")
  private long seeds;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "The first of them; default ${DEFAULT-VALUE}.")
  private long seed;

  @Option(names = "--replay", description = "Play this one seed and print what happens in it.")
  private boolean replay;

  @Option(names = "--nodes", description = "2, 3 or 5; drawn by each seed otherwise.")
  private Integer nodes;

  @Option(names = "--policy", description = "quorum or cross-region; drawn otherwise.")
  private String policy;

  @Option(names = "--when-alone", description = "strict or available; drawn otherwise.")
  private String whenAlone;

  @Option(
      names = "--without",
      split = ",",
      description = "Numbers of faults to leave out, as a smaller history names them.")
  private Set<Integer> without = new TreeSet<>();

  @Option(names = "--threads", description = "Default: one for each core.")
  private Integer threads;

  @Option(
      names = "--timeline",
      defaultValue = "conclave-simulation.txt",
      description = "Where the timeline of a failing history is written; default ${DEFAULT-VALUE}.")
  private Path timeline;

  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException, IOException {
    Options options = options();
    return replay ? replay(options) : search(options);
  }

  private Options options() {
    if (nodes != null && nodes != 2 && nodes != 3 && nodes != 5) {
      throw wrong("--nodes must be 2, 3 or 5, not " + nodes);
    }
    if (seeds < 1) {
      throw wrong("--seeds must be 1 or more, not " + seeds);
    }
    if (threads != null && threads < 1) {
      throw wrong("--threads must be 1 or more, not " + threads);
    }
    return new Options(
        nodes == null ? OptionalInt.empty() : OptionalInt.of(nodes),
        chosen("--policy", policy, List.of(Policy.QUORUM, Policy.CROSS_REGION)),
        chosen("--when-alone", whenAlone, List.of(WhenAlone.values())),
        without);
  }

  private <E extends Enum<E>> Optional<E> chosen(String option, String value, List<E> allowed) {
    if (value == null) {
      return Optional.empty();
    }
    return Optional.of(allowed.stream()
        .filter(one -> FailingHistory.spelled(one).equals(value))
        .findFirst()
        .orElseThrow(() -> wrong("%s must be %s, not '%s'"
            .formatted(
                option,
                String.join(
                    " or ", allowed.stream().map(FailingHistory::spelled).toList()),
                value))));
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private int replay(Options options) {
    PrintWriter out = spec.commandLine().getOut();
    Simulator.History history = Simulator.replay(seed, options);
    history.lines().forEach(out::println);
    out.println(ending(history.outcome()));
    return history.outcome().isSafe() ? ExitCodes.DONE : ExitCodes.FAILED;
  }

  private static String ending(Outcome outcome) {
    return outcome
        .violation()
        .map(violation -> "VIOLATED " + violation)
        .orElse(
            "all invariants held for %d simulated s, %d faults, %d acknowledged writes, %d failovers"
                .formatted(
                    outcome.simulatedMs() / 1000,
                    outcome.faults().size(),
                    outcome.acknowledged(),
                    outcome.failovers()));
  }

  private int search(Options options) throws InterruptedException, IOException {
    PrintWriter out = spec.commandLine().getOut();
    long began = System.nanoTime();
    int workers = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    Campaign.Result result = Campaign.run(seed, seeds, options, workers);
    out.printf(
        Locale.ROOT,
        "%d seeds in %.1f s: %d simulated s, %d faults, %d acknowledged writes, %d failovers, %s%n",
        result.seeds(),
        (System.nanoTime() - began) / 1e9,
        result.simulatedMs() / 1000,
        result.faults(),
        result.acknowledged(),
        result.failovers(),
        result.failure().isEmpty() ? "0 violations" : "VIOLATED");
    if (result.failure().isEmpty()) {
      return ExitCodes.DONE;
    }
    FailingHistory.explain(result.failure().get(), options, timeline).forEach(out::println);
    return ExitCodes.FAILED;
  }
}
