package io.conclave.chaos;

import io.conclave.chaos.Seen.ChannelSeen;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** The table that people read: a line for each run, and the spread of each scenario. */
final class ResultTable {
  private static final String FORMAT =
      "%-30s %3s %9s %9s %9s %6s %6s %7s %11s %6s %7s %4s %3s %5s %9s %-6s  %s";
  private static final String NONE = "-";

  private ResultTable() {}

  static String head() {
    return FORMAT
        .formatted(
            "scenario",
            "run",
            "direct ms",
            "haproxy",
            "pgbouncer",
            "stall",
            "reads",
            "detect",
            "established",
            "acked",
            "unknown",
            "lost",
            "dup",
            "stale",
            "failovers",
            "result",
            "primary")
        .stripTrailing();
  }

  /** The run, and below it what is wrong with it. */
  static List<String> lines(RunResult result) {
    Seen seen = result.seen();
    List<String> lines = new ArrayList<>();
    lines.add(FORMAT
        .formatted(
            result.scenario(),
            result.run(),
            text(seen, Channel.DIRECT, ChannelSeen::outageMs),
            text(seen, Channel.HAPROXY, ChannelSeen::outageMs),
            text(seen, Channel.PGBOUNCER, ChannelSeen::outageMs),
            text(seen, Channel.PGBOUNCER, ChannelSeen::stallMs),
            reads(seen),
            text(seen.detectMs()),
            text(seen.establishedMs()),
            sum(seen, ChannelSeen::acked),
            sum(seen, ChannelSeen::unknown),
            sum(seen, ChannelSeen::lost),
            sum(seen, ChannelSeen::duplicates),
            sum(seen, ChannelSeen::staleReads) + stale(seen.reads()),
            seen.failovers(),
            result.passed() ? "passed" : "FAILED",
            primary(seen))
        .stripTrailing());
    result.complaints().forEach(complaint -> lines.add("    " + firstLine(complaint)));
    if (result.kept() != null) {
      lines.add("    logs: " + result.kept());
    }
    return lines;
  }

  /** A scenario that is not done. */
  static String line(Skipped skipped) {
    return "%-30s %3s skipped: %s".formatted(skipped.scenario(), NONE, skipped.reason());
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  private static String primary(Seen seen) {
    return String.valueOf(seen.oldPrimary()).equals(String.valueOf(seen.newPrimary()))
        ? String.valueOf(seen.oldPrimary())
        : seen.oldPrimary() + " -> " + seen.newPrimary();
  }

  private static String text(Seen seen, Channel channel, ToDoubleFunction<ChannelSeen> what) {
    return seen.channels().stream()
        .filter(c -> c.channel() == channel)
        .map(c -> String.format(Locale.ROOT, "%.0f", what.applyAsDouble(c)))
        .findFirst()
        .orElse(NONE);
  }

  /** The longest outage of reads through any channel. */
  private static String reads(Seen seen) {
    return seen.reads().stream()
        .max(Comparator.comparingDouble(ReadsSeen::outageMs))
        .map(worst -> String.format(Locale.ROOT, "%.0f", worst.outageMs()))
        .orElse(NONE);
  }

  private static long stale(List<ReadsSeen> reads) {
    return reads.stream().mapToLong(each -> each.stale().reads()).sum();
  }

  private static String text(Long ms) {
    return ms == null ? NONE : ms.toString();
  }

  private static long sum(Seen seen, ToLongFunction<ChannelSeen> what) {
    return seen.channels().stream().mapToLong(what).sum();
  }

  /**
   * The spread of the outages of each scenario that ran more than once, of the stalls where there is a goal for them, and the count.
   */
  static List<String> summary(Report report) {
    List<RunResult> results = report.runs();
    Map<String, Long> times =
        results.stream().collect(Collectors.groupingBy(RunResult::scenario, Collectors.counting()));
    List<String> lines = new ArrayList<>();
    report.medians().stream()
        .filter(median -> times.getOrDefault(median.scenario(), 0L) > 1)
        .map(ResultTable::spread)
        .forEach(lines::add);
    long failed = results.stream().filter(r -> !r.passed()).count();
    int skipped = report.skipped().size();
    lines.add("%d runs of %d scenarios, %d failed%s; lost %d, duplicates %d"
        .formatted(
            results.size(),
            times.size(),
            failed,
            skipped == 0 ? "" : ", %d scenarios skipped".formatted(skipped),
            total(results, ChannelSeen::lost),
            total(results, ChannelSeen::duplicates)));
    return lines;
  }

  private static String spread(Median m) {
    String word = m.measured().word();
    String measured = m.runs() == 0
        ? word + " not measured"
        : String.format(
            Locale.ROOT,
            "%s ms min %.0f, median %.0f, max %.0f (%d runs)",
            word,
            m.minMs(),
            m.medianMs(),
            m.maxMs(),
            m.runs());
    String goals = m.goals().stream()
        .map(g -> "; goal for the %s %d ms: %s".formatted(g.of(), g.ms(), compared(g.met())))
        .collect(Collectors.joining());
    return "%s through %s: %s%s".formatted(m.scenario(), m.channel().word(), measured, goals);
  }

  private static String compared(Boolean met) {
    if (met == null) {
      return "needs %d runs".formatted(Median.ENOUGH);
    }
    return met ? "met" : "MISSED";
  }

  private static long total(List<RunResult> results, ToLongFunction<ChannelSeen> what) {
    return results.stream().mapToLong(r -> sum(r.seen(), what)).sum();
  }
}
