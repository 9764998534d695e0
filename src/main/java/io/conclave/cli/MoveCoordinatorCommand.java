package io.conclave.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.conclave.core.HostId;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code conclave move-coordinator}: where a group is coordinated. */
@Command(
    name = "move-coordinator",
    description = "Has a group coordinated on another sentinel, and waits until it is.",
    footer = {
      "",
      "It stays there while that sentinel is alive and until the group has another primary. PostgreSQL is not touched."
    })
final class MoveCoordinatorCommand implements Callable<Integer> {
  /** Longer than the host that is asked waits. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @Spec
  private CommandSpec spec;

  @Mixin
  private Hosts hosts;

  @Mixin
  private OneGroup group;

  @Parameters(paramLabel = "SENTINEL", description = "Name of its host.")
  private String to;

  @Override
  public Integer call() {
    String body = JsonNodeFactory.instance
        .objectNode()
        .put("host", new HostId(to).value())
        .toString();
    ControlPlane cell = hosts.connect();
    String chosen = group.in(cell);
    ControlPlane.Answer answer =
        cell.post("/conclave/groups/" + chosen + "/coordinator", body, PATIENCE);
    if (answer.status() != 200) {
      throw new CommandFailure("refused: " + OneGroup.reason(chosen, answer));
    }
    spec.commandLine()
        .getOut()
        .printf(
            "%s: coordinated at %s, %d ms%n",
            chosen,
            answer.body().path("coordinator").asText(),
            answer.body().path("duration_ms").asLong());
    return ExitCodes.DONE;
  }
}
