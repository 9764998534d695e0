package io.conclave.core.health;

/**
 * How regularly signs of life come over one channel, and so how long silence must last to mean something: the phi accrual
 * failure detector (Hayashibara et al., 2004) with the configured suspicion time as its floor. Gaps are taken as normally distributed, the
 * newest of them weighing most. Akka's own detector keeps its history in a mutable object with a clock; this is a value, so
 * that the same decisions run in a simulator.
 *
 * @param lastMs when the last sign came, monotonic ms
 * @param beats signs so far
 * @param meanMs of the gaps
 * @param variance of the gaps, ms²
 */
public record Rhythm(long lastMs, int beats, double meanMs, double variance) {
  public static final Rhythm NONE = new Rhythm(0, 0, 0, 0);

  /** Phi 8, Akka's default: one of 10⁸ gaps of such a rhythm is longer. */
  private static final double DEVIATIONS = 5.6;

  private static final int LEAST_BEATS = 20;
  private static final double NEWEST_WEIGHS = 0.01;
  private static final int MOST = 3;

  /**
   * A sign of life came.
   *
   * @param sinceMs a gap that began before this moment says nothing: the listener itself was stalled
   */
  public Rhythm beat(long nowMs, long sinceMs) {
    if (beats == 0 || lastMs < sinceMs) {
      return new Rhythm(nowMs, beats + 1, meanMs, variance);
    }
    double weight = Math.max(1.0 / beats, NEWEST_WEIGHS);
    double off = (nowMs - lastMs) - meanMs;
    double mean = meanMs + weight * off;
    return new Rhythm(nowMs, beats + 1, mean, (1 - weight) * (variance + weight * off * off));
  }

  /**
   * How long silence must last, in ms.
   *
   * @param floorMs never less, and never more than three times this
   */
  public long patienceMs(long floorMs) {
    if (beats < LEAST_BEATS) {
      return floorMs;
    }
    double patience = meanMs + DEVIATIONS * Math.sqrt(variance);
    double least = Math.max((double) floorMs, patience);
    return (long) Math.ceil(Math.min((double) (MOST * floorMs), least));
  }
}
