package io.conclave.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.logging.Logger;

/** One session with the console of a PgBouncer; it speaks the protocol of PostgreSQL and knows commands of its own. */
public final class PgBouncerConsole implements AutoCloseable {
  private static final String NOT_PAUSED = "is not paused";

  /** Kept, because loggers are forgotten otherwise. The driver warns at each login of a server of version 1.18. */
  private static final Logger DRIVER = Logger.getLogger("org.postgresql.jdbc.PgConnection");

  static {
    DRIVER.setFilter(record -> !record.getMessage().startsWith("Unsupported Server Version"));
  }

  private final Connection connection;

  private PgBouncerConsole(Connection connection) {
    this.connection = connection;
  }

  /**
   * Connects on the loopback address as {@code conclave_edge}.
   *
   * @param timeoutMs bound of the login, and of every answer but that to {@link #pause}
   * @throws SessionException when it cannot
   */
  public static PgBouncerConsole open(String address, int port, String password, int timeoutMs) {
    Properties p = new Properties();
    p.setProperty("user", Passwords.EDGE);
    p.setProperty("password", password);
    p.setProperty("connectTimeout", "1");
    p.setProperty("socketTimeout", "1");
    p.setProperty("sslmode", "disable");
    p.setProperty("gssEncMode", "disable");
    // The console takes no prepared statements.
    p.setProperty("preferQueryMode", "simple");
    // The console takes no SET extra_float_digits, which pgjdbc sends to what says that it is
    // version 1.18; not so with the
    // property "replication", which it keeps to itself before version 9.4.
    p.setProperty("assumeMinServerVersion", "9.0");
    p.setProperty("replication", "false");
    try {
      Connection connection = DriverManager.getConnection(
          "jdbc:postgresql://%s:%d/pgbouncer".formatted(address, port), p);
      connection.setNetworkTimeout(Runnable::run, timeoutMs);
      return new PgBouncerConsole(connection);
    } catch (SQLException e) {
      throw SessionException.of(e);
    }
  }

  /** Which of its databases are paused, by their names; those that it knows by configuration and has not used too. */
  public Map<String, Boolean> paused() {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SHOW DATABASES")) {
      Map<String, Boolean> paused = new HashMap<>();
      while (rows.next()) {
        paused.put(rows.getString("name"), rows.getInt("paused") != 0);
      }
      return paused;
    } catch (SQLException e) {
      throw SessionException.of(e);
    }
  }

  /**
   * Pauses a database. Blocks until what runs there has ended: {@link #close}, from another thread, ends the wait, and the
   * database stays paused.
   *
   * @param limitMs bound of the wait
   */
  public void pause(String database, int limitMs) {
    execute("PAUSE " + quoted(database), limitMs);
  }

  /** Lets a paused database go on; one that is not paused is left as it is. */
  public void resume(String database, int limitMs) {
    try {
      execute("RESUME " + quoted(database), limitMs);
    } catch (SessionException e) {
      // PgBouncer has no code of its own for it.
      if (!e.getMessage().contains(NOT_PAUSED)) {
        throw e;
      }
    }
  }

  private void execute(String command, int limitMs) {
    try (Statement statement = connection.createStatement()) {
      int usual = connection.getNetworkTimeout();
      connection.setNetworkTimeout(Runnable::run, limitMs);
      try {
        statement.execute(command);
      } finally {
        connection.setNetworkTimeout(Runnable::run, usual);
      }
    } catch (SQLException e) {
      throw SessionException.of(e);
    }
  }

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** Ends the session without a word. */
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
