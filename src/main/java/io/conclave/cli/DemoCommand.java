package io.conclave.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code conclave demo}: a real group on this machine. */
@Command(
    name = "demo",
    description =
        "Starts three PostgreSQL servers and their daemons on this machine, writes to them, and shows what happens.",
    subcommands = DemoFaultCommand.class,
    footer = {
      "",
      "Without --fault and --for it runs until Ctrl-C, which stops everything and leaves nothing behind.",
      "With --fault it exits 0 only if no acknowledged write was lost."
    })
final class DemoCommand implements Callable<Integer> {
  private final Programs programs;

  @Spec
  private CommandSpec spec;

  @Option(
      names = "--fault",
      paramLabel = "KIND",
      converter = DemoFault.Converter.class,
      description = "Do this to the primary and measure: ${COMPLETION-CANDIDATES}.")
  private DemoFault fault;

  @Option(
      names = "--coordinator-too",
      description =
          "With --fault: first place the group's coordinator, and the singleton that appoints it, beside the primary.")
  private boolean coordinatorToo;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "1",
      description = "How often (default: ${DEFAULT-VALUE}).")
  private int runs;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the report there, too.")
  private Path json;

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = "Keep the logs and the configuration of the hosts there at the end.")
  private Path keep;

  @Option(
      names = "--for",
      paramLabel = "TIME",
      converter = Durations.class,
      description = "Steady load for this long, without a fault (10m).")
  private Duration duration;

  @Option(
      names = "--stall",
      paramLabel = "TIME",
      converter = Durations.class,
      description = "With --for: stop each JVM in turn for this long (500ms).")
  private Duration stall;

  @Option(names = "--busy", description = "With --for: keep all cores busy.")
  private boolean busy;

  @Option(
      names = "--postgres",
      paramLabel = "WHERE",
      defaultValue = "auto",
      description =
          "auto, embedded or the directory of PostgreSQL's programs (default: ${DEFAULT-VALUE}).")
  private String postgres;

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      defaultValue = "lan",
      description = "Timings, lan or wan (default: ${DEFAULT-VALUE}).")
  private String profile;

  @Mixin
  private Load load;

  DemoCommand(Programs programs) {
    this.programs = programs;
  }

  @Override
  public Integer call() {
    require(runs >= 1, "--runs must be at least 1");
    require(fault == null || duration == null, "--fault and --for exclude each other");
    require(fault != null || !coordinatorToo, "--coordinator-too needs --fault");
    require(duration != null || (stall == null && !busy), "--stall and --busy need --for");
    require(
        duration == null || duration.compareTo(Duration.ofSeconds(1)) >= 0,
        "--for must be at least 1s");
    require(stall == null || stall.toMillis() >= 1, "--stall must be at least 1ms");
    require(profile.equals("lan") || profile.equals("wan"), "--profile must be lan or wan");
    require(
        postgres.equals("auto") || postgres.equals("embedded") || postgres.startsWith("/"),
        "--postgres must be auto, embedded or an absolute directory");
    return programs.demo(new DemoRequest(
        Optional.ofNullable(fault),
        coordinatorToo,
        runs,
        Optional.ofNullable(json),
        Optional.ofNullable(keep),
        Optional.ofNullable(duration),
        Optional.ofNullable(stall),
        busy,
        postgres,
        profile,
        load.shape()));
  }

  private void require(boolean holds, String sentence) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), sentence);
    }
  }
}
