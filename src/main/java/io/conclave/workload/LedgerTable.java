package io.conclave.workload;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.PGConnection;

/**
 * The SQL of the ledger. The table has no unique key on (session, writer, id) on purpose: a write that was carried out
 * twice must be seen, not refused. {@code seq} gives the order of the inserts.
 */
final class LedgerTable {
  static final String INSERT = "insert into ledger (session, writer, id) values (?, ?, ?)";

  /**
   * Name of the server, whether it is in recovery, and the highest id of each writer of whom session and number are given. One
   * statement, so one snapshot.
   */
  static final String SEEN = "select current_setting('cluster_name'), pg_is_in_recovery(), array("
      + "select coalesce((select max(id) from ledger where session = w.session and writer = w.number), 0)"
      + " from unnest(?, ?) with ordinality w (session, number, place) order by place)";

  private static final String ROWS = "select writer, id from ledger where session = ? order by seq";

  private static final String[] CREATE = {
    "create table if not exists ledger (seq bigint generated always as identity primary key,"
        + " session bigint not null, writer int not null, id bigint not null,"
        + " inserted_at timestamptz not null default clock_timestamp())",
    "create index if not exists ledger_session_writer_id on ledger (session, writer, id)"
  };

  private static final int FETCH_ROWS = 5000;

  private LedgerTable() {}

  /** Creates role, database and table where they are missing. */
  static void prepare(Connections connections, WorkloadOptions options) throws SQLException {
    if (options.administrator().isPresent()) {
      try (Connection c = connections.primary(options.administrator().get(), "postgres")) {
        c.setNetworkTimeout(Runnable::run, 30_000);
        createRole(c, options.application());
        createDatabase(c, options.database(), options.application().role());
      }
    }
    try (Connection c = connections.primary(options.application(), options.database());
        Statement s = c.createStatement()) {
      c.setNetworkTimeout(Runnable::run, 30_000);
      for (String sql : CREATE) {
        s.execute(sql);
      }
    }
  }

  private static void createRole(Connection c, Credentials who) throws SQLException {
    if (!exists(c, "select from pg_roles where rolname = ?", who.role())) {
      try (Statement s = c.createStatement()) {
        s.execute("create role " + s.enquoteIdentifier(who.role(), true) + " login");
      }
    }
    // The driver sends a verifier; the password does not cross the wire and is in no log of the
    // server.
    c.unwrap(PGConnection.class)
        .alterUserPassword(who.role(), who.password().toCharArray(), "scram-sha-256");
  }

  private static void createDatabase(Connection c, String database, String owner)
      throws SQLException {
    if (!exists(c, "select from pg_database where datname = ?", database)) {
      try (Statement s = c.createStatement()) {
        s.execute("create database " + s.enquoteIdentifier(database, true) + " owner "
            + s.enquoteIdentifier(owner, true));
      }
    }
  }

  private static boolean exists(Connection c, String sql, String name) throws SQLException {
    try (PreparedStatement s = c.prepareStatement(sql)) {
      s.setString(1, name);
      try (ResultSet r = s.executeQuery()) {
        return r.next();
      }
    }
  }

  /** Gives every row of the session to the checker, in the order of the inserts. */
  static void readBack(Connection c, long session, Checker checker) throws SQLException {
    c.setNetworkTimeout(Runnable::run, 60_000);
    c.setAutoCommit(false);
    try (PreparedStatement s = c.prepareStatement(ROWS)) {
      s.setFetchSize(FETCH_ROWS);
      s.setLong(1, session);
      try (ResultSet r = s.executeQuery()) {
        while (r.next()) {
          checker.row(r.getInt(1), r.getLong(2));
        }
      }
    }
  }
}
