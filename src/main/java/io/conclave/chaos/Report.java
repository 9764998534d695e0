package io.conclave.chaos;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Optional;

/**
 * What an invocation came to.
 *
 * @param wanted how many runs there were to be
 * @param error why it ended before them; null when it did not
 */
@JsonPropertyOrder({"wanted", "error", "runs", "medians"})
record Report(int wanted, String error, List<RunResult> runs, List<Median> medians) {
  Report {
    runs = List.copyOf(runs);
    medians = List.copyOf(medians);
  }

  /**
   * @param scenarios that were to run so many {@code times} each
   * @param reason why it ended early, if that is known
   */
  static Report of(
      List<Scenario> scenarios, int times, Optional<String> reason, List<RunResult> runs) {
    int wanted = scenarios.size() * times;
    String early = "it ended after %d of %d runs".formatted(runs.size(), wanted);
    String error = reason.orElse(runs.size() < wanted ? early : null);
    return new Report(wanted, error, runs, Median.of(runs, scenarios));
  }

  /** Whether every run was made, and has passed. */
  boolean good() {
    return error == null && !runs.isEmpty() && runs.stream().allMatch(RunResult::passed);
  }

  /** Whether no goal is missed, and none could not be looked at. */
  boolean meetsGoals() {
    return medians.stream().noneMatch(Median::misses);
  }
}
