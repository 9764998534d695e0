package io.conclave.chaos;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;

/**
 * A run of a scenario, judged.
 *
 * @param run counts from 1
 * @param seconds how long it took in all
 * @param complaints empty when it has passed
 * @param kept directory with the logs of a failure; null for none
 */
@JsonPropertyOrder({"scenario", "title", "run", "passed", "complaints", "kept", "seconds"})
record RunResult(
    String scenario,
    String title,
    int run,
    double seconds,
    @JsonUnwrapped Seen seen,
    List<String> complaints,
    String kept) {
  RunResult {
    complaints = List.copyOf(complaints);
  }

  @JsonProperty("passed")
  boolean passed() {
    return complaints.isEmpty();
  }
}
