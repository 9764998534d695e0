package io.conclave.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CloningIT {
  @Test
  void aCloneByTheBackupFunctionsStreams() throws Exception {
    try (TestServers servers = new TestServers("auto")) {
      TestServers.Server a = servers.primary("a");
      a.sql("INSERT INTO public.t SELECT generate_series(1, 50000)");
      TestServers.Server b = servers.server("b");
      Cloning.byCopy(b.directory, servers.binaries, a.asUpstream(), Deadline.in(60_000), p -> {});
      b.start();
      TestServers.awaitStreaming(a, "b");
      a.sql("INSERT INTO public.t VALUES (0)");
      assertTrue(Await.until(
          () -> b.session.queryText("SELECT count(*)::text FROM public.t").equals("50001"),
          Deadline.in(5000)));
      assertEquals(
          a.directory.control().systemIdentifier(), b.directory.control().systemIdentifier());
    }
  }

  @Test
  void anInterruptedCloneLeavesNoDataDirectory() throws Exception {
    try (TestServers servers = new TestServers("auto")) {
      TestServers.Server a = servers.primary("a");
      TestServers.Server b = servers.server("b");
      assertThrows(
          RuntimeException.class,
          () -> Cloning.byCopy(
              b.directory, servers.binaries, a.asUpstream(), Deadline.in(30), p -> {}));
      assertFalse(b.directory.exists());
      assertFalse(Files.exists(b.directory.path()));
      Cloning.clone(b.directory, servers.binaries, a.asUpstream(), Deadline.in(60_000), p -> {});
      b.start();
      TestServers.awaitStreaming(a, "b");
    }
  }

  /** A pg_basebackup outlives the agent that began it. */
  @Test
  void whatAnEarlierCloneStillWritesDoesNotComeIntoTheNext() throws Exception {
    try (TestServers servers = new TestServers("auto")) {
      TestServers.Server a = servers.primary("a");
      TestServers.Server b = servers.server("b");
      b.directory.prepareHome();
      Path earlier = b.directory.newDraft();
      Files.writeString(earlier.resolve("PG_VERSION"), "7");
      Path later = b.directory.newDraft();
      assertNotEquals(earlier, later);
      assertThrows(
          NoSuchFileException.class, () -> Files.writeString(earlier.resolve("base"), "more"));
      Cloning.clone(b.directory, servers.binaries, a.asUpstream(), Deadline.in(60_000), p -> {});
      assertFalse(Files.exists(later), "what was left of it is removed");
      b.start();
      TestServers.awaitStreaming(a, "b");
    }
  }

  @Test
  void embeddedBinariesMakeAPrimaryAndAStandby() throws Exception {
    try (TestServers servers = new TestServers("embedded")) {
      assertFalse(servers.binaries.hasBasebackup());
      TestServers.Server a = servers.primary("a");
      TestServers.Server b = servers.standby("b", a);
      assertTrue(b.session.observe().inRecovery());
      ControlData control = a.directory.control();
      System.out.println("embedded PostgreSQL " + a.directory.majorVersion() + ": " + control);
      assertEquals(
          Long.toUnsignedString(control.systemIdentifier()),
          a.session.queryText("SELECT system_identifier::text FROM pg_control_system()"));
      assertEquals(control.minRecovery(), io.conclave.core.Lsn.ZERO);
      assertEquals(
          control.checkpoint().toString(),
          a.session.queryText("SELECT checkpoint_lsn::text FROM pg_control_checkpoint()"));
      Fencing.Result fenced =
          Fencing.fence(b.directory, b.session, b.postmaster(), Deadline.in(5000));
      assertTrue(fenced instanceof Fencing.Done, fenced.toString());
      assertTrue(Promotion.promote(b.session, Deadline.in(5000)));
      GateControl.Result closed =
          GateControl.close(b.directory, b.session, b.postmaster(), Deadline.in(5000));
      assertTrue(closed.done(), closed.toString());
    }
  }
}
