package io.conclave.edge;

import io.conclave.core.GroupId;
import io.conclave.core.edge.Waiting;
import io.conclave.postgres.PgBouncerConsole;
import io.conclave.postgres.SessionException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pauses the databases of one group in PgBouncer, and lets them go on. A pause blocks until what runs has ended, so that each
 * database has a session and a thread for it; the sessions are kept open, and are there when they are needed.
 */
final class PgBouncer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PgBouncer.class);

  /** The end of a pause comes from outside: this is only that no session waits for ever. */
  private static final int PAUSE_LIMIT_MS = 600_000;

  private static final int ANSWER_MS = 1000;

  private final GroupId group;
  private final Supplier<PgBouncerConsole> consoles;
  private final Runnable changed;
  private final Console control = new Console("control");
  private final List<Pausing> pausing = new ArrayList<>();
  private final AtomicBoolean looks = new AtomicBoolean();
  private volatile Waiting wanted = Waiting.NOBODY;
  private volatile Optional<String> problem = Optional.empty();

  /** A session that is opened when it is needed and kept, and its thread. */
  private final class Console {
    private final ExecutorService thread;
    private PgBouncerConsole open;

    Console(String name) {
      thread = Executors.newSingleThreadExecutor(body -> {
        Thread own = new Thread(body, "pgbouncer-" + name);
        own.setDaemon(true);
        return own;
      });
    }

    /** Blocks while it connects; closing does not wait for that. */
    PgBouncerConsole session() {
      synchronized (this) {
        if (open != null) {
          return open;
        }
      }
      PgBouncerConsole fresh = consoles.get();
      synchronized (this) {
        open = fresh;
      }
      return fresh;
    }

    synchronized void drop() {
      if (open != null) {
        open.close();
        open = null;
      }
    }

    void end() {
      thread.shutdownNow();
      drop();
    }
  }

  /** One database. */
  private final class Pausing {
    private final String database;
    private final boolean writes;
    private final Console console;
    private boolean under;
    private volatile boolean paused;
    /** It was paused here, and nobody wants that any more. */
    private volatile boolean overdue;

    Pausing(String database, boolean writes) {
      this.database = database;
      this.writes = writes;
      this.console = new Console(database);
      console.thread.execute(this::warm);
    }

    boolean isWanted() {
      return wanted == Waiting.EVERYBODY || (wanted == Waiting.WRITERS && writes);
    }

    /** Begins, or gives up, as it is wanted. */
    void turn() {
      if (isWanted()) {
        begin();
      } else {
        giveUp();
      }
    }

    private void warm() {
      try {
        console.session();
      } catch (SessionException e) {
        failed(e);
      }
    }

    /** Begins, unless it is paused or under way. */
    private synchronized void begin() {
      if (!under && !paused) {
        under = true;
        console.thread.execute(this::pause);
      }
    }

    private void pause() {
      try {
        PgBouncerConsole session = console.session();
        if (isWanted()) {
          session.pause(database, PAUSE_LIMIT_MS);
          paused = isWanted();
          problem = Optional.empty();
        }
      } catch (SessionException e) {
        console.drop();
        if (isWanted()) {
          failed(e);
        }
      } finally {
        ended();
      }
    }

    /** Without a look before it: clients wait. */
    void resumeOverdue(PgBouncerConsole session) {
      if (!overdue || isWanted()) {
        return;
      }
      overdue = false;
      session.resume(database, ANSWER_MS);
      log.info("{}: lets the clients of {} go on", group, database);
    }

    private void ended() {
      synchronized (this) {
        under = false;
      }
      changed.run();
    }

    /** A wait is ended by closing its session; the next one is opened at once. */
    private synchronized void giveUp() {
      overdue = paused;
      paused = false;
      if (under) {
        console.drop();
        console.thread.execute(this::warm);
      }
    }
  }

  /**
   * @param writers names of the databases by which clients ask for the primary
   * @param readers names of the others
   * @param consoles opens a session
   * @param changed is told, from any thread, that {@link #isPaused} or {@link #problem} may be another
   */
  PgBouncer(
      GroupId group,
      List<String> writers,
      List<String> readers,
      Supplier<PgBouncerConsole> consoles,
      Runnable changed) {
    this.group = group;
    this.consoles = consoles;
    this.changed = changed;
    writers.forEach(database -> pausing.add(new Pausing(database, true)));
    readers.forEach(database -> pausing.add(new Pausing(database, false)));
  }

  /** Who was to wait last. */
  Waiting wanted() {
    return wanted;
  }

  /** Nothing of any client runs, and what comes waits. */
  boolean isPaused() {
    return wanted == Waiting.EVERYBODY && pausing.stream().allMatch(database -> database.paused);
  }

  /** Why it is not as it is wanted. */
  Optional<String> problem() {
    return problem;
  }

  /** Begins to pause, or lets go on; both at once and without waiting. To be repeated: it is also the look at what is. */
  void want(Waiting waiting) {
    boolean news = waiting != wanted;
    wanted = waiting;
    if (news) {
      pausing.forEach(Pausing::turn);
    }
    if (looks.compareAndSet(false, true)) {
      control.thread.execute(this::look);
    }
  }

  /** PgBouncer may have been restarted, and a database may be paused from before the start of this daemon. */
  private void look() {
    looks.set(false);
    try {
      PgBouncerConsole session = control.session();
      pausing.forEach(each -> each.resumeOverdue(session));
      Map<String, Boolean> shown = new HashMap<>(session.paused());
      for (Pausing each : pausing) {
        Boolean paused = shown.get(each.database);
        if (paused == null) {
          problem = Optional.of("PgBouncer has no database " + each.database);
        } else if (paused && !each.isWanted()) {
          log.info("{}: lets the clients of {} go on", group, each.database);
          session.resume(each.database, ANSWER_MS);
        } else if (each.isWanted()) {
          // One that shows as paused may still be draining, for a session that has broken: it is
          // asked again.
          each.paused = each.paused && paused;
          each.turn();
        }
      }
      if (problem.isPresent() && shown.keySet().containsAll(names())) {
        problem = Optional.empty();
        changed.run();
      }
    } catch (SessionException e) {
      control.drop();
      failed(e);
      changed.run();
    }
  }

  private List<String> names() {
    return pausing.stream().map(each -> each.database).toList();
  }

  private void failed(SessionException e) {
    Optional<String> now = Optional.of("the console of PgBouncer: " + e.getMessage());
    if (!now.equals(problem)) {
      log.warn("{}: {}", group, now.get());
    }
    problem = now;
  }

  @Override
  public void close() {
    control.end();
    pausing.forEach(each -> each.console.end());
  }
}
