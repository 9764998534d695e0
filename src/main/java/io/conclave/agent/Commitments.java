package io.conclave.agent;

import io.conclave.core.Configuration;
import io.conclave.core.Lsn;
import io.conclave.postgres.Commits;
import io.conclave.postgres.Commits.Outcome;
import io.conclave.postgres.DataDirectory;
import io.conclave.postgres.Deadline;
import io.conclave.postgres.PostgresException;
import io.conclave.postgres.SessionException;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Epoch rows and barrier rows, in the background: they block until standbys have acknowledged them, and an order must not.
 * One row at a time; a newer one, or a fence, gives up the one before.
 */
final class Commitments implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Commitments.class);
  private static final long TRY_MS = 10_000;
  private static final long WARM_MS = 1000;

  private final DataDirectory directory;
  private final ExecutorService thread;
  private Commits commits;
  private Future<?> running;

  Commitments(DataDirectory directory) {
    this.directory = directory;
    this.thread = Executors.newSingleThreadExecutor(body -> {
      Thread commitThread = new Thread(body, "commits-" + directory.identity().node());
      commitThread.setDaemon(true);
      return commitThread;
    });
  }

  /**
   * @param waits whether the row waits for standbys (k &gt; 0)
   */
  void writeEpoch(Configuration configuration, Lsn start, Lsn beyond, boolean waits) {
    submit(
        "epoch row " + configuration.epoch(),
        current -> current
                .writeEpoch(configuration, start, beyond, waits, Deadline.in(TRY_MS))
                .outcome()
            == Outcome.ACKNOWLEDGED);
  }

  void writeBarrier(UUID id) {
    submit(
        "barrier row",
        current -> current.writeBarrier(id, Deadline.in(TRY_MS)) == Outcome.ACKNOWLEDGED);
  }

  private interface Row {
    boolean commit(Commits commits);
  }

  private synchronized void submit(String what, Row row) {
    Commits current = take();
    running = thread.submit(() -> insist(what, () -> row.commit(current)));
  }

  /** Tries again until it is acknowledged or given up: the row is there already then, and only the proof is missing. */
  private void insist(String what, BooleanSupplier attempt) {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        if (attempt.getAsBoolean()) {
          return;
        }
        log.info("{}: {} is not acknowledged yet", directory.identity().node(), what);
      } catch (SessionException | PostgresException e) {
        log.info("{}: {} was not written: {}", directory.identity().node(), what, e.getMessage());
        return;
      }
    }
  }

  /** The warm session, unless something is being written over it. */
  private Commits take() {
    if (running != null && !running.isDone()) {
      cancel();
    }
    if (commits == null) {
      commits = new Commits(directory);
    }
    return commits;
  }

  /** Opens the session in advance: no login on the path of a failover. */
  synchronized void warm() {
    if (commits == null) {
      Commits fresh = new Commits(directory);
      commits = fresh;
      running = thread.submit(() -> warm(fresh));
    }
  }

  private void warm(Commits fresh) {
    try {
      fresh.warm(Deadline.in(WARM_MS));
    } catch (SessionException e) {
      log.debug("{}: no session in advance: {}", directory.identity().node(), e.getMessage());
    }
  }

  /** The session is of no use any more. */
  synchronized void serverIsGone() {
    cancel();
  }

  /** Gives up what is being written; whether it is there is then unknown. */
  synchronized void cancel() {
    if (running != null) {
      running.cancel(true);
    }
    if (commits != null) {
      commits.close();
      commits = null;
    }
  }

  @Override
  public synchronized void close() {
    cancel();
    thread.shutdownNow();
  }
}
