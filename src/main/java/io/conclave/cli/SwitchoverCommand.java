package io.conclave.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.conclave.core.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code conclave switchover}: a planned change of the primary. */
@Command(
    name = "switchover",
    description = "Makes another node the primary, and waits for the end of it.")
final class SwitchoverCommand implements Callable<Integer> {
  /** The coordinator calls it off long before. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Spec
  private CommandSpec spec;

  @Mixin
  private Hosts hosts;

  @Mixin
  private OneGroup group;

  @Option(
      names = "--to",
      paramLabel = "NODE",
      description = "The new primary (default: the best candidate).")
  private String to;

  @Option(
      names = "--budget",
      paramLabel = "TIME",
      converter = Durations.class,
      description =
          "How long the clients of the edges may wait, such as 500ms or 1s (default: switchover-budget of the configuration). What would take longer is called off.")
  private Duration budget;

  @Override
  public Integer call() {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    if (to != null) {
      body.put("target", new NodeId(to).value());
    }
    if (budget != null) {
      body.put("budget", budget.toMillis());
    }
    ControlPlane cell = hosts.connect();
    String chosen = group.in(cell);
    ControlPlane.Answer answer =
        cell.post("/conclave/groups/" + chosen + "/switchover", body.toString(), patience());
    if (answer.status() != 200) {
      throw new CommandFailure("refused: " + OneGroup.reason(chosen, answer));
    }
    JsonNode done = answer.body();
    spec.commandLine()
        .getOut()
        .printf(
            "%s: %s -> %s, epoch %d, %d ms%n",
            chosen,
            done.path("from").asText(),
            done.path("to").asText(),
            done.path("epoch").asLong(),
            done.path("duration_ms").asLong());
    if (done.hasNonNull("pause")) {
      tell(done.path("pause"));
    }
    return ExitCodes.DONE;
  }

  private Duration patience() {
    return budget == null ? PATIENCE : PATIENCE.plus(budget);
  }

  private void tell(JsonNode pause) {
    List<String> edges = new ArrayList<>();
    pause.path("edges").forEach(edge -> edges.add(edge.asText()));
    spec.commandLine()
        .getOut()
        .printf(
            "the clients of %s waited %d ms: drained after %d, served by the new primary %d later%n",
            String.join(", ", edges),
            pause.path("held_ms").asLong(),
            pause.path("drained_ms").asLong(),
            pause.path("held_ms").asLong() - pause.path("drained_ms").asLong());
    if (pause.path("held_ms").asLong() > pause.path("budget_ms").asLong(Long.MAX_VALUE)) {
      spec.commandLine()
          .getErr()
          .printf(
              "conclave switchover: longer than the budget of %d ms: once the old primary is being stopped nothing can be called off%n",
              pause.path("budget_ms").asLong());
    }
  }
}
