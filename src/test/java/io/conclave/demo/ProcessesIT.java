package io.conclave.demo;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.workload.LocalPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Freeze, thaw, kill and the end of everything, on a real server. */
class ProcessesIT {
  private LocalPostgres server;
  private Signals signals;
  private HostProcess host;

  @BeforeEach
  void start() throws Exception {
    server = LocalPostgres.start();
    signals = new Signals();
    DemoHost where = new DemoHost("us-1", "us", "data", 1, 1, server.port(), server.directory());
    host = new HostProcess(where, server.directory().resolve("conclave.conf"), List.of());
  }

  @AfterEach
  void stop() throws Exception {
    signals.send("CONT", host.pids());
    signals.close();
    server.close();
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + server.port() + "/postgres?socketTimeout=1",
        "conclave",
        "");
  }

  private static long segments() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/sysvipc/shm"))) {
      return lines.count();
    }
  }

  @Test
  void everyProcessOfAServerIsFoundFrozenAndThawed() throws Exception {
    try (Connection c = connect();
        Statement s = c.createStatement()) {
      List<Long> pids = host.pids();
      assertTrue(pids.contains(server.postmaster()));
      assertTrue(pids.size() >= 6, pids.toString());
      assertEquals(List.of(), host.jvmPids());
      signals.send("STOP", pids);
      assertThrows(SQLException.class, () -> s.execute("select 1"));
      signals.send("CONT", pids);
    }
    try (Connection c = connect();
        Statement s = c.createStatement()) {
      assertTrue(s.execute("select 1"));
    }
  }

  @Test
  void aTeardownEndsAlsoAFrozenServer() throws Exception {
    signals.send("STOP", host.pids());
    new Teardown(server.directory(), List.of(host), signals).run();
    assertEquals(List.of(), ProcessList.under(server.directory()));
    assertFalse(Files.exists(server.data().resolve("postmaster.pid")));
  }

  @Test
  void aServerKilledByHandLeavesNoSharedMemory() throws Exception {
    long before = segments();
    signals.send("KILL", List.of(server.postmaster()));
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> ProcessList.under(server.directory()).isEmpty());
    new Teardown(server.directory(), List.of(host), signals).run();
    Files.deleteIfExists(server.data().resolve("postmaster.pid"));
    assertEquals(before - 1, segments());
  }

  @Test
  void theGuardEndsEverythingWhenTheDemoIsGone() throws Exception {
    Path control = Files.createTempFile("conclave-test-control", ".json");
    Files.writeString(control, server.directory().toString());
    Guard guard = new Guard(server.directory(), control);
    signals.send("STOP", host.pids());
    guard.release();
    await().atMost(Duration.ofSeconds(20)).until(() -> !Files.exists(server.directory()));
    assertEquals(List.of(), ProcessList.under(server.directory()));
    assertFalse(Files.exists(control));
  }
}
