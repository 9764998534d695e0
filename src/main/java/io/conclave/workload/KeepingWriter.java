package io.conclave.workload;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A writer as applications are: it keeps its connection, and looks for the primary again when that breaks. */
final class KeepingWriter implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(KeepingWriter.class);

  private final WorkloadOptions options;
  private final Connections connections;
  private final LedgerInsert ledger;
  private final Pace pace;

  KeepingWriter(WorkloadOptions options, Connections connections, LedgerInsert ledger, Pace pace) {
    this.options = options;
    this.connections = connections;
    this.ledger = ledger;
    this.pace = pace;
  }

  @Override
  public void run() {
    do {
      writeUntilBroken();
    } while (pace.backOff());
  }

  private void writeUntilBroken() {
    Connection connection = null;
    try {
      connection = connections.primary(options.application(), options.database());
      PreparedStatement insert = ledger.prepare(connection);
      while (pace.awaitTurn()) {
        ledger.want();
        ledger.write(insert);
      }
    } catch (SQLException e) {
      LOG.debug("connects again: {}", e.getMessage());
    } finally {
      Sessions.abort(connection);
    }
  }
}
