package io.conclave.chaos;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.conclave.demo.Spread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The outages or the stalls of a channel over the runs of a scenario, and the goals for them.
 *
 * @param runs how many have measured it; without one the figures are null
 * @param goalMs for the median; null for none
 * @param met whether the median is no longer than its goal; null for fewer than {@link #ENOUGH} runs, which tell nothing
 * @param maxGoalMs for the longest; null for none
 * @param maxMet the same of the longest
 */
@JsonPropertyOrder({
  "scenario",
  "channel",
  "measured",
  "runs",
  "min_ms",
  "median_ms",
  "max_ms",
  "goal_ms",
  "met",
  "max_goal_ms",
  "max_met"
})
record Median(
    String scenario,
    Channel channel,
    Measured measured,
    int runs,
    @JsonProperty("min_ms") Double minMs,
    @JsonProperty("median_ms") Double medianMs,
    @JsonProperty("max_ms") Double maxMs,
    @JsonProperty("goal_ms") Long goalMs,
    Boolean met,
    @JsonProperty("max_goal_ms") Long maxGoalMs,
    @JsonProperty("max_met") Boolean maxMet) {
  /** So many runs tell something of a goal. */
  static final int ENOUGH = 5;

  /**
   * One that there is.
   *
   * @param of median or max
   * @param valueMs what is compared with it; null without a run
   * @param met null for too few runs
   */
  record Goal(String of, long ms, Double valueMs, Boolean met) {
    boolean missed() {
      return !Boolean.TRUE.equals(met);
    }
  }

  /** Outages of each scenario and channel that was measured, or that has a goal; stalls only where they have one. */
  static List<Median> of(List<RunResult> results, List<Scenario> scenarios) {
    Map<String, Expectation> expected = new LinkedHashMap<>();
    scenarios.forEach(scenario -> expected.put(scenario.name(), scenario.expect()));
    List<Median> medians = new ArrayList<>();
    expected.forEach((name, expect) -> {
      for (Channel channel : Channel.values()) {
        double[] outages = values(results, name, channel, Measured.OUTAGE);
        Optional<Duration> goal = Optional.ofNullable(expect.goal().get(channel));
        if (outages.length > 0 || goal.isPresent()) {
          medians.add(of(name, channel, Measured.OUTAGE, outages, goal, Optional.empty()));
        }
        StallGoal stall = expect.stall().get(channel);
        if (stall != null) {
          double[] stalls = values(results, name, channel, Measured.STALL);
          medians.add(of(name, channel, Measured.STALL, stalls, stall.median(), stall.max()));
        }
      }
    });
    return medians;
  }

  private static double[] values(
      List<RunResult> results, String scenario, Channel channel, Measured measured) {
    return results.stream()
        .filter(result -> result.scenario().equals(scenario))
        .flatMap(result -> result.seen().channels().stream())
        .filter(seen -> seen.channel() == channel)
        .mapToDouble(measured::ms)
        .toArray();
  }

  private static Median of(
      String scenario,
      Channel channel,
      Measured measured,
      double[] values,
      Optional<Duration> median,
      Optional<Duration> max) {
    Long goalMs = median.map(Duration::toMillis).orElse(null);
    Long maxGoalMs = max.map(Duration::toMillis).orElse(null);
    if (values.length == 0) {
      return new Median(
          scenario, channel, measured, 0, null, null, null, goalMs, null, maxGoalMs, null);
    }
    Spread spread = Spread.of(values);
    return new Median(
        scenario,
        channel,
        measured,
        values.length,
        spread.min(),
        spread.median(),
        spread.max(),
        goalMs,
        met(spread.median(), goalMs, values.length),
        maxGoalMs,
        met(spread.max(), maxGoalMs, values.length));
  }

  private static Boolean met(double value, Long goalMs, int runs) {
    return (goalMs == null || runs < ENOUGH) ? null : Boolean.valueOf(value <= goalMs);
  }

  /** Those that there are: for the median, for the longest. */
  List<Goal> goals() {
    return Stream.of(goal("median", goalMs, medianMs, met), goal("max", maxGoalMs, maxMs, maxMet))
        .flatMap(Optional::stream)
        .toList();
  }

  private static Optional<Goal> goal(String of, Long ms, Double valueMs, Boolean met) {
    return Optional.ofNullable(ms).map(goal -> new Goal(of, goal, valueMs, met));
  }

  /** Whether there is a goal that is not known to be met. */
  boolean misses() {
    return goals().stream().anyMatch(Goal::missed);
  }
}
