package io.conclave.workload;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** One read on one server, to be compared with what was acknowledged to anybody before it was sent. */
final class LedgerRead {
  private final Ledgers ledgers;

  LedgerRead(Ledgers ledgers) {
    this.ledgers = ledgers;
  }

  static PreparedStatement prepare(Connection connection) throws SQLException {
    return connection.prepareStatement(LedgerTable.SEEN);
  }

  /** Whether a write was acknowledged, by whichever server, later than the moment plus 1 s. */
  boolean writesWentOnAfter(long nanos) {
    return ledgers.writesWentOnAfter(nanos);
  }

  /** Reads once. */
  LedgerAnswer read(PreparedStatement read) throws SQLException {
    HighWater acknowledged = ledgers.highWater();
    // The writers may be more than at the last read: another workload has begun.
    read.setArray(1, read.getConnection().createArrayOf("int8", acknowledged.sessions()));
    read.setArray(2, read.getConnection().createArrayOf("int4", acknowledged.numbers()));
    long began = System.nanoTime();
    try (ResultSet r = read.executeQuery()) {
      long answered = System.nanoTime();
      r.next();
      return new LedgerAnswer(
          r.getString(1),
          r.getBoolean(2),
          acknowledged,
          List.of((Long[]) r.getArray(3).getArray()),
          began,
          answered);
    }
  }
}
