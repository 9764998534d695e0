package io.conclave.agent;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/**
 * Notices on the monotonic clock that this host was frozen: a thread that looks every 10 ms and finds that much more time
 * has passed ({@code docker pause}, SIGSTOP, the migration of a virtual machine).
 */
final class Watchdog implements AutoCloseable {
  private static final long STEP_NANOS = 10_000_000;

  private final Thread thread;
  private volatile boolean closed;

  /**
   * @param gapMs a longer gap is a freeze
   * @param onThaw told the length of the gap in ms, on the watchdog's thread, which looks again when it returns
   */
  Watchdog(String name, long gapMs, LongConsumer onThaw) {
    thread = new Thread(() -> watch(gapMs, onThaw), "watchdog-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  private void watch(long gapMs, LongConsumer onThaw) {
    long last = System.nanoTime();
    while (!closed) {
      LockSupport.parkNanos(STEP_NANOS);
      long now = System.nanoTime();
      long gap = (now - last) / 1_000_000;
      last = now;
      if (gap >= gapMs) {
        onThaw.accept(gap);
        last = System.nanoTime();
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
