package io.conclave.workload;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** What every writer knows of its writes, in memory. Times are those of {@link System#nanoTime}. */
public final class Ledger {
  private final List<WriterLog> logs;

  Ledger(int writers) {
    long began = System.nanoTime();
    logs = Stream.generate(() -> new WriterLog(began)).limit(writers).toList();
  }

  WriterLog log(int writer) {
    return logs.get(writer);
  }

  int writers() {
    return logs.size();
  }

  /** When any writer last had a write acknowledged; the begin of the ledger when none has. */
  public long lastAcknowledgedNanos() {
    return logs.stream()
        .mapToLong(WriterLog::lastAcknowledgedNanos)
        .reduce((a, b) -> a - b > 0 ? a : b)
        .orElseThrow();
  }

  List<WriterLog.Snapshot> snapshot() {
    return logs.stream().map(WriterLog::snapshot).toList();
  }

  /**
   * What became of each write that was settled within a window: lines {@code writer,id,ms,outcome} with ms since its begin.
   *
   * @param fromNanos begin of the window, inclusive
   * @param toNanos end of the window, inclusive
   */
  public List<String> lines(long fromNanos, long toNanos) {
    List<String> lines = new ArrayList<>();
    List<WriterLog.Snapshot> snapshots = snapshot();
    for (int writer = 0; writer < snapshots.size(); writer++) {
      WriterLog.Snapshot s = snapshots.get(writer);
      for (int id = s.firstSince(fromNanos); id <= s.size() && s.nanos(id) <= toNanos; id++) {
        lines.add(
            "%d,%d,%.1f,%s".formatted(writer, id, (s.nanos(id) - fromNanos) / 1e6, s.outcome(id)));
      }
    }
    return lines;
  }

  /**
   * Counts of what was settled within a window, its longest outage, and how long a writer waited at most.
   *
   * @param fromNanos begin of the window, inclusive
   * @param toNanos end of the window, inclusive
   */
  public Window window(long fromNanos, long toNanos) {
    List<WriterLog.Snapshot> snapshots = snapshot();
    OutcomeCounts counts = new OutcomeCounts();
    long[] acknowledged =
        new long[snapshots.stream().mapToInt(WriterLog.Snapshot::size).sum()];
    int n = 0;
    for (WriterLog.Snapshot s : snapshots) {
      for (int id = s.firstSince(fromNanos); id <= s.size() && s.nanos(id) <= toNanos; id++) {
        counts.add(s.outcome(id));
        if (s.outcome(id) == Outcome.ACKNOWLEDGED) {
          acknowledged[n++] = s.nanos(id);
        }
      }
    }
    long gap = Gaps.longest(Arrays.copyOf(acknowledged, n), fromNanos, toNanos);
    long stall = snapshots.stream()
        .mapToLong(s -> s.longestWaitNanos(fromNanos, toNanos))
        .max()
        .orElse(0);
    return new Window(
        counts.acknowledged(), counts.failed(), counts.unknown(), gap / 1e6, stall / 1e6);
  }

  /**
   * What happened within a window.
   *
   * @param outageMs longest time without any acknowledged write, the ends of the window included
   * @param stallMs longest time that any single writer waited for an acknowledgement, from when it wanted to write; others may have
   *     written meanwhile
   */
  public record Window(
      long acknowledged, long failed, long unknown, double outageMs, double stallMs) {}
}
