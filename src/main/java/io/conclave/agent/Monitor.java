package io.conclave.agent;

import io.conclave.core.agent.LookPace;
import io.conclave.postgres.ExitWatcher;
import io.conclave.postgres.LocalSession;
import io.conclave.postgres.PostgresException;
import io.conclave.postgres.Postmaster;
import io.conclave.postgres.ServerProcess;
import io.conclave.postgres.SessionException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ObjLongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the local server over a session of its own: at rest some times a second, every few ms while it attends, because
 * others wait for what an order makes it show. Watches for the postmaster's exit in between.
 */
final class Monitor implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Monitor.class);
  private static final long REST_NANOS = 100_000_000;
  private static final long CONNECT_AGAIN_NANOS = 30_000_000_000L;
  private static final int SESSION_TIMEOUT_MS = 1000;

  private final AgentContext context;
  private final ServerProcess process;
  private final ObjLongConsumer<Seen> onSeen;
  private final Runnable onFound;
  private final Runnable onExit;
  private final Sessions sessions;
  private final LookPace pace = new LookPace();
  private final Thread thread;
  private volatile long attentiveUntil = System.nanoTime();
  private volatile boolean closed;
  private Optional<Postmaster> watched = Optional.empty();
  private Optional<Postmaster> answered = Optional.empty();
  private Optional<ExitWatcher> watcher = Optional.empty();
  private long watchedNanos;
  private Runnable exit = () -> {};

  /**
   * @param onSeen told the end of every look, and when it began ({@link System#nanoTime()}), on the monitor's thread
   * @param onFound told of every postmaster that is new to this monitor, once it answers
   * @param onExit told at once, and once, that a postmaster is gone; also when another runs already
   */
  Monitor(
      AgentContext context,
      ServerProcess process,
      ObjLongConsumer<Seen> onSeen,
      Runnable onFound,
      Runnable onExit) {
    this.context = context;
    this.process = process;
    this.onSeen = onSeen;
    this.onFound = onFound;
    this.onExit = onExit;
    this.sessions = new Sessions(context.directory(), SESSION_TIMEOUT_MS);
    this.thread = new Thread(this::run, "monitor-" + context.node());
    this.thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Looks every few ms from now on, for this long. */
  void attend(long ms) {
    attentiveUntil = System.nanoTime() + ms * 1_000_000;
    LockSupport.unpark(thread);
  }

  private void run() {
    while (!closed) {
      long begin = System.nanoTime();
      try {
        onSeen.accept(look(), begin);
      } catch (RuntimeException e) {
        log.warn("{}: cannot look at the server", context.node(), e);
      }
      long end = System.nanoTime();
      pace.looked(end - begin);
      LockSupport.parkNanos(attentiveUntil - end > 0 ? pace.pauseNanos() : REST_NANOS);
    }
    sessions.close();
    watcher.ifPresent(ExitWatcher::close);
  }

  private Seen look() {
    Optional<Postmaster> postmaster = process.find();
    watch(postmaster);
    if (postmaster.isEmpty()) {
      sessions.close();
      return new Seen.NoProcess();
    }
    if (!sessions.isOpen() && process.isStopping()) {
      // A login would be refused, and the postmaster does not end before it has refused it.
      return new Seen.NotAnswering(
          SessionException.Kind.NOT_ACCEPTING, "the server is shutting down");
    }
    try {
      Seen answer = new Seen.Answering(sessions.get().observe());
      connectWatcher(postmaster);
      if (!postmaster.equals(answered)) {
        answered = postmaster;
        onFound.run();
      }
      return answer;
    } catch (SessionException e) {
      sessions.close();
      return new Seen.NotAnswering(e.kind(), e.getMessage());
    }
  }

  private void watch(Optional<Postmaster> postmaster) {
    if (!postmaster.equals(watched)) {
      // This look may be the first to notice: whoever is first tells of it, once.
      exit.run();
      exit = postmaster.isPresent() ? once(onExit) : () -> {};
      watchFrom(postmaster);
      watched = postmaster;
    }
  }

  /** One that was found before it answered is watched without a connection until now; and a connection can be lost. */
  private void connectWatcher(Optional<Postmaster> postmaster) {
    boolean connected = watcher.filter(ExitWatcher::isConnected).isPresent();
    boolean due =
        !postmaster.equals(answered) || System.nanoTime() - watchedNanos >= CONNECT_AGAIN_NANOS;
    if (!connected && due) {
      watchFrom(postmaster);
    }
  }

  /** The one before goes on until its successor is there. */
  private void watchFrom(Optional<Postmaster> postmaster) {
    Optional<ExitWatcher> before = watcher;
    Runnable told = exit;
    watcher = postmaster.map(found -> process.watch(found, idleSession(), told));
    before.ifPresent(ExitWatcher::close);
    watchedNanos = System.nanoTime();
  }

  private static Runnable once(Runnable action) {
    AtomicBoolean done = new AtomicBoolean();
    return () -> {
      if (done.compareAndSet(false, true)) {
        action.run();
      }
    };
  }

  /** Without one the watcher has only the process table, which is 10 ms slower. */
  private Optional<LocalSession> idleSession() {
    try {
      return Optional.of(LocalSession.open(context.directory(), 0));
    } catch (SessionException | PostgresException e) {
      log.debug("{}: watching the process table only: {}", context.node(), e.getMessage());
      return Optional.empty();
    }
  }

  /** The thread ends what it has opened; a look that waits for the server ends at once. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    sessions.close();
  }
}
