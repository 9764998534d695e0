package io.conclave.core.agent;

import io.conclave.core.Ballot;
import io.conclave.core.EpochRow;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/** The promise in memory, never ahead of the one on disk. For all threads of an agent. */
public final class PromiseBook implements AutoCloseable {
  private final LongSupplier system;
  private final Consumer<Promise> disk;
  private Promise promise;
  private boolean closed;

  /**
   * @param kept what the disk holds
   * @param system identifier of the node's data directory; 0 when it is not known
   * @param disk returns once the promise is on disk, and throws when it is not: then it must not be acted on
   */
  public PromiseBook(Promise kept, LongSupplier system, Consumer<Promise> disk) {
    this.system = system;
    this.disk = disk;
    this.promise = kept;
  }

  public synchronized Promise get() {
    return promise;
  }

  /** Nothing of a lower ballot, or of a lower number of this one, is obeyed any more. */
  public void promise(Ballot ballot, long number) {
    change(old -> old.promising(ballot, number));
  }

  /** Marks a rebuild before its first destructive step; empty when it has ended. */
  public void rebuilding(Optional<UUID> incarnation) {
    change(old -> old.rebuilding(incarnation));
  }

  /** Epoch rows that the node has shown. */
  public void know(List<EpochRow> history) {
    change(old -> old.history().equals(history) && old.system() != 0
        ? old
        : old.knowing(history, system.getAsLong()));
  }

  /** Nothing is promised or learnt any more; every attempt to is an {@link IllegalStateException}. */
  @Override
  public synchronized void close() {
    closed = true;
  }

  private synchronized void change(UnaryOperator<Promise> how) {
    if (closed) {
      throw new IllegalStateException("this incarnation of the agent has ended");
    }
    Promise next = how.apply(promise);
    if (!next.equals(promise)) {
      disk.accept(next);
      promise = next;
    }
  }
}
