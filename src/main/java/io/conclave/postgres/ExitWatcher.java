package io.conclave.postgres;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Notices the exit of a postmaster within milliseconds: a thread reads from an idle connection, which the kernel resets when
 * the server's processes go. A reset alone is no proof (a session can be ended by command): the process is looked at before
 * the callback. Another thread looks at the process from time to time, and often when there is no connection.
 */
public final class ExitWatcher implements AutoCloseable {
  private static final long STEP_NANOS = 10_000_000;
  /** Beside the connection, for a server whose processes outlive their postmaster. */
  private static final long STEP_BESIDE_NANOS = 50_000_000;

  private final Postmaster postmaster;
  private final Runnable onExit;
  private final AtomicBoolean over = new AtomicBoolean();
  private final Optional<LocalSession> session;
  private final Thread poll;
  private volatile boolean connected;

  /** @param session an idle connection for this alone; closed by the watcher. Empty: process table only */
  ExitWatcher(String name, Postmaster postmaster, Optional<LocalSession> session, Runnable onExit) {
    this.postmaster = postmaster;
    this.session = session;
    this.connected = session.isPresent();
    this.onExit = onExit;
    this.poll = daemon("exit-poll-" + name, this::poll);
    session.ifPresent(s -> daemon("exit-read-" + name, () -> read(s)));
  }

  private static Thread daemon(String name, Runnable body) {
    Thread thread = new Thread(body, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private void poll() {
    try (ProcessEye eye = new ProcessEye(postmaster)) {
      while (!over.get()) {
        if (!eye.isAlive()) {
          exited();
          return;
        }
        LockSupport.parkNanos(connected ? STEP_BESIDE_NANOS : STEP_NANOS);
      }
    }
  }

  private void read(LocalSession idle) {
    idle.awaitEnd();
    connected = false;
    // The sessions notice the postmaster's end a little before the process table shows it.
    if (!over.get() && Await.until(() -> over.get() || !postmaster.isAlive(), Deadline.in(30), 1)) {
      exited();
    }
  }

  private void exited() {
    if (over.compareAndSet(false, true)) {
      session.ifPresent(LocalSession::close);
      onExit.run();
    }
  }

  /** Whether it has a connection that the kernel resets when the server goes. */
  public boolean isConnected() {
    return connected;
  }

  /** Stops watching; no callback after this, unless it has begun. */
  @Override
  public void close() {
    if (over.compareAndSet(false, true)) {
      LockSupport.unpark(poll);
      session.ifPresent(LocalSession::close);
    }
  }
}
