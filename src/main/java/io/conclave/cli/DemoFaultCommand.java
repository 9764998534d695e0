package io.conclave.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code conclave demo fault}: one fault in the demo that runs in another terminal. */
@Command(name = "fault", description = "Does something to the primary of the running demo.")
final class DemoFaultCommand implements Callable<Integer> {
  /** The demo answers when the group is whole again. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @Spec
  private CommandSpec spec;

  @Parameters(
      paramLabel = "KIND",
      converter = DemoFault.Converter.class,
      description = "One of ${COMPLETION-CANDIDATES}.")
  private DemoFault fault;

  @Override
  public Integer call() {
    URI control = RunningDemo.find()
        .map(RunningDemo::control)
        .orElseThrow(
            () -> new CommandFailure("no demo is running: start one with 'conclave demo'"));
    ControlPlane.Answer answer =
        new ControlPlane(List.of(control)).post("/fault", fault.toString(), PATIENCE);
    if (answer.status() != 200) {
      throw new CommandFailure(
          "refused: " + answer.body().path("error").asText(answer.body().asText()));
    }
    JsonNode run = answer.body();
    spec.commandLine()
        .getOut()
        .printf(
            "%s: %s -> %s, outage %s ms, lost %s%n",
            fault,
            run.path("old_primary").asText(),
            run.path("new_primary").asText(),
            run.path("outage_ms").asText(),
            run.path("lost").asText());
    return ExitCodes.DONE;
  }
}
