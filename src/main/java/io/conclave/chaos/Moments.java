package io.conclave.chaos;

import java.time.Duration;

/**
 * When what happened in a run, on the clock of {@link System#nanoTime}.
 *
 * @param calmNanos the load goes, and all is well
 * @param faultNanos the first deed that harms
 * @param wholeNanos everything was healed, and nothing was missing; the end where that did not come
 * @param endNanos the load has gone on
 */
record Moments(long calmNanos, long faultNanos, long wholeNanos, long endNanos) {
  private static final long BEFORE_NANOS = Duration.ofSeconds(1).toNanos();

  /** From then on outages count: so that the last acknowledgement before the fault is among them. */
  long fromNanos() {
    return faultNanos - BEFORE_NANOS;
  }
}
