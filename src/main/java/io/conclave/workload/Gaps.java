package io.conclave.workload;

import java.util.Arrays;

/** Arithmetic of outages. */
final class Gaps {
  private Gaps() {}

  /**
   * The longest time without an event within a window. Its ends count as events: an outage that has not ended when the
   * window ends is as long as it has lasted.
   *
   * @param events moments, in any order; those outside of the window are ignored
   */
  static long longest(long[] events, long from, long to) {
    long[] sorted =
        Arrays.stream(events).filter(e -> e >= from && e <= to).sorted().toArray();
    long longest = 0;
    long last = from;
    for (long event : sorted) {
      longest = Math.max(longest, event - last);
      last = event;
    }
    return Math.max(longest, to - last);
  }
}
