package io.conclave.workload;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Compares rows with what the writers know. Rows are given in the order in which they were inserted; the snapshots are
 * taken before the rows are read, so that a writer may go on: what it wrote later is ignored.
 */
final class Checker {
  private static final int EXAMPLES = 10;

  private final List<WriterLog.Snapshot> writers;
  private final List<BitSet> seen = new ArrayList<>();
  private final long[] highest;
  private final List<String> examples = new ArrayList<>();
  private long rows;
  private long duplicates;
  private long orderViolations;
  private long phantoms;

  Checker(List<WriterLog.Snapshot> writers) {
    this.writers = writers;
    this.highest = new long[writers.size()];
    writers.forEach(w -> seen.add(new BitSet(w.size() + 1)));
  }

  void row(int writer, long id) {
    rows++;
    if (writer < 0 || writer >= writers.size() || id < 1) {
      phantoms++;
      example("phantom", writer, id);
    } else if (id <= writers.get(writer).size()) {
      known(writer, id);
    }
  }

  private void known(int writer, long id) {
    if (seen.get(writer).get((int) id)) {
      duplicates++;
      example("duplicate", writer, id);
      return;
    }
    seen.get(writer).set((int) id);
    switch (writers.get(writer).outcome(id)) {
      case FAILED -> {
        phantoms++;
        example("phantom", writer, id);
      }
      case ACKNOWLEDGED -> inOrder(writer, id);
      case UNKNOWN -> {
        // It may have been carried out after its writer had given it up: its place says nothing.
      }
    }
  }

  private void inOrder(int writer, long id) {
    if (id < highest[writer]) {
      orderViolations++;
      example("out of order", writer, id);
    }
    highest[writer] = Math.max(highest[writer], id);
  }

  LedgerCheck result() {
    OutcomeCounts counts = new OutcomeCounts();
    long lost = 0;
    for (int w = 0; w < writers.size(); w++) {
      WriterLog.Snapshot log = writers.get(w);
      for (int id = 1; id <= log.size(); id++) {
        counts.add(log.outcome(id));
        if (log.outcome(id) == Outcome.ACKNOWLEDGED && !seen.get(w).get(id)) {
          lost++;
          example("lost", w, id);
        }
      }
    }
    return new LedgerCheck(
        counts.acknowledged(),
        counts.failed(),
        counts.unknown(),
        rows,
        lost,
        duplicates,
        orderViolations,
        phantoms,
        examples);
  }

  private void example(String what, int writer, long id) {
    if (examples.size() < EXAMPLES) {
      examples.add(what + ": writer " + writer + ", id " + id);
    }
  }
}
