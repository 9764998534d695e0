package io.conclave.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.core.SyncSetting;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Conclave's own commits on a primary whose commits wait for a standby that does not exist. */
class CommitsIT {
  private TestServers servers;
  private TestServers.Server primary;
  private CompletableFuture<Commits.Outcome> lastEnd;

  @BeforeEach
  void begin() throws Exception {
    servers = new TestServers("auto");
    primary = servers.primary("a");
    SyncControl.Result result = SyncControl.change(
        primary.directory,
        primary.session,
        primary.postmaster(),
        SyncSetting.WAIT,
        false,
        Deadline.in(5000));
    assertTrue(result instanceof SyncControl.InForce, result::toString);
  }

  @AfterEach
  void end() {
    servers.close();
  }

  private void awaitWaiting(int sessions) {
    assertTrue(
        Await.until(() -> waiting().equals(Integer.toString(sessions)), Deadline.in(10_000)),
        () -> waiting() + " wait for a standby; " + locked() + " for a lock");
  }

  private String waiting() {
    return count("SyncRep");
  }

  private String locked() {
    return count("transactionid");
  }

  private String count(String event) {
    return primary.session.queryText(
        "SELECT count(*)::text FROM pg_stat_activity WHERE wait_event = ?", event);
  }

  /** Begins to write a row, on a thread of its own, and returns when so many wait. */
  private void write(Commits commits, int waiting) {
    lastEnd = CompletableFuture.supplyAsync(
        () -> commits.writeBarrier(UUID.randomUUID(), Deadline.in(60_000)));
    awaitWaiting(waiting);
  }

  /** The first one may be of an agent that is gone: its session waits on, and a standby must see the second one all the same. */
  @Test
  void aBarrierRowDoesNotWaitForOneThatWaitsForStandbys() {
    primary.sql("INSERT INTO conclave.barrier (id) VALUES (gen_random_uuid())");
    try (Commits first = new Commits(primary.directory);
        Commits second = new Commits(primary.directory)) {
      write(first, 1);
      write(second, 2);
      assertEquals("0", locked());
    }
  }

  @Test
  void aRowThatIsGivenUpLeavesNoSessionThatWaits() throws Exception {
    Commits commits = new Commits(primary.directory);
    write(commits, 1);
    commits.close();
    assertEquals(Commits.Outcome.NOT_PROVEN, lastEnd.get(10, TimeUnit.SECONDS));
    awaitWaiting(0);
  }

  /** What is left of those that were given up goes with a later one. */
  @Test
  void barrierRowsDoNotPileUp() {
    try (Commits first = new Commits(primary.directory);
        Commits second = new Commits(primary.directory)) {
      write(first, 1);
      write(second, 2);
    }
    awaitEnd();
    try (Commits third = new Commits(primary.directory)) {
      write(third, 1);
    }
    awaitEnd();
    assertEquals("1", primary.session.queryText("SELECT count(*)::text FROM conclave.barrier"));
  }

  /** A session that is ended holds its locks, and its row is not to be seen, until it is gone. */
  private void awaitEnd() {
    String sessions = "SELECT count(*)::text FROM pg_stat_activity"
        + " WHERE query LIKE '%INSERT INTO conclave.barrier%' AND pid <> pg_backend_pid()";
    assertTrue(
        Await.until(() -> primary.session.queryText(sessions).equals("0"), Deadline.in(10_000)),
        "sessions that were given up go on");
  }

  @Test
  void whatAnAgentThatIsGoneWaitsForIsEnded() {
    try (Commits abandoned = new Commits(primary.directory);
        Commits next = new Commits(primary.directory)) {
      write(abandoned, 1);
      next.warm(Deadline.in(5000));
      next.endAbandoned();
      awaitWaiting(0);
    }
  }
}
