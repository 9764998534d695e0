package io.conclave.agent;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends what an agent has begun. */
final class Threads {
  private static final Logger log = LoggerFactory.getLogger(Threads.class);
  private static final long TELL_S = 10;

  private Threads() {}

  /**
   * Interrupts a thread and waits for its end, however long that takes: an agent that is silent harms nobody, and two that work on
   * one server do. To be called without a lock that the thread may want.
   */
  static void end(ExecutorService thread, String what) {
    thread.shutdownNow();
    try {
      while (!thread.awaitTermination(TELL_S, TimeUnit.SECONDS)) {
        log.warn("waits for the end of {}", what);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
