package io.conclave.workload;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * The ledgers of workloads that write into the same table, each by a way of its own: what was acknowledged to a client of any of them
 * the reads of all must show.
 */
public final class Ledgers {
  private final List<Writer> writers = new CopyOnWriteArrayList<>();

  /**
   * A writer of one of the workloads.
   *
   * @param number within the session
   */
  record Writer(long session, int number, WriterLog log) {}

  void add(long session, Ledger ledger) {
    writers.addAll(IntStream.range(0, ledger.writers())
        .mapToObj(number -> new Writer(session, number, ledger.log(number)))
        .toList());
  }

  /** What was acknowledged until now. */
  HighWater highWater() {
    return HighWater.of(List.copyOf(writers));
  }

  /** Whether a write was acknowledged, by whichever server, later than the moment plus 1 s. */
  boolean writesWentOnAfter(long nanos) {
    return writers.stream()
        .anyMatch(
            writer -> writer.log().lastAcknowledgedNanos() - nanos > TimeUnit.SECONDS.toNanos(1));
  }
}
