package io.conclave.workload;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One read on one server, compared with what was acknowledged before it began. */
final class LedgerRead {
  private final Ledger ledger;
  private final long session;
  private final Endpoint server;

  LedgerRead(Ledger ledger, long session, Endpoint server) {
    this.ledger = ledger;
    this.session = session;
    this.server = server;
  }

  PreparedStatement prepare(Connection connection) throws SQLException {
    PreparedStatement read = connection.prepareStatement(LedgerTable.HIGHEST);
    read.setLong(1, session);
    read.setInt(2, ledger.writers());
    return read;
  }

  /** Whether a write was acknowledged, by whichever server, later than the moment plus 1 s. */
  boolean writesWentOnAfter(long nanos) {
    return ledger.lastAcknowledgedNanos() - nanos > TimeUnit.SECONDS.toNanos(1);
  }

  /** Reads once; the worst stale answer, if the answer was stale. */
  Optional<StaleRead> read(PreparedStatement read) throws SQLException {
    long[] acknowledged = ledger.highestAcknowledged();
    long began = System.nanoTime();
    try (ResultSet r = read.executeQuery()) {
      long answered = System.nanoTime();
      Array highest = r.next() ? r.getArray(1) : null;
      return highest == null
          ? Optional.empty()
          : stale(acknowledged, (Long[]) highest.getArray(), began, answered);
    }
  }

  private Optional<StaleRead> stale(long[] acknowledged, Long[] seen, long began, long answered) {
    return staleWriter(acknowledged, seen)
        .map(w -> new StaleRead(server, w, acknowledged[w], seen[w], began, answered));
  }

  /** The writer of which most is missing. */
  static Optional<Integer> staleWriter(long[] acknowledged, Long[] seen) {
    int worst = -1;
    for (int w = 0; w < acknowledged.length; w++) {
      long missing = acknowledged[w] - seen[w];
      if (missing > 0 && (worst < 0 || missing > acknowledged[worst] - seen[worst])) {
        worst = w;
      }
    }
    return worst < 0 ? Optional.empty() : Optional.of(worst);
  }
}
