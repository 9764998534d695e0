package io.conclave.core.agent;

import java.util.Optional;
import java.util.UUID;

/**
 * How often a node was rebuilt in vain, and what follows: a pause that grows, and in the end quarantine (design, 3.3 step 7). An
 * attempt towards another promotion begins to count anew: what failed may have been the source.
 *
 * @param failures in a row
 * @param failedAtMs when the last one failed, monotonic ms
 * @param source newest promotion of the source that was copied
 * @param reason of the last failure, for people
 */
public record RebuildAttempts(int failures, long failedAtMs, Optional<UUID> source, String reason) {
  /** So many in a row, over 75 s at least, and the node is left alone. */
  public static final int LIMIT = 5;

  private static final long FIRST_PAUSE_MS = 5_000;
  private static final int LONGEST_PAUSE_DOUBLINGS = 4;

  public static final RebuildAttempts NONE = new RebuildAttempts(0, 0, Optional.empty(), "");

  /** What to do with an order to rebuild. */
  public sealed interface Next {}

  /** Rebuild now. */
  public record Go() implements Next {}

  /** Not before so many ms have passed. */
  public record Wait(long ms) implements Next {}

  /** Not at all: somebody has to look. */
  public record LeaveAlone() implements Next {}

  /** What an order to rebuild from a source with this newest promotion leads to. */
  public Next next(Optional<UUID> promotion, long nowMs) {
    if (failures == 0 || !source.equals(promotion)) {
      return new Go();
    }
    if (isExhausted()) {
      return new LeaveAlone();
    }
    long passed = nowMs - failedAtMs;
    return passed >= pauseMs() ? new Go() : new Wait(pauseMs() - passed);
  }

  /** After one more attempt that failed. */
  public RebuildAttempts failed(Optional<UUID> promotion, long nowMs, String why) {
    int before = source.equals(promotion) ? failures : 0;
    return new RebuildAttempts(before + 1, nowMs, promotion, why);
  }

  public boolean isExhausted() {
    return failures >= LIMIT;
  }

  private long pauseMs() {
    return FIRST_PAUSE_MS << Math.min(failures - 1, LONGEST_PAUSE_DOUBLINGS);
  }
}
