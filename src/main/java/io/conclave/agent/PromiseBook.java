package io.conclave.agent;

import io.conclave.core.Ballot;
import io.conclave.core.EpochRow;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/** The promise in memory, never ahead of the one on disk. For all threads of an agent. */
final class PromiseBook {
  private final PromiseFile file;
  private final LongSupplier system;
  private Promise promise;

  /**
   * @param system identifier of the node's data directory
   * @throws DamagedPromiseException when the file cannot be trusted
   */
  PromiseBook(PromiseFile file, LongSupplier system) {
    this.file = file;
    this.system = system;
    this.promise = file.read();
  }

  synchronized Promise get() {
    return promise;
  }

  void promise(Ballot ballot, long number) {
    change(old -> old.promising(ballot, number));
  }

  void rebuilding(Optional<UUID> incarnation) {
    change(old -> old.rebuilding(incarnation));
  }

  /** Epoch rows that a query has shown. */
  void know(List<EpochRow> history) {
    change(old -> old.history().equals(history) && old.system() != 0
        ? old
        : old.knowing(history, system.getAsLong()));
  }

  private synchronized void change(UnaryOperator<Promise> how) {
    Promise next = how.apply(promise);
    if (!next.equals(promise)) {
      file.write(next);
      promise = next;
    }
  }
}
