package io.conclave.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code conclave chaos}: faults to a stack of containers. */
@Command(
    name = "chaos",
    description =
        "Does what scenarios say to a stack of containers, under load through each channel, and judges what came of it.",
    footer = {
      "",
      "Without --project it starts a stack of its own, and removes it at the end.",
      "With it the stack of that compose project is used and left running; nothing",
      "of another project is ever touched. Ctrl-C heals what was done. Exits 0 only",
      "if every run has passed, and with --goals only if the scenarios' goals are",
      "met, too. Logs of a failure are kept in target/chaos/TIME-PID/."
    })
final class ChaosCommand implements Callable<Integer> {
  private final Programs programs;

  @Spec
  private CommandSpec spec;

  @Parameters(
      paramLabel = "NAME",
      arity = "0..*",
      description = "Scenarios, files of chaos/scenarios without .conf (default: all).")
  private List<String> names = List.of();

  @Option(
      names = "--project",
      paramLabel = "P",
      description = "Compose project of a stack that runs already.")
  private String project;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "1",
      description = "How often each (default: ${DEFAULT-VALUE}).")
  private int runs;

  @Option(names = "--smoke", description = "The short set alone.")
  private boolean smoke;

  @Option(names = "--list", description = "Say which scenarios there are, and do nothing.")
  private boolean list;

  @Option(names = "--keep", description = "Leave the stack that was started running.")
  private boolean keep;

  @Option(names = "--goals", description = "Fail, too, when a goal is missed; needs 5 runs.")
  private boolean goals;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the report there, too.")
  private Path json;

  @Option(
      names = "--junit",
      paramLabel = "FILE",
      description = "Write the report there as JUnit's XML, too.")
  private Path junit;

  ChaosCommand(Programs programs) {
    this.programs = programs;
  }

  @Override
  public Integer call() {
    require(runs >= 1, "--runs must be at least 1");
    require(names.isEmpty() || !smoke, "--smoke and names exclude each other");
    require(project == null || !keep, "--keep is for a stack of its own, not for one of --project");
    require(
        !goals || runs >= 5, "--goals needs --runs of 5 at least: fewer tell nothing of a goal");
    return programs.chaos(new ChaosRequest(
        names,
        Optional.ofNullable(project),
        runs,
        smoke,
        list,
        keep,
        goals,
        Optional.ofNullable(json),
        Optional.ofNullable(junit)));
  }

  private void require(boolean holds, String sentence) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), sentence);
    }
  }
}
