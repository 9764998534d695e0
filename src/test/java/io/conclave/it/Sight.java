package io.conclave.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.demo.HostProcess;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/** What a client has read from a primary, acknowledged or not: it must never be gone again. */
record Sight(long highest, long rows) {

  /** What a primary shows to a client; empty when its gate is closed, or it is none. */
  static Optional<Sight> of(TestCell cell, HostProcess host) {
    try (Connection client = Sql.open(host, "app", cell.application())) {
      return Optional.of(read(client, Long.MAX_VALUE)).filter(seen -> seen.rows >= 0);
    } catch (SQLException closed) {
      return Optional.empty();
    }
  }

  private static Sight read(Connection client, long upTo) throws SQLException {
    try (Statement statement = client.createStatement();
        ResultSet row = statement.executeQuery(
            ("select coalesce(max(seq), 0), case when pg_is_in_recovery() then -1 else count(*) end"
                    + " from ledger where seq <= %d")
                .formatted(upTo))) {
      row.next();
      return new Sight(row.getLong(1), row.getLong(2));
    }
  }

  /** Looks at the primary of now. */
  void assertStays(TestCell cell) throws SQLException {
    try (Connection client = Sql.open(cell.primary(), "app", cell.application())) {
      Sight now = read(client, highest);
      assertTrue(now.rows >= rows, () -> "seen: " + this + ", now: " + now);
    }
  }
}
