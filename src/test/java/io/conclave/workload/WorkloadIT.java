package io.conclave.workload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The workload on one real server: what it counts when the server is killed, frozen or tampered with. */
class WorkloadIT {
  private static LocalPostgres server;

  @BeforeAll
  static void start() throws Exception {
    server = LocalPostgres.start();
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  private static WorkloadOptions options() {
    return new WorkloadOptions(
        List.of(new Endpoint("127.0.0.1", server.port())),
        "app",
        new Credentials("app", "secret"),
        Optional.of(new Credentials("conclave", "")),
        "disable",
        LoadShape.DEFAULT,
        Patience.DEFAULT,
        Duration.ofSeconds(2));
  }

  private static Connection superuser() throws Exception {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + server.port() + "/app", "conclave", "");
  }

  private static void awaitAcknowledged(Workload workload, long more) {
    long now = System.nanoTime();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> workload.ledger().window(now, System.nanoTime()).acknowledged() >= more);
  }

  @Test
  void aQuietServerLosesNothing() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertEquals(0, WorkloadRun.run(options(), new PrintStream(out, true, UTF_8), System.err));
    assertTrue(out.toString(UTF_8).contains("lost 0, duplicates 0"), out.toString(UTF_8));
  }

  @Test
  void writesGoOnAfterARestartAndNothingIsLost() throws Exception {
    try (Workload workload = Workload.start(options())) {
      awaitAcknowledged(workload, 100);
      long before = System.nanoTime();
      server.stop("immediate");
      server.startAgain();
      awaitAcknowledged(workload, 100);
      workload.close();
      LedgerCheck check = workload.check();
      assertTrue(check.clean(), check.toString());
      assertTrue(workload.ledger().window(before, System.nanoTime()).outageMs() > 20);
      assertEquals(List.of(), workload.staleReads());
    }
  }

  @Test
  void whatIsMissingDoubledOrOutOfPlaceIsFound() throws Exception {
    try (Workload workload = Workload.start(options())) {
      awaitAcknowledged(workload, 200);
      workload.close();
      try (Connection c = superuser();
          Statement s = c.createStatement()) {
        String last = " where seq = (select max(seq) from ledger where writer = 0)";
        s.execute("insert into ledger (session, writer, id) select session, writer, id from ledger"
            + last);
        s.execute("delete from ledger where seq = (select max(seq) from ledger where writer = 1)");
      }
      LedgerCheck check = workload.check();
      assertEquals(1, check.duplicates(), check.toString());
      assertEquals(1, check.lost(), check.toString());
    }
  }

  @Test
  void aCancelledWaitForStandbysIsUnknown() throws Exception {
    WorkloadOptions one = options().withShape(new LoadShape(1, 0, 50, 1, 0));
    // The workload makes the database that the superuser then connects to.
    try (Workload workload = Workload.start(one);
        Connection c = superuser();
        Statement s = c.createStatement()) {
      awaitAcknowledged(workload, 10);
      long before = System.nanoTime();
      try {
        s.execute("alter system set synchronous_standby_names = 'nobody'");
        s.execute("select pg_reload_conf()");
        String cancel =
            "select count(pg_cancel_backend(pid)) from pg_stat_activity where wait_event = 'SyncRep'";
        await().atMost(Duration.ofSeconds(20)).until(() -> {
          s.execute(cancel);
          return workload.ledger().window(before, System.nanoTime()).unknown() > 0;
        });
      } finally {
        s.execute("alter system reset synchronous_standby_names");
        s.execute("select pg_reload_conf()");
      }
      awaitAcknowledged(workload, 10);
      workload.close();
      assertTrue(workload.check().clean());
    }
  }
}
