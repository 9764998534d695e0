package io.conclave.chaos;

import java.time.Duration;

/**
 * When what happened in a run, on the clock of {@link System#nanoTime}.
 *
 * @param faultNanos the first deed that harms
 * @param endNanos everything was healed and whole, and the load went on
 */
record Moments(long faultNanos, long endNanos) {
  private static final long BEFORE_NANOS = Duration.ofSeconds(1).toNanos();

  /** From then on outages count: so that the last acknowledgement before the fault is among them. */
  long fromNanos() {
    return faultNanos - BEFORE_NANOS;
  }
}
