package io.conclave.cli;

import io.conclave.core.HostId;
import io.conclave.settings.ConclaveSettings;
import io.conclave.settings.Problem;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code conclave node}: the daemon of one host. */
@Command(
    name = "node",
    description = "Runs the daemon of one host, in the foreground.",
    footer = {
      "",
      "SIGTERM and SIGINT end the daemon and leave PostgreSQL running; the next start adopts it.",
      "A wrong configuration ends it at once, with all problems and exit code 2."
    })
final class NodeCommand implements Callable<Integer> {
  private final Programs programs;

  @Spec
  private CommandSpec spec;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "Configuration file of the cell.")
  private Path config;

  @Option(
      names = "--host",
      paramLabel = "NAME",
      defaultValue = "${env:CONCLAVE_HOST}",
      description = "Which of the file's hosts this one is; or environment variable CONCLAVE_HOST.")
  private String host;

  @Option(names = "--check", description = "Check the configuration, show warnings, and end.")
  private boolean check;

  NodeCommand(Programs programs) {
    this.programs = programs;
  }

  @Override
  public Integer call() {
    if (host == null && !check) {
      throw new ParameterException(spec.commandLine(), "Missing required option: '--host=NAME'");
    }
    ConclaveSettings settings = ConclaveSettings.load(config);
    Optional<HostId> own = Optional.ofNullable(host).map(HostId::new);
    own.ifPresent(settings::host);
    PrintWriter err = spec.commandLine().getErr();
    for (Problem warning : settings.warnings()) {
      err.println("warning: " + warning);
    }
    err.flush();
    if (check) {
      spec.commandLine().getOut().println(config + " is right: " + summary(settings));
      return ExitCodes.DONE;
    }
    return programs.node(settings, own.orElseThrow());
  }

  private static String summary(ConclaveSettings settings) {
    return "cell %s, %d regions, %d hosts (%d sentinels), %d groups"
        .formatted(
            settings.cell(),
            settings.regions().size(),
            settings.hosts().size(),
            settings.sentinels().seats().size(),
            settings.groups().size());
  }
}
