package io.conclave.postgres;

import io.conclave.core.health.Probe;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/**
 * A sentinel's own look at a primary: one query over a kept-open connection. When the connection breaks it tries another one
 * at once, because a refusal right after a reset is proof that the server is gone.
 */
public final class PrimaryProbe implements AutoCloseable {
  private final String url;
  private final Properties properties;
  private final int timeoutMs;
  private Connection connection;

  /**
   * @param timeoutMs how long an answer may take, in ms
   */
  public PrimaryProbe(String host, int port, Passwords passwords, int timeoutMs) {
    this.url = "jdbc:postgresql://%s:%d/postgres".formatted(host, port);
    this.timeoutMs = timeoutMs;
    this.properties = new Properties();
    properties.setProperty("user", Passwords.PROBE);
    properties.setProperty("password", passwords.of(Passwords.PROBE));
    properties.setProperty("ApplicationName", "conclave_probe");
    properties.setProperty("connectTimeout", "1");
    properties.setProperty("socketTimeout", "1");
    properties.setProperty("gssEncMode", "disable");
    properties.setProperty("options", "-c search_path=pg_catalog");
  }

  /** Looks once; takes about the timeout at most, and 1 s when somebody accepts a connection and says nothing. */
  public Probe probe() {
    boolean kept = connection != null;
    try {
      return ask();
    } catch (SQLException e) {
      close();
      SessionException.Kind kind = SessionException.of(e).kind();
      return kept && kind == SessionException.Kind.RESET ? again() : result(kind);
    }
  }

  private Probe again() {
    try {
      return ask();
    } catch (SQLException e) {
      close();
      return result(SessionException.of(e).kind());
    }
  }

  private Probe ask() throws SQLException {
    if (connection == null) {
      connection = DriverManager.getConnection(url, properties);
      connection.setNetworkTimeout(Runnable::run, timeoutMs);
    }
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT pg_is_in_recovery()")) {
      rows.next();
      return rows.getBoolean(1) ? Probe.NOT_PRIMARY : Probe.ANSWERED;
    }
  }

  private static Probe result(SessionException.Kind kind) {
    return switch (kind) {
      case REFUSED -> Probe.REFUSED;
      case RESET, TIMEOUT -> Probe.SILENT;
      case NOT_ACCEPTING, TERMINATED, DENIED, TOO_MANY_CONNECTIONS, CANCELLED, STATEMENT ->
        Probe.UNSERVED;
    };
  }

  /** Ends the connection without a word to the server, which may be frozen. */
  @Override
  public void close() {
    if (connection != null) {
      try {
        connection.abort(Runnable::run);
      } catch (SQLException gone) {
        // Closed already, which is what was asked for.
      }
      connection = null;
    }
  }
}
