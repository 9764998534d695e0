package io.conclave.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.cli.StatusView.GroupView;
import io.conclave.core.Lsn;
import io.conclave.demo.HostProcess;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * PostgreSQL counts a standby by its position, not by its history: one that is ahead on another history acknowledges what it
 * does not have. Here the old primary is far ahead, and is the only one left that could acknowledge.
 */
@ExtendWith(OneCell.Strict.class)
class FalseAcknowledgementIT {

  @Test
  void aNodeThatIsAheadOnAnotherHistoryAcknowledgesNothingUntilItIsRebuilt(TestCell cell)
      throws Exception {
    GroupView before = cell.awaitWhole();
    HostProcess old = cell.primary();
    List<Long> standbys = cell.standbys().stream()
        .flatMap(host -> TestCell.serverPids(host).stream())
        .toList();
    Lsn ahead;
    cell.signal("STOP", standbys);
    try {
      ahead = writeWhatNobodyElseHas(cell, old);
      cell.killHost(old);
    } finally {
      cell.signal("CONT", standbys);
    }
    GroupView after = cell.awaitFailover(before);
    HostProcess primary = cell.cell().hostOf(after.primary());
    Lsn position = Lsn.parse(cell.query(primary, "SELECT pg_current_wal_lsn()"));
    assertTrue(ahead.compareTo(position) > 0, ahead + " must be ahead of " + position);
    HostProcess other =
        cell.standbysOf(after).stream().filter(host -> host != old).findFirst().orElseThrow();
    cell.await("the other standby to stream", group -> TestCell.streams(group, other));
    List<Long> stuck = TestCell.serverPids(other);
    try (Watcher watcher = new Watcher(cell, primary, old)) {
      cell.signal("STOP", stuck);
      try {
        cell.startJvm(old);
        cell.await("the old primary to stream", group -> TestCell.streams(group, old));
        // Honest acknowledgements, because nobody else can give any.
        cell.awaitWrites(40);
      } finally {
        cell.signal("CONT", stuck);
      }
      assertEquals(List.of(), watcher.lies());
      assertTrue(watcher.looks() > 0, "it has looked");
    }
    cell.awaitWhole();
    assertEquals("t", cell.query(cell.primary(), "SELECT to_regclass('public.ahead') IS NULL"));
  }

  /** Committed on this server alone, and acknowledged to nobody. */
  private static Lsn writeWhatNobodyElseHas(TestCell cell, HostProcess host) throws SQLException {
    try (Connection connection = Sql.open(host, "postgres", cell.cell().files().superuser());
        Statement statement = connection.createStatement()) {
      statement.execute("SET synchronous_commit = local");
      statement.execute(
          "CREATE TABLE public.ahead AS SELECT g, repeat('x', 100) FROM generate_series(1, 400000) g");
    }
    return Lsn.parse(cell.query(host, "SELECT pg_current_wal_flush_lsn()"));
  }

  /** Asks the primary again and again whether a standby says that it has more than there is. */
  private static final class Watcher implements AutoCloseable {
    private final CountDownLatch end = new CountDownLatch(1);
    private final List<String> lies = new ArrayList<>();
    private final Thread thread;
    private int looks;

    Watcher(TestCell cell, HostProcess primary, HostProcess suspect) {
      thread = new Thread(() -> watch(cell, primary, TestCell.node(suspect)), "watcher");
      thread.setDaemon(true);
      thread.start();
    }

    private void watch(TestCell cell, HostProcess primary, String suspect) {
      try (Connection connection =
              Sql.open(primary, "postgres", cell.cell().files().superuser());
          Statement statement = connection.createStatement()) {
        while (!end.await(2, TimeUnit.MILLISECONDS)) {
          try (ResultSet rows = statement.executeQuery(
              "SELECT flush_lsn, now_lsn, sync_state FROM pg_stat_replication, LATERAL (SELECT pg_current_wal_insert_lsn() AS now_lsn) w"
                  + " WHERE application_name = '" + suspect + "' AND flush_lsn > now_lsn")) {
            look(rows);
          }
        }
      } catch (SQLException e) {
        note("the watcher has ended: " + e.getMessage());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private synchronized void look(ResultSet rows) throws SQLException {
      looks++;
      while (rows.next()) {
        lies.add(rows.getString(1) + " of " + rows.getString(2) + ", " + rows.getString(3));
      }
    }

    private synchronized void note(String what) {
      lies.add(what);
    }

    synchronized List<String> lies() {
      return List.copyOf(lies);
    }

    synchronized int looks() {
      return looks;
    }

    @Override
    public void close() throws InterruptedException {
      end.countDown();
      thread.join(TestCell.LIMIT.toMillis());
    }
  }
}
