package io.conclave.demo;

import io.conclave.demo.StatusView.GroupView;
import io.conclave.demo.StatusView.NodeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The table that people see: one row per node, and who votes and coordinates. */
final class StatusTable {
  private static final List<String> HEAD =
      List.of("node", "region", "role", "epoch", "timeline", "LSN", "lag", "vote", "coordinator");

  private StatusTable() {}

  /** The table as lines without colours. */
  static List<String> lines(GroupView group) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEAD);
    group.nodes().forEach(n -> rows.add(row(group, n)));
    int[] widths = new int[HEAD.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    List<String> lines = new ArrayList<>();
    lines.add(headline(group));
    rows.forEach(r -> lines.add(line(r, widths)));
    return lines;
  }

  static String plain(GroupView group) {
    String missing = Wholeness.missing(group).map(m -> "\n" + m).orElse("");
    return String.join("\n", lines(group)) + missing;
  }

  private static String headline(GroupView group) {
    return "group %s  %s%s  epoch %d%s  sync ANY %d (%s)"
        .formatted(
            group.group(),
            group.phase(),
            group.blocker() == null ? "" : " (" + group.blocker() + ")",
            group.epoch(),
            group.established() ? "" : " (not established)",
            group.syncK(),
            String.join(", ", group.syncSet()));
  }

  private static List<String> row(GroupView group, NodeView node) {
    return List.of(
        node.node(),
        node.region(),
        role(group, node),
        node.epoch() == 0 ? "-" : Long.toString(node.epoch()),
        node.timeline() == 0 ? "-" : Integer.toString(node.timeline()),
        node.position() == null ? "-" : node.position(),
        node.node().equals(group.primary()) ? "-" : lag(node.lagBytes()),
        group.votes().stream()
            .filter(v -> v.sentinel().equals(node.host()))
            .map(v -> v.opinion().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(",")),
        node.host().equals(group.coordinator()) ? "coordinates" : "");
  }

  private static String role(GroupView group, NodeView node) {
    return switch (String.valueOf(node.server())) {
      case "PRIMARY" -> node.node().equals(group.primary()) ? "primary" : "old primary";
      case "STANDBY" -> "STREAMING".equals(node.receiver()) ? "standby" : "standby, not streaming";
      default ->
        node.rebuilding() ? "rebuilding" : String.valueOf(node.server()).toLowerCase(Locale.ROOT);
    };
  }

  private static String lag(Long bytes) {
    if (bytes == null) {
      return "-";
    }
    return bytes < 10_240
        ? bytes + " B"
        : bytes < 10_485_760 ? bytes / 1024 + " KiB" : bytes / 1_048_576 + " MiB";
  }

  private static String line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      line.append(cells.get(i)).append(" ".repeat(widths[i] - cells.get(i).length() + 2));
    }
    return line.toString().stripTrailing();
  }
}
