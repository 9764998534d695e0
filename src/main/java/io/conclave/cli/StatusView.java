package io.conclave.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.StreamSupport;

/** What {@code GET /conclave/groups} says, as text for people. */
final class StatusView {
  private static final String NONE = "-";

  /** A view older than this is not from a coordinator that is well. */
  private static final long OLD_MS = 2000;

  private StatusView() {}

  static List<String> lines(JsonNode status) {
    List<String> lines = new ArrayList<>();
    for (JsonNode group : status.path("groups")) {
      if (!lines.isEmpty()) {
        lines.add("");
      }
      group(group, lines);
    }
    return lines.isEmpty() ? List.of("no groups") : lines;
  }

  private static void group(JsonNode group, List<String> lines) {
    lines.add("group %s: %s, epoch %s (%s), primary %s"
        .formatted(
            text(group, "group"),
            word(group, "phase"),
            text(group, "epoch"),
            group.path("established").asBoolean() ? "established" : "begun",
            text(group, "primary")));
    lines.add("  commits wait for %s of (%s)"
        .formatted(text(group, "sync_k"), names(group.path("sync_set"))));
    lines.add("  coordinator %s, ballot %s%s"
        .formatted(text(group, "coordinator"), text(group, "ballot"), old(group)));
    lines.add("");
    nodes(group).forEach(line -> lines.add("  " + line));
    lines.add("");
    votes(group).forEach(line -> lines.add("  " + line));
    remarks(group).forEach(line -> lines.add(("  " + line).stripTrailing()));
  }

  private static String old(JsonNode group) {
    long age = group.path("age_ms").asLong();
    return age > OLD_MS ? " (heard of %.1f s ago)".formatted(age / 1000.0) : "";
  }

  private static List<String> nodes(JsonNode group) {
    Table table = new Table()
        .row(
            "NODE",
            "REGION",
            "HOST",
            "ROLE",
            "EPOCH",
            "TIMELINE",
            "LSN",
            "LAG",
            "GATE",
            "STREAM",
            "ORDER");
    for (JsonNode node : group.path("nodes")) {
      table.row(
          text(node, "node"),
          text(node, "region"),
          text(node, "host"),
          role(node),
          text(node, "epoch"),
          text(node, "timeline"),
          text(node, "position"),
          bytes(node.path("lag_bytes")),
          word(node, "gate"),
          stream(node),
          word(node, "order"));
    }
    return table.lines();
  }

  private static String role(JsonNode node) {
    String server = word(node, "server");
    return node.path("rebuilding").asBoolean()
        ? "rebuilding"
        : word(node, "kind").equals("read-replica") && server.equals("standby")
            ? "read-replica"
            : server;
  }

  private static String stream(JsonNode node) {
    return text(node, "upstream").equals(NONE)
        ? word(node, "receiver").replace("none", NONE)
        : word(node, "receiver") + " from " + text(node, "upstream");
  }

  private static List<String> votes(JsonNode group) {
    Table table = new Table().row("SENTINEL", "REGION", "VOTE", "EVIDENCE");
    for (JsonNode vote : group.path("votes")) {
      List<String> evidence = new ArrayList<>();
      vote.path("evidence")
          .forEach(each -> evidence.add(word(each, "channel") + " " + word(each, "finding")));
      table.row(
          text(vote, "sentinel"),
          text(vote, "region"),
          word(vote, "opinion"),
          String.join(", ", evidence));
    }
    return table.lines();
  }

  private static List<String> remarks(JsonNode group) {
    List<String> remarks = new ArrayList<>();
    if (!text(group, "blocker").equals(NONE)) {
      remarks.add("blocked: " + text(group, "blocker"));
    }
    for (JsonNode node : group.path("nodes")) {
      if (!text(node, "problem").equals(NONE)) {
        remarks.add("%s: %s".formatted(text(node, "node"), text(node, "problem")));
      }
    }
    JsonNode last = group.path("last_failover");
    if (last.isObject()) {
      remarks.add("last change of primary: %s -> %s, epoch %s (%s)"
          .formatted(
              text(last, "from"), text(last, "to"), text(last, "epoch"), word(last, "cause")));
    }
    if (!remarks.isEmpty()) {
      remarks.add(0, "");
    }
    return remarks;
  }

  private static String names(JsonNode names) {
    return String.join(
        ", ",
        StreamSupport.stream(names.spliterator(), false).map(JsonNode::asText).toList());
  }

  private static String text(JsonNode object, String key) {
    JsonNode value = object.path(key);
    return value.isMissingNode() || value.isNull() || value.asText().isEmpty()
        ? NONE
        : value.asText();
  }

  /** A constant of the protocol, as the rest of the command line writes it. */
  private static String word(JsonNode object, String key) {
    return text(object, key).toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String bytes(JsonNode lag) {
    if (!lag.isNumber()) {
      return NONE;
    }
    long bytes = lag.asLong();
    if (bytes < 10 * 1024) {
      return bytes + " B";
    }
    return bytes < 10 * 1024 * 1024 ? bytes / 1024 + " kB" : bytes / (1024 * 1024) + " MB";
  }
}
