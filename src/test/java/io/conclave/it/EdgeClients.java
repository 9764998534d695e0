package io.conclave.it;

import io.conclave.demo.DemoHost;
import io.conclave.workload.Credentials;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients of an edge to whom every error counts, also one of a login: some keep their connection, one opens another for each
 * operation. An operation is a transaction that reads and writes.
 */
final class EdgeClients implements AutoCloseable {
  private static final int KEEPING = 4;
  private static final long PAUSE_MS = 20;

  private final String url;
  private final Properties login = new Properties();
  private final List<Thread> threads = new ArrayList<>();
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Queue<String> errors = new ConcurrentLinkedQueue<>();
  private final AtomicLong operations = new AtomicLong();
  private final AtomicLong longestNanos = new AtomicLong();

  /** Begins with a table of its own. */
  EdgeClients(int poolerPort, Credentials application) throws SQLException {
    url = "jdbc:postgresql://%s:%d/app".formatted(DemoHost.ADDRESS, poolerPort);
    login.setProperty("user", application.role());
    login.setProperty("password", application.password());
    // A pooler gives each transaction another session.
    login.setProperty("prepareThreshold", "0");
    try (Connection c = open();
        Statement s = c.createStatement()) {
      s.execute("CREATE TABLE IF NOT EXISTS edge_clients (at timestamptz)");
    }
    for (int i = 0; i < KEEPING; i++) {
      begin("keeping-" + i, this::keeping);
    }
    begin("opening", this::opening);
  }

  /** A connection through the edge. */
  Connection open() throws SQLException {
    return DriverManager.getConnection(url, login);
  }

  private interface Client {
    void run() throws SQLException, InterruptedException;
  }

  private void begin(String name, Client client) {
    Thread thread = new Thread(
        () -> {
          while (stop.getCount() > 0) {
            try {
              client.run();
            } catch (SQLException e) {
              errors.add(name + ": " + e.getSQLState() + " " + e.getMessage());
            } catch (InterruptedException e) {
              return;
            }
          }
        },
        "edge-client-" + name);
    thread.setDaemon(true);
    thread.start();
    threads.add(thread);
  }

  private void keeping() throws SQLException, InterruptedException {
    try (Connection c = open()) {
      do {
        long began = System.nanoTime();
        operate(c);
        ended(began);
      } while (!stop.await(PAUSE_MS, TimeUnit.MILLISECONDS));
    }
  }

  private void opening() throws SQLException, InterruptedException {
    do {
      long began = System.nanoTime();
      try (Connection c = open()) {
        operate(c);
      }
      ended(began);
    } while (!stop.await(PAUSE_MS, TimeUnit.MILLISECONDS));
  }

  private static void operate(Connection c) throws SQLException {
    c.setAutoCommit(false);
    try (Statement s = c.createStatement();
        ResultSet rows = s.executeQuery("SELECT pg_is_in_recovery()")) {
      rows.next();
      if (rows.getBoolean(1)) {
        throw new SQLException("sent to a standby");
      }
    }
    try (Statement s = c.createStatement()) {
      s.execute("INSERT INTO edge_clients VALUES (clock_timestamp())");
    }
    c.commit();
  }

  private void ended(long began) {
    operations.incrementAndGet();
    longestNanos.accumulateAndGet(System.nanoTime() - began, Math::max);
  }

  long operations() {
    return operations.get();
  }

  /** Forgets the longest operation so far. */
  void watch() {
    longestNanos.set(0);
  }

  /** The longest operation since {@link #watch}, in ms. */
  long longestMs() {
    return longestNanos.get() / 1_000_000;
  }

  /** Everything that went wrong. */
  List<String> errors() {
    return List.copyOf(errors);
  }

  @Override
  public void close() throws InterruptedException {
    stop.countDown();
    for (Thread thread : threads) {
      thread.join(5000);
      thread.interrupt();
    }
  }
}
