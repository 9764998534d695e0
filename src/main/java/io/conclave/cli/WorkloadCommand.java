package io.conclave.cli;

import java.io.IOException;
import java.nio.file.Files;
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

/** {@code conclave workload}: the ledger, against any group. */
@Command(
    name = "workload",
    description = "Writes to a group, then counts what was lost, doubled or read stale.",
    footer = {
      "",
      "Exits 0 only if no acknowledged write was lost. SIGINT ends the writing early and counts what there is."
    })
final class WorkloadCommand implements Callable<Integer> {
  private final Programs programs;

  @Spec
  private CommandSpec spec;

  @Option(
      names = "--url",
      required = true,
      paramLabel = "URL",
      description = "jdbc:postgresql://host:port,host:port/database with every node of the group.")
  private String url;

  @Option(
      names = "--user",
      required = true,
      paramLabel = "ROLE",
      description = "Database role that writes and reads.")
  private String user;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "File with its password; without it environment variable PGPASSWORD.")
  private Path passwordFile;

  @Option(
      names = "--for",
      paramLabel = "TIME",
      defaultValue = "30s",
      converter = Durations.class,
      description = "How long (default: ${DEFAULT-VALUE}).")
  private Duration duration;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the result there, too.")
  private Path json;

  @Mixin
  private Load load;

  WorkloadCommand(Programs programs) {
    this.programs = programs;
  }

  @Override
  public Integer call() {
    return programs.workload(new WorkloadRequest(
        url, user, password(), duration, Optional.ofNullable(json), load.shape()));
  }

  private String password() {
    if (passwordFile == null) {
      return Optional.ofNullable(System.getenv("PGPASSWORD"))
          .orElseThrow(() -> new ParameterException(
              spec.commandLine(), "needs --password-file FILE or environment variable PGPASSWORD"));
    }
    try {
      return Files.readString(passwordFile).strip();
    } catch (IOException unreadable) {
      throw new ParameterException(
          spec.commandLine(),
          "--password-file must be a readable file (%s)".formatted(unreadable),
          unreadable);
    }
  }
}
