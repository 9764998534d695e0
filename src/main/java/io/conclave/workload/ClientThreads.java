package io.conclave.workload;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The clients of a workload, a thread each, and their end. */
final class ClientThreads {
  private static final long JOIN_MS = 5_000;

  private final CountDownLatch stop = new CountDownLatch(1);
  private final List<Thread> threads = new ArrayList<>();

  Pace pace(int perSecond, Patience patience) {
    return new Pace(stop, perSecond, patience);
  }

  void start(String name, Runnable client) {
    Thread thread = new Thread(client, "ledger-" + name);
    thread.setDaemon(true);
    thread.start();
    threads.add(thread);
  }

  /** Nobody begins anything more. */
  void stop() {
    stop.countDown();
  }

  /** Waits for the end of all, some seconds at most. */
  void join() {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(JOIN_MS);
    try {
      for (Thread thread : threads) {
        thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
