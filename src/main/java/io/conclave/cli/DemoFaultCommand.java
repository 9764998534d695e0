package io.conclave.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
  private static final Duration PATIENCE = Duration.ofSeconds(60);

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
        .flatMap(RunningDemo::control)
        .orElseThrow(
            () -> new CommandFailure("no demo is running: start one with 'conclave demo'"));
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("fault", fault.toString());
    ControlPlane.Answer answer = new ControlPlane(List.of(control)).post("/fault", body, PATIENCE);
    if (answer.status() != 200) {
      throw new CommandFailure(
          "refused: " + answer.body().path("reason").asText(answer.body().asText()));
    }
    spec.commandLine().getOut().println(answer.body().path("message").asText(fault + " done"));
    return ExitCodes.DONE;
  }
}
