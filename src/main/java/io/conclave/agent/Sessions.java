package io.conclave.agent;

import io.conclave.postgres.DataDirectory;
import io.conclave.postgres.LocalSession;

/** A session to the local server for one purpose and one thread, opened when it is needed and kept open. */
final class Sessions implements AutoCloseable {
  private final DataDirectory directory;
  private final int timeoutMs;
  private LocalSession session;

  /**
   * @param timeoutMs bound of each wait for an answer
   */
  Sessions(DataDirectory directory, int timeoutMs) {
    this.directory = directory;
    this.timeoutMs = timeoutMs;
  }

  /**
   * @throws io.conclave.postgres.SessionException when the server cannot be reached
   */
  synchronized LocalSession get() {
    if (session == null || session.isClosed()) {
      session = LocalSession.open(directory, timeoutMs);
    }
    return session;
  }

  synchronized boolean isOpen() {
    return session != null && !session.isClosed();
  }

  @Override
  public synchronized void close() {
    if (session != null) {
      session.close();
      session = null;
    }
  }
}
