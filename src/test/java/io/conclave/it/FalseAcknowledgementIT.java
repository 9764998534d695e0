package io.conclave.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.cli.StatusView.GroupView;
import io.conclave.core.Lsn;
import io.conclave.demo.HostProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * PostgreSQL counts a standby by its position, not by its history: one that is ahead on another history acknowledges what it
 * does not have. Here such a one is the only one left that could acknowledge: the old primary, or a standby that runs.
 */
@ExtendWith(OneCell.Strict.class)
class FalseAcknowledgementIT {
  private static final long FRESH_MS = 1000;

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
      ahead = writeWhatNobodyElseHas(cell, old, 400_000);
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

  /** Only the agent's own look tells: what a standby has received and not replayed is in no report's position. */
  @Test
  void aRunningStandbyThatIsAheadOnAnotherHistoryIsRefusedAndAcknowledgesNothingUntilItIsRebuilt(
      TestCell cell) throws Exception {
    GroupView before = cell.awaitWhole();
    Overtaken story = Overtaken.of(cell, before);
    HostProcess ahead = story.ahead();
    try {
      story.leaveTheSyncSet();
      long replay = story.stopReplay();
      Lsn received = story.receiveWhatTheOtherLacks();
      GroupView after = story.failOver(before);
      assertEquals(TestCell.node(story.behind()), after.primary());
      story.leaveNobodyElse();
      Lsn position = Lsn.parse(cell.query(story.behind(), "SELECT pg_current_wal_lsn()"));
      assertTrue(received.compareTo(position) > 0, received + " must be ahead of " + position);
      assertEquals(
          Overtaken.segment(position),
          Overtaken.segment(received),
          "a receiver asks from the start of its segment on: of another one it would get nothing, and could not lie");
      long said = Files.size(ahead.host().log());
      try (Watcher watcher = new Watcher(cell, story.behind(), ahead)) {
        story.goOn(replay);
        cell.await("the standby to stream", group -> TestCell.streams(group, ahead));
        // Honest acknowledgements, because nobody else can give any.
        cell.awaitWrites(40);
        assertEquals(List.of(), watcher.lies());
        assertTrue(watcher.looks() > 0, "it has looked");
      }
      assertSaid(cell, ahead, said, "REFUSED: the WAL up to .* is no prefix of the history of .*");
      assertSaid(cell, ahead, said, "DONE: (rewind|clone)");
    } finally {
      cell.signal("CONT", story.stopped());
    }
    cell.startJvm(story.old());
    cell.awaitWhole();
    assertEquals("t", cell.query(cell.primary(), "SELECT to_regclass('public.ahead') IS NULL"));
  }

  private static void assertSaid(TestCell cell, HostProcess host, long from, String what)
      throws IOException {
    String log = cell.said(host, from);
    assertTrue(Pattern.compile(what).matcher(log).find(), () -> what + " is not in " + log);
  }

  /**
   * A standby outside of the sync set receives what the one inside of it lacks, and that one becomes primary.
   *
   * @param ahead its daemon is down while it overtakes, so that nobody fences it
   * @param behind alone in the sync set, and alone fenced
   * @param stopped processes, to be continued in the end
   */
  private record Overtaken(
      TestCell cell, HostProcess old, HostProcess ahead, HostProcess behind, List<Long> stopped) {
    private static final long SEGMENT_BYTES = 16 << 20;

    /** The coordinator is beside the one that stays. */
    static Overtaken of(TestCell cell, GroupView before) {
      HostProcess ahead = CoordinatorFault.standbyElsewhere(cell, before);
      HostProcess behind = cell.standbysOf(before).stream()
          .filter(host -> host != ahead)
          .findFirst()
          .orElseThrow();
      return new Overtaken(
          cell, cell.cell().hostOf(before.primary()), ahead, behind, new ArrayList<>());
    }

    static long segment(Lsn position) {
      return position.bytes() / SEGMENT_BYTES;
    }

    private void stop(List<Long> pids) {
      stopped.addAll(pids);
      cell.signal("STOP", pids);
    }

    /** Its server streams on. */
    void leaveTheSyncSet() throws Exception {
      cell.killJvm(ahead);
      cell.await(
          "the sync set without " + TestCell.node(ahead),
          group -> "STEADY".equals(group.phase())
              && group.syncSet().equals(List.of(TestCell.node(behind))));
    }

    /** At a position that both standbys have. Returns the process that replays. */
    long stopReplay() throws SQLException {
      long replay = Long.parseLong(
          cell.query(ahead, "SELECT pid FROM pg_stat_activity WHERE backend_type = 'startup'"));
      stop(List.of(replay));
      cell.query(old, "SELECT pg_switch_wal()");
      cell.awaitWrites(40);
      return replay;
    }

    /** Returns up to where. */
    Lsn receiveWhatTheOtherLacks() throws SQLException {
      stop(TestCell.serverPids(behind));
      // Not even what a socket would keep for it.
      cell.query(
          old,
          "SELECT pg_terminate_backend(pid) FROM pg_stat_replication WHERE application_name = '%s'"
              .formatted(TestCell.node(behind)));
      Lsn written = writeWhatNobodyElseHas(cell, old, 60_000);
      Awaitility.await(TestCell.node(ahead) + " to receive WAL up to " + written)
          .atMost(TestCell.LIMIT)
          .until(() -> received().isAtLeast(written));
      stop(TestCell.serverPids(ahead));
      return written;
    }

    private Lsn received() throws SQLException {
      return Lsn.parse(cell.query(ahead, "SELECT pg_last_wal_receive_lsn()"));
    }

    /** The old primary hangs, and its daemon stays: without it there would be no majority of sentinels. */
    GroupView failOver(GroupView before) throws Exception {
      stop(TestCell.serverPids(old));
      cell.signal("CONT", TestCell.serverPids(behind));
      return cell.awaitFailover(before);
    }

    /** The old primary's host dies as soon as there is another majority. */
    void leaveNobodyElse() throws Exception {
      cell.startJvm(ahead);
      cell.await(
          "the sentinel of " + ahead.host().name(),
          group -> group.votes().stream()
              .anyMatch(vote -> vote.sentinel().equals(ahead.host().name())
                  && vote.ageMs() < FRESH_MS
                  && !"ABSTAIN".equals(vote.opinion())));
      cell.killHost(old);
    }

    /** The server runs again. It replays once it is told to follow, by a coordinator that knows no better. */
    void goOn(long replay) {
      cell.signal(
          "CONT",
          TestCell.serverPids(ahead).stream().filter(pid -> pid != replay).toList());
      Awaitility.await(TestCell.node(ahead) + " to be fenced, to follow the new primary")
          .atMost(TestCell.LIMIT)
          .until(() -> cell.query(ahead, "SHOW primary_conninfo").isEmpty());
      cell.signal("CONT", List.of(replay));
    }
  }

  /** Committed on this server alone, and acknowledged to nobody. */
  private static Lsn writeWhatNobodyElseHas(TestCell cell, HostProcess host, int rows)
      throws SQLException {
    try (Connection connection = Sql.open(host, "postgres", cell.cell().files().superuser());
        Statement statement = connection.createStatement()) {
      statement.execute("SET synchronous_commit = local");
      statement.execute(
          "CREATE TABLE public.ahead AS SELECT g, repeat('x', 100) FROM generate_series(1, %d) g"
              .formatted(rows));
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
