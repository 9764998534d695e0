package io.conclave.workload;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** When a client acts next. Every wait ends at once when the workload is stopped. */
final class Pace {
  private final CountDownLatch stop;
  private final long intervalNanos;
  private final Patience patience;
  private long nextNanos = System.nanoTime();

  Pace(CountDownLatch stop, int perSecond, Patience patience) {
    this.stop = stop;
    this.intervalNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
    this.patience = patience;
  }

  /**
   * Waits for the next turn. After a stall there is no burst to catch up: clients do not do that to a server either.
   *
   * @return false once the workload is stopped
   */
  boolean awaitTurn() {
    long now = System.nanoTime();
    nextNanos = Math.max(now, nextNanos + intervalNanos);
    return !stoppedWithin(nextNanos - now);
  }

  /**
   * Waits a random time between the shortest and the longest back-off.
   *
   * @return false once the workload is stopped
   */
  boolean backOff() {
    long ms =
        ThreadLocalRandom.current().nextLong(patience.backOffMinMs(), patience.backOffMaxMs() + 1L);
    return !stoppedWithin(TimeUnit.MILLISECONDS.toNanos(ms));
  }

  /** Waits between two rounds over all servers; false once the workload is stopped. */
  boolean awaitRound() {
    return !stoppedWithin(TimeUnit.MILLISECONDS.toNanos(patience.roundMs()));
  }

  boolean stopped() {
    return stop.getCount() == 0;
  }

  private boolean stoppedWithin(long nanos) {
    try {
      return stop.await(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
