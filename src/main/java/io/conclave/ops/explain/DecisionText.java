package io.conclave.ops.explain;

import io.conclave.core.decision.Changes;
import io.conclave.core.decision.Decision;
import io.conclave.core.decision.DecisionRecord;
import io.conclave.text.Table;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Decisions for people who were woken up by them. */
public final class DecisionText {
  private static final DateTimeFormatter WHEN =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

  private DecisionText() {}

  /** One line each, in the order given. */
  public static List<String> list(List<DecisionRecord> records) {
    if (records.isEmpty()) {
      return List.of("no decisions are known here yet");
    }
    Table table = new Table().row("ID", "WHEN (UTC)", "GROUP", "EPOCH", "AT", "WHAT");
    for (DecisionRecord record : records) {
      table.row(
          record.id(),
          when(record),
          record.group().value(),
          record.decision().epoch() == 0 ? "-" : Long.toString(record.decision().epoch()),
          record.coordinator().value(),
          Sentence.of(record.decision()));
    }
    return table.lines();
  }

  /**
   * One decision, and the change of the primary that it belongs to.
   *
   * @param records all that are known
   */
  public static List<String> page(DecisionRecord about, List<DecisionRecord> records) {
    List<DecisionRecord> story = Changes.storyOf(records, about);
    List<String> lines = new ArrayList<>();
    lines.add("group %s: %s".formatted(about.group(), Outcome.of(story)));
    lines.add("%s UTC, decision %s, by the coordinator at %s with ballot %s"
        .formatted(when(about), about.id(), about.coordinator(), about.ballot()));
    if (story.size() > 1) {
      section(lines, "What happened, in ms from the first step", steps(story, about));
    }
    story.forEach(record -> details(lines, record.decision()));
    Outcome.now(story).ifPresent(now -> section(lines, "What holds now", List.of(now)));
    return lines;
  }

  private static List<String> steps(List<DecisionRecord> story, DecisionRecord about) {
    long first = story.get(0).atEpochMs();
    Table table = new Table();
    for (DecisionRecord record : story) {
      table.row(
          record.equals(about) ? ">" : " ",
          "%+d".formatted(record.atEpochMs() - first),
          record.id(),
          record.coordinator().value(),
          Sentence.of(record.decision()));
    }
    return table.lines();
  }

  private static void details(List<String> lines, Decision decision) {
    if (decision instanceof Decision.FailoverBegun d) {
      section(
          lines,
          "Why %s was given up".formatted(d.left().primary()),
          d.shut()
              .map(why -> Details.shut(d.left().primary(), why))
              .orElseGet(() -> Details.votes(d.votes())));
    } else if (decision instanceof Decision.FailoverRefused d) {
      section(lines, "How the sentinels voted", Details.votes(d.votes()));
    } else if (decision instanceof Decision.FailoverStalled d) {
      section(lines, "What was missing to go on", Details.fences(d.fences()));
      section(lines, "The nodes at that moment", Details.candidates(d.candidates()));
    } else if (decision instanceof Decision.CalledOff d) {
      section(lines, "How the sentinels voted", Details.votes(d.votes()));
      section(lines, "Was every commit stopped?", Details.fences(d.fences()));
      section(lines, "The nodes at that moment", Details.candidates(d.candidates()));
    } else if (decision instanceof Decision.CandidateChosen d) {
      section(lines, "Was every commit stopped?", Details.fences(d.fences()));
      section(lines, "Why " + d.next().primary(), Details.candidates(d.candidates()));
    } else if (decision instanceof Decision.SwitchoverBegun d) {
      section(lines, "Why to " + d.target(), Details.candidates(d.candidates()));
    } else if (decision instanceof Decision.SwitchoverRefused d) {
      section(lines, "The nodes at that moment", Details.candidates(d.candidates()));
    } else if (decision instanceof Decision.Formed d) {
      section(lines, "Why " + d.first().primary(), Details.candidates(d.candidates()));
    } else if (decision instanceof Decision.SyncSetChanged d) {
      section(
          lines,
          "Why",
          d.moves().stream()
              .map(move -> "%s: %s"
                  .formatted(
                      move.node().map(node -> node + " " + move.what()).orElse(move.what()),
                      move.why()))
              .toList());
    }
  }

  private static void section(List<String> lines, String title, List<String> content) {
    if (!content.isEmpty()) {
      lines.add("");
      lines.add(title);
      content.forEach(line -> lines.add("  " + line));
    }
  }

  static String when(DecisionRecord record) {
    return WHEN.format(Instant.ofEpochMilli(record.atEpochMs()));
  }
}
