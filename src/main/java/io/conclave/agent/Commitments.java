package io.conclave.agent;

import io.conclave.core.Configuration;
import io.conclave.core.Lsn;
import io.conclave.postgres.Commits;
import io.conclave.postgres.Commits.Outcome;
import io.conclave.postgres.DataDirectory;
import io.conclave.postgres.Deadline;
import io.conclave.postgres.PostgresException;
import io.conclave.postgres.SessionException;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
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
  private static final long PAUSE_NANOS = 50_000_000;

  private final DataDirectory directory;
  private final ExecutorService thread;
  private Optional<Commits> commits = Optional.empty();

  /** Rises with every row that is begun or given up. */
  private long generation;

  private boolean busy;
  private boolean closed;

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
  void writeEpoch(Configuration configuration, int timeline, Lsn start, Lsn beyond, boolean waits) {
    submit(
        "epoch row " + configuration.epoch(),
        current -> current
                .writeEpoch(configuration, timeline, start, beyond, waits, Deadline.in(TRY_MS))
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
    cancel();
    long mine = generation;
    if (!closed) {
      thread.execute(() -> insist(what, row, mine));
    }
  }

  /**
   * Tries again until the row is acknowledged, or given up. A row that was committed before and lacks only its proof is
   * found, and proven.
   */
  private void insist(String what, Row row, long mine) {
    Optional<Commits> session = sessionFor(mine);
    while (session.isPresent()) {
      try {
        if (row.commit(session.get())) {
          idle(mine);
          return;
        }
        log.info("{}: {} is not acknowledged yet", directory.identity().node(), what);
      } catch (SessionException | PostgresException e) {
        log.info("{}: {}, again: {}", directory.identity().node(), what, e.getMessage());
        drop(session.get());
      }
      LockSupport.parkNanos(PAUSE_NANOS);
      session = sessionFor(mine);
    }
  }

  private synchronized void idle(long mine) {
    busy = busy && mine != generation;
  }

  /** The kept session; empty when the row it is for was given up. */
  private synchronized Optional<Commits> sessionFor(long mine) {
    if (closed || mine != generation) {
      return Optional.empty();
    }
    busy = true;
    if (commits.isEmpty()) {
      commits = Optional.of(new Commits(directory));
    }
    return commits;
  }

  private synchronized void drop(Commits used) {
    used.close();
    commits = commits.filter(kept -> kept != used);
  }

  /** A server that answers is there: the session to it is opened in advance, off the path of a failover. */
  synchronized void serverIsThere() {
    commits.ifPresent(Commits::close);
    commits = Optional.of(new Commits(directory));
    Commits fresh = commits.get();
    thread.execute(() -> warm(fresh));
  }

  private void warm(Commits fresh) {
    try {
      fresh.warm(Deadline.in(WARM_MS));
      fresh.endAbandoned();
    } catch (SessionException e) {
      log.debug("{}: no session in advance: {}", directory.identity().node(), e.getMessage());
    }
  }

  /** Gives up what is being written; whether it is there is then unknown. A session that is idle is kept. */
  synchronized void cancel() {
    generation++;
    if (busy) {
      busy = false;
      commits.ifPresent(Commits::close);
      commits = Optional.empty();
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      busy = true;
      cancel();
    }
    Threads.end(thread, "the commits of " + directory.identity().node());
  }
}
