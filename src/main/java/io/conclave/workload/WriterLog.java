package io.conclave.workload;

import java.util.Arrays;
import java.util.OptionalLong;

/**
 * What became of every id of one writer. The writer's thread appends; any thread may take a snapshot. One entry is a
 * single long (µs since the ledger began, shifted by two bits, and the outcome) and the µs that the writer had waited, so that ten
 * minutes at 1000 writes/s take 7 MB.
 */
final class WriterLog {
  private final long beganNanos;
  private long[] entries = new long[1024];
  private int[] waits = new int[1024];
  private int size;
  private OptionalLong wantedNanos = OptionalLong.empty();
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

  /**
   * From now on the writer wants a write to be acknowledged, unless it does already: over connections and writes that come to nothing
   * its wait goes on.
   */
  synchronized void want(long nanos) {
    wantedNanos = OptionalLong.of(wantedNanos.orElse(nanos));
  }

  /** Settles the id that {@link #nextId} gave. */
  synchronized void settle(Outcome outcome, long nanos) {
    if (size == entries.length) {
      entries = Arrays.copyOf(entries, size * 2);
      waits = Arrays.copyOf(waits, size * 2);
    }
    waits[size] = (int) ((nanos - wantedNanos.orElse(nanos)) / 1000);
    entries[size++] = ((nanos - beganNanos) / 1000) << 2 | outcome.code();
    if (outcome == Outcome.ACKNOWLEDGED) {
      wantedNanos = OptionalLong.empty();
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
    Snapshot now = new Snapshot(entries, waits, wantedNanos, beganNanos);
    long next = id + 1;
    while (now.outcome(next) != Outcome.ACKNOWLEDGED) {
      next++;
    }
    return now.nanos(next);
  }

  synchronized Snapshot snapshot() {
    return new Snapshot(
        Arrays.copyOf(entries, size), Arrays.copyOf(waits, size), wantedNanos, beganNanos);
  }

  /** The log as it was at one moment. Ids count from 1. */
  static final class Snapshot {
    private final long[] entries;
    private final int[] waits;
    private final OptionalLong wantedNanos;
    private final long beganNanos;

    private Snapshot(long[] entries, int[] waits, OptionalLong wantedNanos, long beganNanos) {
      this.entries = entries;
      this.waits = waits;
      this.wantedNanos = wantedNanos;
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

    /** The longest that the writer waited for an acknowledgement within a window, of which waits may reach over both ends. */
    long longestWaitNanos(long fromNanos, long toNanos) {
      long longest = wantedNanos.isPresent()
          ? within(wantedNanos.getAsLong(), toNanos, fromNanos, toNanos)
          : 0;
      for (int id = firstSince(fromNanos); id <= size(); id++) {
        if (outcome(id) == Outcome.ACKNOWLEDGED) {
          long since = nanos(id) - waits[id - 1] * 1000L;
          longest = Math.max(longest, within(since, nanos(id), fromNanos, toNanos));
        }
      }
      return longest;
    }

    private static long within(long began, long ended, long fromNanos, long toNanos) {
      return Math.max(0, Math.min(ended, toNanos) - Math.max(began, fromNanos));
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
