package io.conclave.chaos;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.conclave.chaos.Seen.ChannelSeen;
import io.conclave.demo.Spread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The outages of a channel over the runs of a scenario, and the goal for their median.
 *
 * @param runs how many have measured it; without one the figures are null
 * @param goalMs null for none
 * @param met whether the median is no longer than the goal; null for fewer than {@link #ENOUGH} runs, which tell nothing
 */
@JsonPropertyOrder({"scenario", "channel", "runs", "min_ms", "median_ms", "max_ms", "goal_ms", "met"
})
record Median(
    String scenario,
    Channel channel,
    int runs,
    @JsonProperty("min_ms") Double minMs,
    @JsonProperty("median_ms") Double medianMs,
    @JsonProperty("max_ms") Double maxMs,
    @JsonProperty("goal_ms") Long goalMs,
    Boolean met) {
  /** So many runs have a median. */
  static final int ENOUGH = 5;

  /** Of each scenario and channel that was measured, or that has a goal. */
  static List<Median> of(List<RunResult> results, List<Scenario> scenarios) {
    Map<String, Expectation> expected = new LinkedHashMap<>();
    scenarios.forEach(scenario -> expected.put(scenario.name(), scenario.expect()));
    List<Median> medians = new ArrayList<>();
    expected.forEach((name, expect) -> {
      for (Channel channel : Channel.values()) {
        double[] outages = outages(results, name, channel);
        Duration goal = expect.goal().get(channel);
        if (outages.length > 0 || goal != null) {
          medians.add(of(name, channel, outages, Optional.ofNullable(goal)));
        }
      }
    });
    return medians;
  }

  private static double[] outages(List<RunResult> results, String scenario, Channel channel) {
    return results.stream()
        .filter(result -> result.scenario().equals(scenario))
        .flatMap(result -> result.seen().channels().stream())
        .filter(seen -> seen.channel() == channel)
        .mapToDouble(ChannelSeen::outageMs)
        .toArray();
  }

  private static Median of(
      String scenario, Channel channel, double[] outages, Optional<Duration> goal) {
    Long goalMs = goal.map(Duration::toMillis).orElse(null);
    if (outages.length == 0) {
      return new Median(scenario, channel, 0, null, null, null, goalMs, null);
    }
    Spread spread = Spread.of(outages);
    boolean tells = goalMs != null && outages.length >= ENOUGH;
    return new Median(
        scenario,
        channel,
        outages.length,
        spread.min(),
        spread.median(),
        spread.max(),
        goalMs,
        tells ? spread.median() <= goalMs : null);
  }

  /** Whether there is a goal that is not known to be met. */
  boolean misses() {
    return goalMs != null && !Boolean.TRUE.equals(met);
  }
}
