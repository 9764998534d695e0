package io.conclave.workload;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** One read on one server, compared with what was acknowledged to anybody before it was sent. */
final class LedgerRead {
  private final Ledgers ledgers;
  private final Endpoint server;

  LedgerRead(Ledgers ledgers, Endpoint server) {
    this.ledgers = ledgers;
    this.server = server;
  }

  static PreparedStatement prepare(Connection connection) throws SQLException {
    return connection.prepareStatement(LedgerTable.HIGHEST);
  }

  /** Whether a write was acknowledged, by whichever server, later than the moment plus 1 s. */
  boolean writesWentOnAfter(long nanos) {
    return ledgers.writesWentOnAfter(nanos);
  }

  /** Reads once; the worst stale answer, if the answer was stale. */
  Optional<StaleRead> read(PreparedStatement read) throws SQLException {
    HighWater acknowledged = ledgers.highWater();
    // The writers may be more than at the last read: another workload has begun.
    read.setArray(1, read.getConnection().createArrayOf("int8", acknowledged.sessions()));
    read.setArray(2, read.getConnection().createArrayOf("int4", acknowledged.numbers()));
    long began = System.nanoTime();
    try (ResultSet r = read.executeQuery()) {
      long answered = System.nanoTime();
      Array highest = r.next() ? r.getArray(1) : null;
      return highest == null
          ? Optional.empty()
          : acknowledged.stale(server, (Long[]) highest.getArray(), began, answered);
    }
  }
}
