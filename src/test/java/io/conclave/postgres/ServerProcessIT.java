package io.conclave.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.core.Gate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServerProcessIT {
  private TestServers servers;

  @BeforeEach
  void begin() throws Exception {
    servers = new TestServers("auto");
  }

  @AfterEach
  void end() {
    servers.close();
  }

  @Test
  void aServerIsMadeStartedFoundAgainAndStopped() throws Exception {
    TestServers.Server a = servers.primary("a");
    assertEquals(ControlData.State.IN_PRODUCTION, a.directory.control().state());
    assertEquals(ServerSettings.ALONE, a.directory.settings().orElseThrow());
    assertEquals(Optional.of(Gate.OPEN), a.directory.gate());
    assertEquals(Map.of(), a.directory.overridden());
    Observation seen = a.session.observe();
    assertFalse(seen.inRecovery());
    assertEquals(1, seen.timeline());
    assertTrue(seen.schema());
    assertEquals("ANY 1 (conclave_nobody)", seen.synchronousStandbyNames());

    ServerProcess another = new ServerProcess(a.directory, servers.binaries);
    assertEquals(a.postmaster(), another.find().orElseThrow());
    assertEquals(ServerProcess.Readiness.READY, another.start(Deadline.in(1000)));

    a.session.execute("ALTER SYSTEM SET synchronous_commit = off");
    assertEquals(Map.of("synchronous_commit", "off"), a.directory.overridden());

    assertEquals(ServerProcess.Stopped.FAST, another.stop(5000));
    assertEquals(ControlData.State.SHUTDOWNED, a.directory.control().state());
    assertTrue(another.find().isEmpty());
    assertEquals(ServerProcess.Stopped.NOT_RUNNING, another.stop(5000));
    assertEquals(
        SessionException.Kind.REFUSED,
        assertThrows(SessionException.class, () -> LocalSession.open(a.directory, 1000))
            .kind());
  }

  @Test
  void controlDataAgreesWithPgControldata() throws Exception {
    TestServers.Server a = servers.primary("a");
    a.process.stop(5000);
    ControlData data = a.directory.control();
    String text = Command.run(
            List.of(servers.binaries.tool("pg_controldata"), a.directory.path().toString()),
            Deadline.in(5000))
        .output();
    assertTrue(
        text.matches(
            "(?s).*system identifier: +" + Long.toUnsignedString(data.systemIdentifier()) + "\n.*"),
        text);
    assertTrue(
        text.matches("(?s).*Latest checkpoint location: +" + data.checkpoint() + "\n.*"), text);
    assertTrue(text.matches("(?s).*Bytes per WAL segment: +" + data.segmentBytes() + "\n.*"), text);
    assertTrue(data.checksums());
    assertEquals(1, data.timeline());
  }

  @Test
  void theEndOfAKilledPostmasterIsNoticedAndItStartsAgainThoughAChildIsStuck() throws Exception {
    TestServers.Server a = servers.primary("a");
    Postmaster postmaster = a.postmaster();
    CountDownLatch noticed = new CountDownLatch(1);
    long[] at = {0};
    try (ExitWatcher watcher =
        a.process.watch(postmaster, Optional.of(LocalSession.open(a.directory, 0)), () -> {
          at[0] = System.nanoTime();
          noticed.countDown();
        })) {
      // A frozen backend keeps the shared memory of a dead server.
      Processes.signal("STOP", a.session.pid());
      long killed = System.nanoTime();
      Processes.kill(postmaster.pid());
      assertTrue(noticed.await(2, TimeUnit.SECONDS));
      System.out.printf("exit noticed after %.1f ms%n", (at[0] - killed) / 1e6);
      assertFalse(postmaster.isAlive());
      assertTrue(a.process.find().isEmpty());
    }
    assertFalse(Processes.workingIn(a.directory.realPath()).isEmpty());
    a.start();
    assertTrue(a.session.observe().schema());
  }

  @Test
  void theReasonOfAFailedStartIsTold() throws Exception {
    TestServers.Server a = servers.primary("a");
    a.process.stop(5000);
    Files.writeString(a.directory.path().resolve("postgresql.conf"), "no_such_setting = 1\n");
    PostgresException e =
        assertThrows(PostgresException.class, () -> a.process.start(Deadline.in(5000)));
    assertEquals(PostgresException.Kind.START_FAILED, e.kind());
    assertTrue(e.getMessage().contains("postgresql.conf"), e.getMessage());
    assertThrows(
        PostgresException.class, () -> a.directory.initialize(servers.binaries, Deadline.in(5000)));
  }

  @Test
  void aFrozenServerIsStoppedAllTheSame() throws Exception {
    TestServers.Server a = servers.primary("a");
    Postmaster postmaster = a.postmaster();
    Processes.signal("STOP", postmaster.pid());
    assertEquals(
        SessionException.Kind.TIMEOUT,
        assertThrows(SessionException.class, () -> LocalSession.open(a.directory, 500))
            .kind());
    assertEquals(ServerProcess.Stopped.KILLED, a.process.stop(300));
    assertTrue(Processes.workingIn(a.directory.realPath()).isEmpty());
  }

  @Test
  void missingBinariesAreAnErrorThatNamesThePlace() {
    PostgresException e =
        assertThrows(PostgresException.class, () -> Binaries.find("/nowhere", Path.of("/tmp")));
    assertEquals(PostgresException.Kind.NOT_FOUND, e.kind());
    assertTrue(e.getMessage().contains("/nowhere"), e.getMessage());
  }
}
