package io.conclave.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.conclave.core.GroupId;
import io.conclave.core.NodeId;
import java.time.Duration;
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

  @Option(
      names = "--group",
      paramLabel = "NAME",
      description = "Which group; not needed if there is only one.")
  private String group;

  @Option(
      names = "--to",
      paramLabel = "NODE",
      description = "The new primary (default: the best candidate).")
  private String to;

  @Override
  public Integer call() {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    if (to != null) {
      body.put("target", new NodeId(to).value());
    }
    ControlPlane cell = hosts.connect();
    String chosen = group == null ? cell.onlyGroup() : new GroupId(group).value();
    ControlPlane.Answer answer =
        cell.post("/conclave/groups/" + chosen + "/switchover", body.toString(), PATIENCE);
    if (answer.status() != 200) {
      throw new CommandFailure("refused: " + reason(chosen, answer));
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
    return ExitCodes.DONE;
  }

  private static String reason(String group, ControlPlane.Answer answer) {
    String reason = answer.body().path("reason").asText("");
    if (!reason.isEmpty()) {
      return reason;
    }
    return answer.status() == 404
        ? "there is no group " + group
        : "%d %s".formatted(answer.status(), answer.body().asText(""));
  }
}
