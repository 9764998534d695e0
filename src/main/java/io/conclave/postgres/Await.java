package io.conclave.postgres;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** The one place that waits by looking again. */
public final class Await {
  private Await() {}

  /**
   * Looks until the condition holds or the deadline passes; always at least once.
   *
   * @param stepMs pause between two looks, in ms
   * @return whether the condition held
   * @throws PostgresException (INTERRUPTED) when the thread is interrupted
   */
  public static boolean until(BooleanSupplier condition, Deadline deadline, long stepMs) {
    while (!condition.getAsBoolean()) {
      if (deadline.passed()) {
        return false;
      }
      LockSupport.parkNanos(Math.min(stepMs, Math.max(1, deadline.remainingMs())) * 1_000_000);
      if (Thread.currentThread().isInterrupted()) {
        throw new PostgresException(
            PostgresException.Kind.INTERRUPTED, "interrupted while waiting");
      }
    }
    return true;
  }

  /** As {@link #until(BooleanSupplier, Deadline, long)} with a step of 2 ms. */
  public static boolean until(BooleanSupplier condition, Deadline deadline) {
    return until(condition, deadline, 2);
  }
}
