package io.conclave.simulator;

import java.util.List;
import java.util.Optional;

/**
 * What came of one history.
 *
 * @param violation the first invariant that did not hold; the history ends there
 * @param simulatedMs length of the history in simulated time
 * @param faults the faults that happened, in order, as sentences
 * @param steps how many steps the scheduler took
 * @param acknowledged how many writes clients were told are safe
 * @param failovers how many configurations were established after the first one
 * @param fingerprint of everything that happened: the same seed gives the same one, always
 */
public record Outcome(
    long seed,
    Optional<Violation> violation,
    long simulatedMs,
    List<String> faults,
    long steps,
    int acknowledged,
    int failovers,
    long fingerprint) {
  public Outcome {
    faults = List.copyOf(faults);
  }

  public boolean isSafe() {
    return violation.isEmpty();
  }
}
