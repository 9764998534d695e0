package io.conclave.demo;

import java.util.concurrent.TimeUnit;

/** One moment on both clocks: the ledger's and the one that hosts on this machine write into their status. */
record Moment(long nanos, long epochMs) {
  static Moment now() {
    return new Moment(System.nanoTime(), System.currentTimeMillis());
  }

  /** ms since this moment. */
  long elapsedMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
  }

  /** How many ms after this moment a wall-clock time of a status is; null when that was not reached. */
  Long until(long wallClockMs) {
    return wallClockMs <= 0 ? null : wallClockMs - epochMs;
  }
}
