package io.conclave.core.agent;

/**
 * How long an attentive monitor pauses between two looks at its server: as short as is of use, but never so short that looking
 * is most of what a busy machine does. Not thread-safe.
 */
public final class LookPace {
  /** The shortest pause, in ns. */
  public static final long SHORTEST_NANOS = 2_000_000;

  /** The longest pause, in ns. */
  public static final long LONGEST_NANOS = 20_000_000;

  /** A look takes at most a tenth of the time, while that keeps the pause within its bounds. */
  private static final long PAUSE_PART = 9;

  /** A single slow look (a session that opens) counts little. */
  private static final long SMOOTHING = 4;

  private long costNanos;

  /** Takes what one look has cost. */
  public void looked(long nanos) {
    costNanos += (Math.min(nanos, LONGEST_NANOS) - costNanos) / SMOOTHING;
  }

  /** The pause before the next look, in ns. */
  public long pauseNanos() {
    return Math.min(LONGEST_NANOS, Math.max(SHORTEST_NANOS, PAUSE_PART * costNanos));
  }
}
