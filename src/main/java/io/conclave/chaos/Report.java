package io.conclave.chaos;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Optional;

/**
 * What an invocation came to.
 *
 * @param wanted how many runs there were to be, without those of scenarios that were skipped
 * @param error why it ended before them; null when it did not
 */
@JsonPropertyOrder({"wanted", "error", "runs", "skipped", "medians"})
record Report(
    int wanted, String error, List<RunResult> runs, List<Skipped> skipped, List<Median> medians) {
  Report {
    runs = List.copyOf(runs);
    skipped = List.copyOf(skipped);
    medians = List.copyOf(medians);
  }

  /**
   * @param scenarios that were to run so many {@code times} each
   * @param reason why it ended early, if that is known
   */
  static Report of(
      List<Scenario> scenarios,
      int times,
      Optional<String> reason,
      List<RunResult> runs,
      List<Skipped> skipped) {
    List<Scenario> fit = scenarios.stream()
        .filter(scenario -> skipped.stream().noneMatch(s -> s.scenario().equals(scenario.name())))
        .toList();
    int wanted = fit.size() * times;
    String error = reason.or(() -> missing(wanted, runs.size())).orElse(null);
    return new Report(wanted, error, runs, skipped, Median.of(runs, fit));
  }

  private static Optional<String> missing(int wanted, int runs) {
    if (wanted == 0) {
      return Optional.of("nothing ran: every scenario was skipped");
    }
    return runs < wanted
        ? Optional.of("it ended after %d of %d runs".formatted(runs, wanted))
        : Optional.empty();
  }

  /** Whether every run was made that the stack allows, one at least, and has passed. */
  boolean good() {
    return error == null && runs.stream().allMatch(RunResult::passed);
  }

  /** Whether no goal is missed, and none could not be looked at. */
  boolean meetsGoals() {
    return medians.stream().noneMatch(Median::misses);
  }
}
