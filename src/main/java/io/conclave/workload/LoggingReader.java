package io.conclave.workload;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads by a way of which it does not know to whom it leads, and writes down who answered what. */
final class LoggingReader implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(LoggingReader.class);

  private final Endpoint way;
  private final Patience patience;
  private final Connections connections;
  private final LedgerRead ledger;
  private final ReadLog log;
  private final Pace pace;
  private final boolean keeps;

  /**
   * @param keeps whether it keeps its connection until that breaks, or opens one for each read
   */
  LoggingReader(
      WorkloadOptions options,
      Connections connections,
      LedgerRead ledger,
      ReadLog log,
      Pace pace,
      boolean keeps) {
    this.way = options.servers().get(0);
    this.patience = options.patience();
    this.connections = connections;
    this.ledger = ledger;
    this.log = log;
    this.pace = pace;
    this.keeps = keeps;
  }

  @Override
  public void run() {
    while (pace.awaitTurn()) {
      connectAndRead();
    }
  }

  private void connectAndRead() {
    Connection connection = null;
    try {
      connection = connections.direct(way, patience.handshakeMs(), patience.answerMs());
      try (PreparedStatement read = LedgerRead.prepare(connection)) {
        do {
          log.answered(ledger.read(read));
        } while (keeps && pace.awaitTurn());
      }
      connection.close();
    } catch (SQLException e) {
      LOG.debug("{} answered no read: {}", way, e.getMessage());
      log.failed(System.nanoTime());
    } finally {
      Sessions.abort(connection);
    }
  }
}
