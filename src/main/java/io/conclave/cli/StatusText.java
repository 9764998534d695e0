package io.conclave.cli;

import io.conclave.cli.StatusView.EdgeView;
import io.conclave.cli.StatusView.EvidenceView;
import io.conclave.cli.StatusView.FailoverView;
import io.conclave.cli.StatusView.GroupView;
import io.conclave.cli.StatusView.NodeView;
import io.conclave.cli.StatusView.VoteView;
import io.conclave.text.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A status as text for people: 100 columns are enough while all is well. */
public final class StatusText {
  private static final String NONE = "-";

  /** A view older than this is not from a coordinator that is well. */
  private static final long OLD_MS = 2000;

  private StatusText() {}

  static List<String> lines(StatusView status) {
    List<String> lines = new ArrayList<>();
    for (GroupView group : status.groups()) {
      if (!lines.isEmpty()) {
        lines.add("");
      }
      lines.addAll(lines(group));
    }
    return lines.isEmpty() ? List.of("no groups") : lines;
  }

  /** One group: what holds, its nodes, who votes how, and what is worth a remark. */
  public static List<String> lines(GroupView group) {
    List<String> lines = new ArrayList<>();
    lines.add("group %s: %s, epoch %d (%s), primary %s"
        .formatted(
            group.group(),
            word(group.phase()),
            group.epoch(),
            group.established() ? "established" : "begun",
            text(group.primary())));
    lines.add("  commits wait for %d of (%s)"
        .formatted(group.syncK(), String.join(", ", group.syncSet())));
    lines.add("  coordinator %s, ballot %s%s"
        .formatted(text(group.coordinator()), text(group.ballot()), old(group)));
    lines.add("");
    nodes(group).forEach(line -> lines.add("  " + line));
    lines.add("");
    votes(group).forEach(line -> lines.add("  " + line));
    edges(group).forEach(line -> lines.add(("  " + line).stripTrailing()));
    remarks(group).forEach(line -> lines.add(("  " + line).stripTrailing()));
    return lines;
  }

  private static String old(GroupView group) {
    return group.ageMs() > OLD_MS ? " (heard of %.1f s ago)".formatted(group.ageMs() / 1000.0) : "";
  }

  private static List<String> nodes(GroupView group) {
    Table table = new Table()
        .row(
            "NODE", "REGION", "HOST", "ROLE", "EPOCH", "TL", "LSN", "LAG", "GATE", "FROM", "ORDER");
    for (NodeView node : group.nodes()) {
      table.row(
          node.node(),
          text(node.region()),
          text(node.host()),
          role(group, node),
          number(node.epoch()),
          number(node.timeline()),
          text(node.position()),
          node.node().equals(group.primary()) ? NONE : bytes(node.lagBytes()),
          word(node.gate()),
          from(node),
          word(node.order()));
    }
    return table.lines();
  }

  private static String role(GroupView group, NodeView node) {
    if (node.rebuilding()) {
      return "rebuilding";
    }
    return switch (String.valueOf(node.server())) {
      case "PRIMARY" -> node.node().equals(group.primary()) ? "primary" : "old primary";
      case "STANDBY" -> "READ_REPLICA".equals(node.kind()) ? "read-replica" : "standby";
      default -> word(node.server());
    };
  }

  /** Whom it streams from; who it should stream from, and does not, is told with the reason. */
  private static String from(NodeView node) {
    return "STREAMING".equals(node.receiver()) || text(node.upstream()).equals(NONE)
        ? text(node.upstream())
        : text(node.upstream()) + " (" + word(node.receiver()).replace("none", "not") + ")";
  }

  private static List<String> votes(GroupView group) {
    Table table = new Table().row("SENTINEL", "REGION", "VOTE", "EVIDENCE");
    for (VoteView vote : group.votes()) {
      table.row(text(vote.sentinel()), text(vote.region()), word(vote.opinion()), evidence(vote));
    }
    return table.lines();
  }

  private static List<String> edges(GroupView group) {
    if (group.edges().isEmpty()) {
      return List.of();
    }
    Table table = new Table().row("EDGE", "REGION", "PRIMARY", "HELD", "PROBLEM");
    for (EdgeView edge : group.edges()) {
      table.row(
          edge.edge(),
          edge.region(),
          text(edge.primary()),
          edge.held() ? "held" : NONE,
          text(edge.problem()));
    }
    List<String> lines = new ArrayList<>(List.of(""));
    lines.addAll(table.lines());
    return lines;
  }

  private static String evidence(VoteView vote) {
    return vote.evidence().stream().map(StatusText::evidence).collect(Collectors.joining(", "));
  }

  private static String evidence(EvidenceView evidence) {
    return word(evidence.channel()) + " " + word(evidence.finding());
  }

  private static List<String> remarks(GroupView group) {
    List<String> remarks = new ArrayList<>();
    if (!text(group.blocker()).equals(NONE)) {
      remarks.add("blocked: " + group.blocker());
    }
    for (NodeView node : group.nodes()) {
      if (!text(node.problem()).equals(NONE)) {
        remarks.add("%s: %s".formatted(node.node(), node.problem()));
      }
    }
    group.failover().ifPresent(last -> remarks.add(remark(last)));
    if (!remarks.isEmpty()) {
      remarks.add(0, "");
    }
    return remarks;
  }

  private static String remark(FailoverView last) {
    return "last change of primary: %s -> %s, epoch %d (%s): conclave explain %s"
        .formatted(
            text(last.from()),
            text(last.to()),
            last.epoch(),
            word(last.cause()),
            text(last.decision()));
  }

  private static String text(String value) {
    return value == null || value.isEmpty() ? NONE : value;
  }

  private static String number(long value) {
    return value == 0 ? NONE : Long.toString(value);
  }

  /** A constant of the protocol, as the rest of the command line writes it. */
  private static String word(String constant) {
    return text(constant).toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String bytes(Long bytes) {
    if (bytes == null) {
      return NONE;
    }
    if (bytes < 10 * 1024) {
      return bytes + " B";
    }
    return bytes < 10 * 1024 * 1024 ? bytes / 1024 + " kB" : bytes / (1024 * 1024) + " MB";
  }
}
