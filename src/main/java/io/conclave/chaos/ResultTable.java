package io.conclave.chaos;

import io.conclave.chaos.Seen.ChannelSeen;
import io.conclave.demo.Spread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** The table that people read: a line for each run, and the spread of each scenario. */
final class ResultTable {
  private static final String FORMAT =
      "%-30s %3s %9s %9s %9s %7s %11s %6s %7s %4s %3s %5s %9s %-6s  %s";
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
            outage(seen, Channel.DIRECT),
            outage(seen, Channel.HAPROXY),
            outage(seen, Channel.PGBOUNCER),
            text(seen.detectMs()),
            text(seen.establishedMs()),
            sum(seen, ChannelSeen::acked),
            sum(seen, ChannelSeen::unknown),
            sum(seen, ChannelSeen::lost),
            sum(seen, ChannelSeen::duplicates),
            sum(seen, ChannelSeen::staleReads),
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

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  private static String primary(Seen seen) {
    return String.valueOf(seen.oldPrimary()).equals(String.valueOf(seen.newPrimary()))
        ? String.valueOf(seen.oldPrimary())
        : seen.oldPrimary() + " -> " + seen.newPrimary();
  }

  private static String outage(Seen seen, Channel channel) {
    return seen.channels().stream()
        .filter(c -> c.channel() == channel)
        .map(c -> String.format(Locale.ROOT, "%.0f", c.outageMs()))
        .findFirst()
        .orElse(NONE);
  }

  private static String text(Long ms) {
    return ms == null ? NONE : ms.toString();
  }

  private static long sum(Seen seen, ToLongFunction<ChannelSeen> what) {
    return seen.channels().stream().mapToLong(what).sum();
  }

  /**
   * The spread of the outages of each scenario that ran more than once, and the count.
   *
   * @param scenarios of which the results are: their goals are compared with the medians
   */
  static List<String> summary(List<RunResult> results, List<Scenario> scenarios) {
    Map<String, Map<Channel, Duration>> goals = scenarios.stream()
        .collect(Collectors.toMap(
            Scenario::name, scenario -> scenario.expect().goal(), (one, same) -> one));
    Map<String, List<RunResult>> byScenario = new LinkedHashMap<>();
    results.forEach(
        r -> byScenario.computeIfAbsent(r.scenario(), name -> new ArrayList<>()).add(r));
    List<String> lines = new ArrayList<>();
    byScenario.forEach((name, runs) -> {
      if (runs.size() > 1) {
        for (Channel channel : Channel.values()) {
          Optional<Duration> goal =
              Optional.ofNullable(goals.getOrDefault(name, Map.of()).get(channel));
          spread(name, channel, runs, goal).ifPresent(lines::add);
        }
      }
    });
    long failed = results.stream().filter(r -> !r.passed()).count();
    lines.add("%d runs of %d scenarios, %d failed; lost %d, duplicates %d"
        .formatted(
            results.size(),
            byScenario.size(),
            failed,
            total(results, ChannelSeen::lost),
            total(results, ChannelSeen::duplicates)));
    return lines;
  }

  private static Optional<String> spread(
      String name, Channel channel, List<RunResult> runs, Optional<Duration> goal) {
    double[] outages = runs.stream()
        .flatMap(run -> run.seen().channels().stream())
        .filter(c -> c.channel() == channel)
        .mapToDouble(ChannelSeen::outageMs)
        .toArray();
    if (outages.length == 0) {
      return Optional.empty();
    }
    Spread o = Spread.of(outages);
    String compared = goal.map(g -> "; goal for the median %d ms: %s"
            .formatted(g.toMillis(), o.median() <= g.toMillis() ? "met" : "MISSED"))
        .orElse("");
    return Optional.of(String.format(
            Locale.ROOT,
            "%s through %s: outage ms min %.0f, median %.0f, max %.0f (%d runs)",
            name,
            channel.word(),
            o.min(),
            o.median(),
            o.max(),
            outages.length)
        + compared);
  }

  private static long total(List<RunResult> results, ToLongFunction<ChannelSeen> what) {
    return results.stream().mapToLong(r -> sum(r.seen(), what)).sum();
  }
}
