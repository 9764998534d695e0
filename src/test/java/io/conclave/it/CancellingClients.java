package io.conclave.it;

import io.conclave.demo.DemoHost;
import io.conclave.demo.HostProcess;
import io.conclave.workload.Credentials;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/**
 * Clients that lose patience: each of them cancels what it is doing some times a second. A commit whose wait for the standbys
 * was cancelled ends as a success with a warning; it is not acknowledged.
 */
final class CancellingClients implements AutoCloseable {
  private static final int CLIENTS = 4;
  private static final long PATIENCE_MS = 20;

  private final String url;
  private final Credentials who;
  private final CountDownLatch end = new CountDownLatch(1);
  private final AtomicLong next = new AtomicLong();
  private final Set<Long> acknowledged = ConcurrentHashMap.newKeySet();
  private final Set<Long> committedLocally = ConcurrentHashMap.newKeySet();
  private final List<Thread> threads = new ArrayList<>();
  private final Set<Connection> open = ConcurrentHashMap.newKeySet();

  CancellingClients(TestCell cell) throws SQLException {
    this.who = cell.application();
    this.url = cell.cell().hosts().stream()
        .map(host -> DemoHost.ADDRESS + ":" + host.host().port())
        .collect(Collectors.joining(
            ",",
            "jdbc:postgresql://",
            "/app?targetServerType=primary&connectTimeout=1&loginTimeout=2&cancelSignalTimeout=2"
                + "&hostRecheckSeconds=0&sslmode=disable"));
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE IF NOT EXISTS cancelled (id bigint PRIMARY KEY)");
      statement.execute("TRUNCATE cancelled");
    }
    for (int i = 0; i < CLIENTS; i++) {
      AtomicReference<Statement> current = new AtomicReference<>();
      start("client-" + i, () -> write(current));
      start("impatience-" + i, () -> cancel(current));
    }
  }

  private void start(String name, Runnable body) {
    Thread thread = new Thread(body, "cancelling-" + name);
    thread.setDaemon(true);
    thread.start();
    threads.add(thread);
  }

  private Connection connect() throws SQLException {
    Connection connection = DriverManager.getConnection(url, who.role(), who.password());
    open.add(connection);
    return connection;
  }

  private boolean ends(long ms) {
    try {
      return end.await(ms, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private void write(AtomicReference<Statement> current) {
    while (!ends(PATIENCE_MS)) {
      try (Connection connection = connect();
          Statement statement = connection.createStatement()) {
        current.set(statement);
        while (!ends(1)) {
          write(statement);
        }
      } catch (SQLException e) {
        // Whatever it was about is unknown, and that is all a client can say.
        current.set(null);
      }
    }
  }

  /** An id is used once. */
  private void write(Statement statement) throws SQLException {
    long id = next.incrementAndGet();
    try {
      statement.clearWarnings();
      statement.executeUpdate("INSERT INTO cancelled VALUES (" + id + ")");
      (warns(statement.getWarnings()) ? committedLocally : acknowledged).add(id);
    } catch (SQLException e) {
      if (!"57014".equals(e.getSQLState())) {
        throw e;
      }
    }
  }

  private static boolean warns(SQLWarning first) {
    for (SQLWarning w = first; w != null; w = w.getNextWarning()) {
      if (w.getMessage().contains("canceling wait for synchronous replication")) {
        return true;
      }
    }
    return false;
  }

  private void cancel(AtomicReference<Statement> current) {
    while (!ends(PATIENCE_MS)) {
      Statement running = current.get();
      if (running != null) {
        try {
          running.cancel();
        } catch (SQLException e) {
          // The server does not answer, or the session is gone: there is nothing to cancel.
          current.compareAndSet(running, null);
        }
      }
    }
  }

  /** Commits that were acknowledged without a warning. */
  Set<Long> acknowledged() {
    return Set.copyOf(acknowledged);
  }

  /** Commits that ended with the warning. */
  Set<Long> committedLocally() {
    return Set.copyOf(committedLocally);
  }

  /** What a server has of these. */
  static Set<Long> rows(TestCell cell, HostProcess host) throws SQLException {
    try (Connection connection = Sql.open(host, "app", cell.application());
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT id FROM cancelled")) {
      Set<Long> ids = new HashSet<>();
      while (rows.next()) {
        ids.add(rows.getLong(1));
      }
      return ids;
    }
  }

  @Override
  public void close() throws SQLException, InterruptedException {
    end.countDown();
    for (Connection connection : open) {
      connection.abort(Runnable::run);
    }
    for (Thread thread : threads) {
      thread.join(TestCell.LIMIT.toMillis());
    }
  }
}
