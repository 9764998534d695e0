package io.conclave.postgres;

import java.net.InetAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.postgresql.PGConnection;

/**
 * A connection to a server as role {@code conclave}, kept open. Every failure is a {@link SessionException}. For one thread
 * at a time; {@link #close()} may be called by any.
 */
public final class LocalSession implements AutoCloseable {
  private final Connection connection;
  private final long pid;
  private PreparedStatement bare;
  private PreparedStatement full;
  private boolean schema;

  private LocalSession(Connection connection, long pid) {
    this.connection = connection;
    this.pid = pid;
  }

  /**
   * Connects to the node's own server, database postgres. Takes 1 s at most when somebody listens and does not answer.
   *
   * @param timeoutMs bound of every later wait for an answer, in ms; 0 = unbounded
   */
  public static LocalSession open(DataDirectory directory, int timeoutMs) {
    Identity identity = directory.identity();
    return open(identity.localAddress(), identity.port(), directory.passwords(), timeoutMs);
  }

  /** Connects to any server of the group, database postgres. */
  public static LocalSession open(String host, int port, Passwords passwords, int timeoutMs) {
    return open(host, port, "postgres", passwords, timeoutMs);
  }

  static LocalSession open(
      String host, int port, String database, Passwords passwords, int timeoutMs) {
    Properties p = new Properties();
    p.setProperty("user", Passwords.SUPERUSER);
    p.setProperty("password", passwords.of(Passwords.SUPERUSER));
    p.setProperty("ApplicationName", "conclave");
    p.setProperty("connectTimeout", "1");
    p.setProperty("socketTimeout", "1");
    p.setProperty("sslmode", isLoopback(host) ? "disable" : "prefer");
    p.setProperty("gssEncMode", "disable");
    p.setProperty("prepareThreshold", "1");
    p.setProperty("assumeMinServerVersion", "15");
    p.setProperty("tcpKeepAlive", "true");
    // Session options win over ALTER ROLE and ALTER DATABASE ... SET.
    p.setProperty(
        "options",
        "-c search_path=pg_catalog -c synchronous_commit=on -c statement_timeout=0 -c lock_timeout=0"
            + " -c idle_session_timeout=0 -c idle_in_transaction_session_timeout=0"
            + " -c default_transaction_read_only=off -c default_transaction_isolation=read\\ committed"
            + " -c client_min_messages=warning -c lc_messages=C -c jit=off"
            // A look that was given up must not wait for its lock for ever.
            + " -c client_connection_check_interval=1000");
    String address = host.contains(":") ? "[" + host + "]" : host;
    try {
      Connection c = DriverManager.getConnection(
          "jdbc:postgresql://%s:%d/%s"
              .formatted(address, port, URLEncoder.encode(database, StandardCharsets.UTF_8)),
          p);
      c.setNetworkTimeout(Runnable::run, timeoutMs);
      return new LocalSession(c, c.unwrap(PGConnection.class).getBackendPID());
    } catch (SQLException e) {
      throw SessionException.of(e);
    }
  }

  private static boolean isLoopback(String host) {
    return host.equals("127.0.0.1")
        || host.equals("::1")
        || InetAddress.getLoopbackAddress().getHostName().equals(host);
  }

  /** Process id of the server process behind this session. */
  public long pid() {
    return pid;
  }

  /** Everything a report needs, in one round trip of about a millisecond. */
  public synchronized Observation observe() {
    try {
      if (schema) {
        try {
          return withSchema();
        } catch (SQLException e) {
          // 42P01: a rewind or clone has brought a database without it; 3F000: no such schema.
          if (!"42P01".equals(e.getSQLState()) && !"3F000".equals(e.getSQLState())) {
            throw e;
          }
          schema = false;
        }
      }
      bare = prepared(bare, ObserveQuery.BARE);
      Observation seen = query(bare);
      schema = seen.schema();
      return schema ? withSchema() : seen;
    } catch (SQLException e) {
      throw SessionException.of(e);
    }
  }

  private Observation withSchema() throws SQLException {
    full = prepared(full, ObserveQuery.WITH_SCHEMA);
    return query(full);
  }

  private PreparedStatement prepared(PreparedStatement statement, String sql) throws SQLException {
    return statement == null ? connection.prepareStatement(sql) : statement;
  }

