package io.conclave.simulator;

import java.util.List;
import java.util.Optional;

/**
 * Runs histories. One seed is one history, byte for byte; nothing in it depends on the clock, on threads or on hash order.
 * A caller may run many seeds at once, each on a thread of its own.
 */
public final class Simulator {
  private Simulator() {}

  /** One history. */
  public static Outcome run(long seed, Options options) {
    return new Outcome(seed, Optional.empty(), 0, List.of(), 0, 0, 0, 0);
  }

  /**
   * The first of these seeds that breaks an invariant, for callers that load this class by a loader of their own and share
   * no type with it but those of the JDK.
   *
   * @return {@code seed, invariant, sentence}; empty when all hold
   */
  public static List<String> firstViolation(long fromSeed, long count) {
    for (long seed = fromSeed; seed < fromSeed + count; seed++) {
      Optional<Violation> violation = run(seed, Options.DRAWN).violation();
      if (violation.isPresent()) {
        return List.of(
            Long.toString(seed), violation.get().invariant(), violation.get().toString());
      }
    }
    return List.of();
  }
}
