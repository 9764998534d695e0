package io.conclave.simulator;

/**
 * An invariant that did not hold.
 *
 * @param invariant I1 to I6, or CORE when a decision core failed with an exception
 * @param atMs simulated time
 */
public record Violation(String invariant, long atMs, String detail) {
  @Override
  public String toString() {
    return "%s at %d ms: %s".formatted(invariant, atMs, detail);
  }
}
