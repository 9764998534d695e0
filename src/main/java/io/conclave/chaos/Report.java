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
@JsonPropertyOrder({"wanted", "error", "runs"})
record Report(int wanted, String error, List<RunResult> runs) {
  Report {
    runs = List.copyOf(runs);
  }

  /**
   * @param reason why it ended early, if that is known
   */
  static Report of(int wanted, Optional<String> reason, List<RunResult> runs) {
    String early = "it ended after %d of %d runs".formatted(runs.size(), wanted);
    return new Report(wanted, reason.orElse(runs.size() < wanted ? early : null), runs);
  }

  /** Whether every run was made, and has passed. */
  boolean good() {
    return error == null && !runs.isEmpty() && runs.stream().allMatch(RunResult::passed);
  }
}
