package io.conclave.ops.explain;

import io.conclave.core.Configuration;
import io.conclave.core.NodeId;
import io.conclave.core.decision.Condition;
import io.conclave.core.decision.Outlook;
import io.conclave.core.decision.Outlook.WhatIf;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What blocks a failover or a switchover right now, and what a death of the primary would lead to. */
public final class OutlookText {
  private OutlookText() {}

  /** Condition by condition. */
  public static List<String> whyNot(Outlook outlook) {
    List<String> lines = head(outlook);
    lines.add("");
    lines.add("FAILOVER: " + failover(outlook));
    outlook.verdict().ifPresent(verdict -> lines.addAll(line(verdict, "no ")));
    outlook.shut().ifPresent(shut -> lines.addAll(line("yes", shut)));
    outlook.failover().forEach(condition -> lines.addAll(line(condition)));
    lines.add("");
    lines.add("SWITCHOVER: "
        + outlook.refusal().map(why -> "would be refused: " + why).orElse("would be accepted now"));
    outlook.switchover().forEach(condition -> lines.addAll(line(condition)));
    return lines;
  }

  private static List<String> head(Outlook outlook) {
    List<String> lines = new ArrayList<>();
    lines.add("group %s: %s"
        .formatted(
            outlook.group(),
            outlook
                .configuration()
                .map(now -> "epoch %d, primary %s, %s"
                    .formatted(now.epoch(), now.primary(), Sentence.waits(now.sync())))
                .orElse("not formed yet")));
    lines.add("coordinator %s: %s".formatted(outlook.coordinator(), outlook.doing()));
    outlook.blocker().ifPresent(blocker -> lines.add("blocked: " + blocker));
    return lines;
  }

  private static String failover(Outlook outlook) {
    List<String> missing = outlook.failover().stream()
        .filter(condition -> !condition.holds())
        .map(Condition::name)
        .toList();
    boolean needed = Stream.concat(outlook.verdict().stream(), outlook.shut().stream())
        .anyMatch(Condition::holds);
    if (missing.isEmpty()) {
      return needed
          ? "begins now"
          : "not needed, the primary is not found dead; if it were, nothing would block it";
    }
    return (needed
            ? "BLOCKED, does not hold: "
            : "not needed now, and it WOULD BE BLOCKED, does not hold: ")
        + String.join("; ", missing);
  }

  private static List<String> line(Condition condition) {
    return line(condition, "NOT");
  }

  private static List<String> line(Condition condition, String otherwise) {
    return line(condition.holds() ? "ok " : otherwise, condition);
  }

  private static List<String> line(String mark, Condition condition) {
    return List.of("  %s  %s".formatted(mark, condition.name()), "         " + condition.why());
  }

  /** Who would win, and what would be lost. */
  public static List<String> whatIf(Outlook outlook) {
    if (outlook.whatIf().isEmpty()) {
      List<String> lines = head(outlook);
      lines.add("There is no established primary that could die.");
      return lines;
    }
    WhatIf whatIf = outlook.whatIf().get();
    NodeId primary = whatIf.current().primary();
    List<String> lines = new ArrayList<>();
    lines.add("If %s and its host died this second (group %s, epoch %d):"
        .formatted(primary, outlook.group(), whatIf.current().epoch()));
    winner(whatIf).forEach(line -> lines.add("  " + line));
    loss(whatIf).forEach(line -> lines.add("  " + line));
    section(
        lines,
        "What a failover needs besides",
        whatIf.conditions().stream()
            .flatMap(condition -> line(condition).stream())
            .map(line -> line.substring(2))
            .toList());
    section(lines, "Would every commit be stopped?", Details.fences(whatIf.fences()));
    section(lines, "The nodes, as if fenced now", Details.candidates(whatIf.candidates()));
    return lines;
  }

  private static List<String> winner(WhatIf whatIf) {
    if (whatIf.winner().isEmpty()) {
      return List.of(
          "NOBODY would take over by itself; writes would stop until the conditions below hold.");
    }
    Configuration next = whatIf.next().orElseThrow();
    return List.of("%s would become primary of epoch %d; %s."
        .formatted(next.primary(), next.epoch(), Sentence.waits(next.sync())));
  }

  private static List<String> loss(WhatIf whatIf) {
    NodeId primary = whatIf.current().primary();
    if (whatIf.acknowledgedBytes() > 0) {
      return List.of(
          "Acknowledged writes at risk: those in %d bytes of WAL that are on %s alone (k = 0: commits wait for nobody)."
              .formatted(whatIf.acknowledgedBytes(), primary),
          "They come back when %s does.".formatted(primary));
    }
    if (whatIf.unprotected()) {
      return List.of(
          "Acknowledged writes at risk: none by the last reports; but commits wait for nobody (k = 0), and those since then are on %s alone."
              .formatted(primary));
    }
    List<String> lines = new ArrayList<>();
    lines.add("Acknowledged writes lost: 0.");
    if (whatIf.unacknowledgedBytes() > 0) {
      lines.add(
          "Unacknowledged: %d bytes of WAL are on %s alone by the last reports; their clients have no answer yet."
              .formatted(whatIf.unacknowledgedBytes(), primary));
    }
    return lines;
  }

  private static void section(List<String> lines, String title, List<String> content) {
    if (!content.isEmpty()) {
      lines.add("");
      lines.add(title);
      content.forEach(line -> lines.add("  " + line));
    }
  }
}
