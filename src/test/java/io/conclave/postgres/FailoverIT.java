package io.conclave.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.core.Configuration;
import io.conclave.core.Lsn;
import io.conclave.core.NodeId;
import io.conclave.core.SyncSet;
import io.conclave.core.SyncSetting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FailoverIT {
  private TestServers servers;
  private TestServers.Server a;
  private TestServers.Server b;

  @BeforeEach
  void begin() throws Exception {
    servers = new TestServers("auto");
    a = servers.primary("a");
    b = servers.standby("b", a);
  }

  @AfterEach
  void end() {
    servers.close();
  }

  private static Configuration configuration(
      long epoch, TestServers.Server primary, TestServers.Server... members) {
    List<NodeId> names = TestServers.any(1, members).members();
    return new Configuration(
        epoch,
        primary.directory.identity().node(),
        new SyncSet(names, Math.min(1, names.size())),
        UUID.randomUUID());
  }

  private static Fencing.Done fence(TestServers.Server s) {
    Fencing.Result result =
        Fencing.fence(s.directory, s.session, s.postmaster(), Deadline.in(5000));
    return assertInstanceOf(Fencing.Done.class, result, result.toString());
  }

  private void requireSync(TestServers.Server primary, SyncSetting sync) {
    SyncControl.Result result = SyncControl.change(
        primary.directory, primary.session, primary.postmaster(), sync, false, Deadline.in(5000));
    System.out.println(
        "sync setting: " + assertInstanceOf(SyncControl.InForce.class, result, result.toString()));
  }

  @Test
  void fencePromoteEpochRowAndTheOldPrimaryComesBackByRewind() throws Exception {
    requireSync(a, TestServers.any(1, b));
    Configuration first = configuration(1, a, b);
    try (Commits commits = new Commits(a.directory)) {
      assertEquals(
          Commits.Outcome.ACKNOWLEDGED,
          commits
              .writeEpoch(first, 1, Lsn.ZERO, Lsn.ZERO, true, Deadline.in(5000))
              .outcome());
      assertEquals(
          Commits.Outcome.ACKNOWLEDGED,
          commits
              .writeEpoch(first, 1, Lsn.ZERO, Lsn.ZERO, true, Deadline.in(5000))
              .outcome());
    }
    for (int i = 0; i < 200; i++) {
      a.session.observe();
      b.session.observe();
    }
    Processes.kill(a.postmaster().pid());
    Fencing.Done fenced = fence(b);
    assertEquals(first.promotion(), fenced.evidence().epochRow().orElseThrow().promotion());
    Fencing.Done again = fence(b);
    long began = System.nanoTime();
    b.directory.write(b.directory.settings().orElseThrow().withSync(SyncSetting.WAIT));
    assertTrue(Promotion.promote(b.session, Deadline.in(5000)));
    double promoted = (System.nanoTime() - began) / 1e6;
    System.out.printf(
        "observe+fence %.1f ms, again %.1f ms, promote %.1f ms%n",
        fenced.tookMs(), again.tookMs(), promoted);
    Configuration second = configuration(2, b);
    Lsn beyond = new Lsn(fenced.evidence().position().bytes() + 100_000);
    try (Commits commits = new Commits(b.directory)) {
      Commits.WrittenEpoch row = commits.writeEpoch(
          second,
          b.session.observe().timeline(),
          fenced.evidence().position(),
          beyond,
          false,
          Deadline.in(5000));
      assertEquals(2, row.row().timeline());
    }
    assertTrue(b.session.observe().position().isAtLeast(beyond));
    assertEquals(2, b.session.observe().history().size());

    // The old primary writes on alone, and so diverges.
    a.start();
    a.directory.write(ServerSettings.ALONE.withSync(SyncSetting.FREE));
    a.sql("INSERT INTO public.t SELECT generate_series(1, 1000)");
    Map<String, String> tables = Filenodes.of(a.directory);
    a.session.close();
    a.process.stop(ServerProcess.Stopped.IMMEDIATE, 5000);
    halfACopyIsNotLeft(fenced.evidence().position());
    String diverged =
        DivergedWal.keep(a.directory, servers.binaries, fenced.evidence().position(), tables);
    assertTrue(diverged.matches("[1-9]\\d* transactions diverged, see .*"), diverged);
    String report = Files.readString(Path.of(diverged.replaceAll(".* see ", "")));
    assertTrue(report.contains("postgres.public.t: 1000 inserted, 0 updated, 0 deleted"), report);
    Deadline deadline = Deadline.in(60_000);
    Rewinding.Result result = Rewinding.rewind(
        a.directory,
        servers.binaries,
        Rewinding.prepare(a.directory, b.asUpstream(), deadline),
        deadline);
    assertInstanceOf(Rewinding.Rewound.class, result, result.toString());
    a.start();
    TestServers.awaitStreaming(b, "a");
    assertTrue(Await.until(() -> a.session.observe().history().size() == 2, Deadline.in(5000)));
    assertEquals("0", a.session.queryText("SELECT count(*)::text FROM public.t"));
    assertTrue(a.session.observe().inRecovery());
  }

  /** It has received nothing in this life: two pauses of its startup process have to be seen. */
  @Test
  void aReadReplicaThatHasJustBegunIsFencedAsSoonAsAnybody() throws Exception {
    TestServers.Server replica = servers.replica("r", a);
    replica.session.close();
    replica.process.stop(ServerProcess.Stopped.IMMEDIATE, 5000);
    replica.directory.write(replica.directory.settings().orElseThrow().withoutUpstream());
    replica.start();
    assertFalse(replica.session.observe().everReceived());
    fence(replica);
  }

  /** A segment that cannot be read stands for a disk on which there is no room for it. */
  private void halfACopyIsNotLeft(Lsn fork) throws Exception {
    Path unreadable = a.directory.path().resolve("pg_wal/0000000100000000000000FF");
    Files.createSymbolicLink(unreadable, Path.of("nowhere"));
    try {
      assertThrows(
          PostgresException.class,
          () -> DivergedWal.keep(a.directory, servers.binaries, fork, Map.of()));
    } finally {
      Files.delete(unreadable);
    }
    try (Stream<Path> kept = Files.list(a.directory.home())) {
      assertEquals(
          List.of(),
          kept.filter(path -> path.getFileName().toString().startsWith("diverged-"))
              .toList());
    }
  }

  /** Figures for people; nothing is asserted about them. */
  @Test
  void timings() throws Exception {
    requireSync(a, TestServers.any(1, b));
    for (int i = 0; i < 300; i++) {
      a.session.observe();
      b.session.observe();
    }
    long began = System.nanoTime();
    for (int i = 0; i < 100; i++) {
      b.session.observe();
    }
    System.out.printf("observe %.2f ms%n", (System.nanoTime() - began) / 1e8);
    for (int i = 0; i < 8; i++) {
      Fencing.Done done = fence(b);
      began = System.nanoTime();
      b.directory.write(b.directory.settings().orElseThrow().withUpstream(a.asUpstream()));
      double written = (System.nanoTime() - began) / 1e6;
      b.session.reload();
      TestServers.awaitStreaming(a, "b");
      double streaming = (System.nanoTime() - began) / 1e6;
      SyncControl.Result sync = SyncControl.change(
          a.directory, a.session, a.postmaster(), TestServers.any(1, b), false, Deadline.in(5000));
      System.out.printf(
          "fence %.1f ms, durable write %.1f ms, streaming again %.1f ms, sync %s%n",
          done.tookMs(), written, streaming, sync);
    }
  }

  @Test
  void aFencedStandbyStaysFencedOverARestartAndReportsTheSamePosition() throws Exception {
    a.sql("INSERT INTO public.t SELECT generate_series(1, 100)");
    Fencing.Done before = fence(b);
    a.sql("INSERT INTO public.t SELECT generate_series(101, 200)");
    b.session.close();
    b.process.stop(5000);
    b.start();
    Fencing.Done after = fence(b);
    assertEquals(before.evidence().position(), after.evidence().position());
    assertTrue(a.session.observe().senders().isEmpty());
    b.directory.write(b.directory.settings().orElseThrow().withUpstream(a.asUpstream()));
    b.session.reload();
    TestServers.awaitStreaming(a, "b");
  }

  @Test
  void aStandbyWithPausedReplayIsNotFencedUntilItIsRestarted() throws Exception {
    b.session.execute("SELECT pg_wal_replay_pause()");
    a.sql("INSERT INTO public.t SELECT generate_series(1, 100)");
    Await.until(
        () -> b.session.observe().replayPaused()
            && b.session.queryText("SELECT pg_get_wal_replay_pause_state()").equals("paused"),
        Deadline.in(3000));
    Fencing.Result result = Fencing.fence(b.directory, b.session, b.postmaster(), Deadline.in(500));
    Fencing.Stuck stuck = assertInstanceOf(Fencing.Stuck.class, result);
    System.out.println(stuck);
    b.session.close();
    b.process.stop(5000);
    b.start();
    fence(b);
    assertEquals("100", b.session.queryText("SELECT count(*)::text FROM public.t"));
  }

  @Test
  void aClosedGateEndsClientsAndRefusesNewOnes() throws Exception {
    try (Connection client = servers.client(a)) {
      assertTrue(client.isValid(1));
      GateControl.Result closed =
          GateControl.close(a.directory, a.session, a.postmaster(), Deadline.in(5000));
      assertTrue(closed.done(), closed.toString());
      System.out.println("gate closed: " + closed);
      assertFalse(client.isValid(1));
    }
    assertEquals(
        "28000", assertThrows(SQLException.class, () -> servers.client(a)).getSQLState());
    assertEquals(1, a.session.observe().senders().size());
    GateControl.Result open =
        GateControl.open(a.directory, a.session, a.process.find().orElseThrow(), Deadline.in(5000));
    assertTrue(open.done(), open.toString());
    try (Connection client = servers.client(a)) {
      assertTrue(client.isValid(1));
    }
  }

  @Test
  void aCommitThatNobodyAcknowledgesProvesNothing() throws Exception {
    requireSync(a, TestServers.any(1, b));
    try (Commits commits = new Commits(a.directory)) {
      assertEquals(Commits.Outcome.ACKNOWLEDGED, commits.proveCurrent(Deadline.in(2000)));
      UUID barrier = UUID.randomUUID();
      assertEquals(
          Commits.Outcome.ACKNOWLEDGED, commits.writeBarrier(UUID.randomUUID(), Deadline.in(2000)));
      assertEquals(Commits.Outcome.ACKNOWLEDGED, commits.writeBarrier(barrier, Deadline.in(2000)));
      assertTrue(Await.until(
          () -> b.session.observe().barrier().filter(barrier::equals).isPresent(),
          Deadline.in(2000)));
    }
    fence(b);
    try (Commits commits = new Commits(a.directory)) {
      assertEquals(Commits.Outcome.NOT_PROVEN, commits.proveCurrent(Deadline.in(300)));
      // Its backend is told to end, and must not be taken for the next one.
      assertTrue(Await.until(() -> waiters().equals("0"), Deadline.in(5000)));
      CompletableFuture<Commits.Outcome> waiting =
          CompletableFuture.supplyAsync(() -> commits.proveCurrent(Deadline.in(20_000)));
      assertTrue(Await.until(() -> waiters().equals("1"), Deadline.in(3000)));
      // What an operator might do by mistake: the commit returns with a warning.
      a.session.execute(
          "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
      assertEquals(Commits.Outcome.NOT_PROVEN, waiting.get(30, TimeUnit.SECONDS));
    }
    assertTrue(Await.until(() -> waiters().equals("0"), Deadline.in(3000)));
  }

  private String waiters() {
    return a.session.queryText(
        "SELECT count(*)::text FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
  }

  @Test
  void aFrozenWalSenderKeepsASyncSettingFromBeingInForce() throws Exception {
    TestServers.Server c = servers.standby("c", a);
    requireSync(a, TestServers.any(1, b, c));
    long sender = a.session.observe().senders().stream()
        .filter(s -> s.name().equals("c"))
        .findFirst()
        .orElseThrow()
        .pid();
    Processes.signal("STOP", sender);
    try {
      SyncControl.Result result = SyncControl.change(
          a.directory, a.session, a.postmaster(), TestServers.any(1, b), false, Deadline.in(500));
      System.out.println(assertInstanceOf(SyncControl.NotInForce.class, result));
      SyncControl.Result more = SyncControl.change(
          a.directory,
          a.session,
          a.postmaster(),
          TestServers.any(2, b, c),
          false,
          Deadline.in(500));
      assertInstanceOf(SyncControl.NotInForce.class, more);
    } finally {
      Processes.signal("CONT", sender);
    }
    requireSync(a, TestServers.any(1, b));
  }

  /** Commits wait only once the checkpointer has read its settings, which it does not while an immediate checkpoint lasts. */
  @Test
  void aCheckpointerThatIsBusyKeepsASyncSettingFromBeingInForce() throws Exception {
    requireSync(a, SyncSetting.FREE);
    // Returns only when the empty setting is in force.
    a.session.execute("INSERT INTO public.t VALUES (1)");
    long checkpointer = a.session.observe().checkpointer().orElseThrow().pid();
    Processes.signal("STOP", checkpointer);
    try {
      SyncControl.Result result = SyncControl.change(
          a.directory, a.session, a.postmaster(), SyncSetting.WAIT, false, Deadline.in(500));
      System.out.println(assertInstanceOf(SyncControl.NotInForce.class, result));
      // Nobody has it but the primary, and it is acknowledged.
      a.session.execute("INSERT INTO public.t VALUES (2)");
    } finally {
      Processes.signal("CONT", checkpointer);
    }
    requireSync(a, SyncSetting.WAIT);
  }

  /** A source may take minutes for its checkpoint, and an order for this node must be obeyed meanwhile. */
  @Test
  void aRewindThatWaitsForItsSourceIsGivenUpByAnInterrupt() throws Exception {
    long checkpointer = a.session.observe().checkpointer().orElseThrow().pid();
    Processes.signal("STOP", checkpointer);
    ExecutorService tasks = Executors.newSingleThreadExecutor();
    try {
      Future<Rewinding.Prepared> waiting =
          tasks.submit(() -> Rewinding.prepare(b.directory, a.asUpstream(), Deadline.in(600_000)));
      assertTrue(Await.until(
          () -> a.session
              .queryText("SELECT count(*)::text FROM pg_stat_activity WHERE query = 'CHECKPOINT'")
              .equals("1"),
          Deadline.in(5000)));
      tasks.shutdownNow();
      ExecutionException given =
          assertThrows(ExecutionException.class, () -> waiting.get(5, TimeUnit.SECONDS));
      assertEquals(
          PostgresException.Kind.INTERRUPTED,
          assertInstanceOf(PostgresException.class, given.getCause()).kind());
    } finally {
      Processes.signal("CONT", checkpointer);
      tasks.shutdownNow();
    }
  }
}
