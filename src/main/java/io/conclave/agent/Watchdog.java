package io.conclave.agent;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/**
 * Notices on the monotonic clock that this host was frozen: a thread that looks at a steady pace and finds that much more time
 * has passed ({@code docker pause}, SIGSTOP, the migration of a virtual machine). The pause of a thread that sleeps through a
 * freeze is over when the host thaws: it looks at once, however long the pause is.
 */
final class Watchdog implements AutoCloseable {
  /** Looks for each gap that is a freeze. More would only wake an idle host. */
  private static final int LOOKS = 8;

  private final long gapNanos;
  private final Thread thread;
  private volatile long lookedNanos = System.nanoTime();
  private volatile long thawedNanos = lookedNanos;
  private volatile boolean closed;

  /**
   * @param gapMs a longer gap is a freeze
   * @param onThaw told the length of the gap in ms, on the watchdog's thread, which looks again when it returns
   */
  Watchdog(String name, long gapMs, LongConsumer onThaw) {
    gapNanos = gapMs * 1_000_000;
    thread = new Thread(() -> watch(onThaw), "watchdog-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  private void watch(LongConsumer onThaw) {
    while (!closed) {
      LockSupport.parkNanos(gapNanos / LOOKS);
      long now = System.nanoTime();
      long gap = now - lookedNanos;
      if (gap >= gapNanos) {
        thawedNanos = now;
        onThaw.accept(gap / 1_000_000);
        now = System.nanoTime();
      }
      lookedNanos = now;
    }
  }

  /**
   * Whether every freeze until now has been dealt with, and what was seen from this moment on, of {@link System#nanoTime()},
   * was seen after the last one.
   */
  boolean isAwakeSince(long seenNanos) {
    boolean dealtWith = System.nanoTime() - lookedNanos < gapNanos;
    return dealtWith && seenNanos - thawedNanos >= 0;
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
