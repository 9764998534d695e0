package io.conclave.workload;

import java.util.Arrays;

/**
 * What became of every id of one writer. The writer's thread appends; any thread may take a snapshot. One entry is a
 * single long (µs since the ledger began, shifted by two bits, and the outcome), so that ten minutes at 1000 writes/s
 * take 5 MB.
 */
final class WriterLog {
  private final long beganNanos;
  private long[] entries = new long[1024];
  private int size;
  private volatile long highestAcknowledged;
  private volatile long lastAcknowledgedNanos;

  WriterLog(long beganNanos) {
    this.beganNanos = beganNanos;
    this.lastAcknowledgedNanos = beganNanos;
  }

  /** The id that the next write bears: 1, 2, 3, … */
  synchronized long nextId() {
    return size + 1L;
  }

  /** Settles the id that {@link #nextId} gave. */
  synchronized void settle(Outcome outcome, long nanos) {
    if (size == entries.length) {
      entries = Arrays.copyOf(entries, size * 2);
    }
    entries[size++] = ((nanos - beganNanos) / 1000) << 2 | outcome.code();
    if (outcome == Outcome.ACKNOWLEDGED) {
      highestAcknowledged = size;
      lastAcknowledgedNanos = nanos;
    }
  }

  /** Highest id acknowledged so far; 0 when there is none. */
  long highestAcknowledged() {
    return highestAcknowledged;
  }

  /** When the last write was acknowledged; the begin of the ledger when none was. */
  long lastAcknowledgedNanos() {
    return lastAcknowledgedNanos;
  }

  /** When the first id above this one was acknowledged; there must be one. */
  synchronized long acknowledgedAfter(long id) {
    Snapshot now = new Snapshot(entries, beganNanos);
    long next = id + 1;
    while (now.outcome(next) != Outcome.ACKNOWLEDGED) {
      next++;
    }
    return now.nanos(next);
  }

  synchronized Snapshot snapshot() {
    return new Snapshot(Arrays.copyOf(entries, size), beganNanos);
  }

  /** The log as it was at one moment. Ids count from 1. */
  static final class Snapshot {
    private final long[] entries;
    private final long beganNanos;

    private Snapshot(long[] entries, long beganNanos) {
      this.entries = entries;
      this.beganNanos = beganNanos;
    }

    int size() {
      return entries.length;
    }

    Outcome outcome(long id) {
      return Outcome.ofCode((int) (entries[(int) id - 1] & 3));
    }

    /** When the id was settled, on the clock of {@link System#nanoTime}. */
    long nanos(long id) {
      return beganNanos + (entries[(int) id - 1] >> 2) * 1000;
    }

    /** The first id that was settled at or after the moment; size + 1 when there is none. */
    int firstSince(long nanos) {
      int low = 1;
      int high = entries.length + 1;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (nanos(middle) < nanos) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }
  }
}
