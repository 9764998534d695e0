package io.conclave.workload;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** One write: takes the next id, sends it once, settles it. */
final class LedgerInsert {
  private final WriterLog log;
  private final long session;
  private final int writer;

  LedgerInsert(WriterLog log, long session, int writer) {
    this.log = log;
    this.session = session;
    this.writer = writer;
  }

  PreparedStatement prepare(Connection connection) throws SQLException {
    return connection.prepareStatement(LedgerTable.INSERT);
  }

  /** The writer wants to write from now on; how long it waits counts until a write is acknowledged. */
  void want() {
    log.want(System.nanoTime());
  }

  /**
   * Writes the next id. Whatever the outcome is, this id is never sent again.
   *
   * @throws SQLException when the write was not acknowledged for sure; the id is settled then, and the connection is
   *     not worth keeping
   */
  void write(PreparedStatement insert) throws SQLException {
    insert.clearWarnings();
    insert.setLong(1, session);
    insert.setInt(2, writer);
    insert.setLong(3, log.nextId());
    try {
      insert.executeUpdate();
    } catch (SQLException e) {
      log.settle(Outcomes.ofError(e), System.nanoTime());
      throw e;
    }
    // A warning "unknown" is no reason to leave: the connection works.
    long now = System.nanoTime();
    log.settle(Outcomes.ofSuccess(insert.getWarnings()), now);
  }
}