  private static Observation query(PreparedStatement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery()) {
      rows.next();
      return ObserveQuery.read(rows);
    }
  }

  /** Makes the server read its settings again: the postmaster is signalled by its own backend, within a round trip. */
  public void reload() {
    queryText("SELECT pg_reload_conf()::text");
  }

  /** Names of settings that are in the files and wait for a restart, separated by commas; empty when there are none. */
  public String pendingRestart() {
    String names = queryText(
        "SELECT string_agg(name, ', ' ORDER BY name) FROM pg_settings WHERE pending_restart");
    return names == null ? "" : names;
  }

  /** Makes all WAL up to now durable, asynchronous commits too, and ends it with a whole record: a commit that waits for no standby. */
  public void flushWal() {
    executeLocally(List.of("SELECT pg_logical_emit_message(true, 'conclave', 'flush')"));
  }

  /** A checkpoint now, so that a recovery soon after is short. May take long: the session's timeout bounds it. */
  public void checkpoint() {
    execute("CHECKPOINT");
  }

  public boolean isInRecovery() {
    return "t".equals(queryText("SELECT CASE WHEN pg_is_in_recovery() THEN 't' ELSE 'f' END"));
  }

  /** First column of the first row, as text; null when there is no row. */
  synchronized String queryText(String sql, Object... parameters) {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      set(statement, parameters);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() ? rows.getString(1) : null;
      }
    } catch (SQLException e) {
      throw SessionException.of(e);
    }
  }

  /**
   * Runs one statement, committed by itself. Waits for its acknowledgement up to the session's timeout.
   *
   * @return rows changed, and whether it ended with a warning: one may say that the wait for the standbys was cancelled
   */
  synchronized Executed execute(String sql, Object... parameters) {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      connection.clearWarnings();
      set(statement, parameters);
      boolean rows = statement.execute();
      int changed = rows ? 0 : statement.getUpdateCount();
      if (rows) {
        statement.getResultSet().close();
      }
      return new Executed(
          changed, statement.getWarnings() != null || connection.getWarnings() != null);
    } catch (SQLException e) {
      throw SessionException.of(e);
    }
  }

  /** How a statement ended. */
  record Executed(int rows, boolean warned) {}

  /** Runs the statements as one transaction that waits for no standby. */
  synchronized void executeLocally(Iterable<String> statements) {
    try (Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      try {
        statement.execute("SET LOCAL synchronous_commit = local");
        for (String sql : statements) {
          statement.execute(sql);
        }
        connection.commit();
      } catch (SQLException e) {
        connection.rollback();
        throw e;
      } finally {
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      throw SessionException.of(e);
    }
  }

  private static void set(PreparedStatement statement, Object... parameters) throws SQLException {
    for (int i = 0; i < parameters.length; i++) {
      statement.setObject(i + 1, parameters[i]);
    }
  }

  /** Blocks until the server ends this connection, or {@link #close()} does. */
  void awaitEnd() {
    try {
      connection.setNetworkTimeout(Runnable::run, 0);
      while (!connection.isClosed()) {
        // 0 = read until something comes; nothing does but the end.
        connection.unwrap(PGConnection.class).getNotifications(0);
      }
    } catch (SQLException ended) {
      close();
    }
  }

  /** Bound of every later wait for an answer, in ms. */
  void setTimeout(int ms) {
    try {
      connection.setNetworkTimeout(Runnable::run, ms);
    } catch (SQLException e) {
      throw SessionException.of(e);
    }
  }

  /**
   * Has a statement that may take minutes run by another thread, and waits for it. An interrupt of the caller ends the session, and
   * with it the wait: JDBC notices none.
   *
   * @throws PostgresException (INTERRUPTED) when the caller was interrupted
   */
  <T> T interruptibly(Callable<T> statement) {
    FutureTask<T> running = new FutureTask<>(statement);
    Thread thread = new Thread(running, "statement-" + pid);
    thread.setDaemon(true);
    thread.start();
    try {
      return running.get();
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw new PostgresException(
          PostgresException.Kind.INTERRUPTED, "interrupted while a statement ran", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  public boolean isClosed() {
    try {
      return connection.isClosed();
    } catch (SQLException e) {
      return true;
    }
  }

  /** Ends the session without a word to the server, which may be frozen. */
  @Override
  public void close() {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException alreadyGone) {
      // abort fails on a closed connection only: that is what was asked for.
      return;
    }
  }
}
