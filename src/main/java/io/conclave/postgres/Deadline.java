package io.conclave.postgres;

/** A moment on the monotonic clock after which a blocking call gives up. */
public record Deadline(long atNanos) {
  /** A deadline this many ms from now. */
  public static Deadline in(long ms) {
    return new Deadline(System.nanoTime() + ms * 1_000_000);
  }

  public boolean passed() {
    return System.nanoTime() - atNanos >= 0;
  }

  /** Milliseconds that are left; 0 when passed. */
  public long remainingMs() {
    return Math.max(0, (atNanos - System.nanoTime() + 999_999) / 1_000_000);
  }

  /** The earlier of this and a deadline that many ms from now. */
  public Deadline butAtMost(long ms) {
    Deadline other = in(ms);
    return other.atNanos - atNanos < 0 ? other : this;
  }
}
