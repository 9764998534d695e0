package io.conclave.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.conclave.core.GroupId;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code conclave explain}: what was decided and why; what blocks now; what would be. The hosts find the words. */
@Command(
    name = "explain",
    description = "Says what was decided and why; without an ID, lists the last decisions.",
    synopsisSubcommandLabel = "[why-not | what-if]",
    subcommands = {ExplainCommand.WhyNot.class, ExplainCommand.WhatIf.class})
final class ExplainCommand implements Callable<Integer> {
  @Spec
  private CommandSpec spec;

  @Mixin
  private Hosts hosts;

  @Parameters(
      arity = "0..1",
      paramLabel = "ID",
      description =
          "A decision, or the begin of its ID: the whole change of primary it belongs to.")
  private String id;

  @Option(
      names = "--group",
      paramLabel = "NAME",
      description = "Lists the decisions about this group alone.")
  private String group;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description = "Lists so many (default: ${DEFAULT-VALUE}).")
  private int limit;

  @Option(names = "--json", description = "Print what the host answered, unchanged.")
  private boolean json;

  @Override
  public Integer call() {
    if (limit < 1 || limit > 1000) {
      throw new IllegalArgumentException("--limit must be 1 to 1000, not " + limit);
    }
    String path = id == null
        ? "/conclave/decisions?limit=%d%s"
            .formatted(limit, group == null ? "" : "&group=" + new GroupId(group))
        : "/conclave/decisions/" + URLEncoder.encode(id, StandardCharsets.UTF_8);
    print(spec, hosts.connect().find(path), json);
    return ExitCodes.DONE;
  }

  private static void print(CommandSpec spec, JsonNode answer, boolean json) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(answer.toPrettyString());
    } else {
      answer.path("text").forEach(line -> out.println(line.asText()));
    }
    out.flush();
  }

  /** What the coordinator of a group says of itself. */
  private abstract static class Question implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private Hosts hosts;

    @Option(
        names = "--group",
        paramLabel = "NAME",
        description = "Which group; not needed if there is only one.")
    private String group;

    @Option(names = "--json", description = "Print what the host answered, unchanged.")
    private boolean json;

    /** The last part of the path. */
    abstract String path();

    @Override
    public Integer call() {
      ControlPlane cell = hosts.connect();
      String chosen = group == null ? cell.onlyGroup() : new GroupId(group).value();
      print(spec, cell.find("/conclave/groups/" + chosen + "/" + path()), json);
      return ExitCodes.DONE;
    }
  }

  /** {@code conclave explain why-not}. */
  @Command(
      name = "why-not",
      description =
          "Says what blocks a failover or a switchover right now, condition by condition.")
  static final class WhyNot extends Question {
    @Override
    String path() {
      return "why-not";
    }
  }

  /** {@code conclave explain what-if}. */
  @Command(
      name = "what-if",
      description = "Says who would win, and what would be lost, if the primary died this second.")
  static final class WhatIf extends Question {
    @Override
    String path() {
      return "what-if";
    }
  }
}
