package io.conclave.workload;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads from one server all the time, over a connection of its own. When the server is frozen the reader waits in its
 * queue of new connections, and so is among the first whom it serves after a thaw.
 */
final class DirectReader implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(DirectReader.class);
  private static final int HANDSHAKE_MS = 10_000;

  private final Endpoint server;
  private final Patience patience;
  private final Connections connections;
  private final LedgerRead ledger;
  private final Consumer<StaleRead> found;
  private final Pace pace;
  private volatile long lastAnswerNanos = System.nanoTime();

  DirectReader(
      Endpoint server,
      WorkloadOptions options,
      Connections connections,
      LedgerRead ledger,
      Consumer<StaleRead> found,
      Pace pace) {
    this.server = server;
    this.patience = options.patience();
    this.connections = connections;
    this.ledger = ledger;
    this.found = found;
    this.pace = pace;
  }

  /** When the server last answered a read, on the clock of {@link System#nanoTime}. */
  long lastAnswerNanos() {
    return lastAnswerNanos;
  }

  @Override
  public void run() {
    do {
      readUntilBroken();
    } while (pace.backOff());
  }

  private void readUntilBroken() {
    Connection connection = null;
    try {
      connection = connections.direct(server, HANDSHAKE_MS, patience.answerMs());
      try (PreparedStatement read = LedgerRead.prepare(connection)) {
        do {
          ledger.read(read).stale(server).ifPresent(found);
          lastAnswerNanos = System.nanoTime();
        } while (pace.awaitTurn());
      }
    } catch (SQLException e) {
      LOG.debug("{} answered no read: {}", server, e.getMessage());
    } finally {
      Sessions.abort(connection);
    }
  }
}
