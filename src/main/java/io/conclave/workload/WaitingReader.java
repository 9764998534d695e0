package io.conclave.workload;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hardest reader for a thawed server: its session was open before the freeze, and its read is sent once others
 * have gone on elsewhere, so that it waits in the socket of a frozen backend and is answered at the very thaw.
 */
final class WaitingReader implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(WaitingReader.class);
  private static final int NO_LIMIT = 0;

  private final Endpoint server;
  private final Patience patience;
  private final Connections connections;
  private final LedgerRead ledger;
  private final DirectReader neighbour;
  private final Consumer<StaleRead> found;
  private final Pace pace;
  private volatile Connection connection;

  WaitingReader(
      Endpoint server,
      WorkloadOptions options,
      Connections connections,
      LedgerRead ledger,
      DirectReader neighbour,
      Consumer<StaleRead> found,
      Pace pace) {
    this.server = server;
    this.patience = options.patience();
    this.connections = connections;
    this.ledger = ledger;
    this.neighbour = neighbour;
    this.found = found;
    this.pace = pace;
  }

  @Override
  public void run() {
    do {
      waitUntilBroken();
    } while (pace.backOff());
  }

  private void waitUntilBroken() {
    try {
      connection = connections.direct(server, patience.handshakeMs(), NO_LIMIT);
      try (PreparedStatement read = LedgerRead.prepare(connection)) {
        while (pace.awaitTurn()) {
          if (ledger.writesWentOnAfter(neighbour.lastAnswerNanos())) {
            ledger.read(read).stale(server).ifPresent(found);
          }
        }
      }
    } catch (SQLException e) {
      LOG.debug("{} answered no waiting read: {}", server, e.getMessage());
    } finally {
      abort();
    }
  }

  /** Ends a read that waits for a server which never thaws. */
  void abort() {
    Sessions.abort(connection);
  }
}
