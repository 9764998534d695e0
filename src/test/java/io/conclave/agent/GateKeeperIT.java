package io.conclave.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.core.Durability;
import io.conclave.core.Durability.Policy;
import io.conclave.core.Durability.WhenAlone;
import io.conclave.core.Gate;
import io.conclave.core.GroupDefinition;
import io.conclave.core.GroupId;
import io.conclave.core.HostId;
import io.conclave.core.Member;
import io.conclave.core.NodeId;
import io.conclave.core.OrderStatus.Outcome;
import io.conclave.core.Region;
import io.conclave.core.SyncSetting;
import io.conclave.core.Timings;
import io.conclave.core.agent.Promise;
import io.conclave.core.agent.PromiseBook;
import io.conclave.postgres.Await;
import io.conclave.postgres.Binaries;
import io.conclave.postgres.DataDirectory;
import io.conclave.postgres.Deadline;
import io.conclave.postgres.Identity;
import io.conclave.postgres.LocalSession;
import io.conclave.postgres.OsUser;
import io.conclave.postgres.Passwords;
import io.conclave.postgres.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds of the gate, on a real server that waits for standbys which are not there: it can prove nothing. */
class GateKeeperIT {
  private static final String ADDRESS = "127.0.0.1";
  private static final NodeId NODE = new NodeId("n0");
  private static final HostId HOST = new HostId("h0");
  private static final long START_MS = 60_000;
  private static final long MOVE_MS = 10_000;
  private static final Passwords PASSWORDS = new Passwords(
      Map.of(Passwords.SUPERUSER, "one", Passwords.REPLICATION, "two", Passwords.PROBE, "three"));

  @TempDir
  Path base;

  private DataDirectory directory;
  private ServerProcess process;
  private GateKeeper gate;

  @BeforeEach
  void begin() throws IOException {
    Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxr-xr-x"));
    Binaries binaries = Binaries.find(
        "auto", Path.of(System.getProperty("java.io.tmpdir"), "conclave-it-embedded"));
    int port = freePort();
    directory = new DataDirectory(
        base.resolve("n0"),
        new Identity(NODE, true, ADDRESS, port, Map.of(), Identity.ANY_CLIENT),
        OsUser.resolve("postgres"),
        PASSWORDS);
    process = new ServerProcess(directory, binaries);
    AgentContext context = context(port, binaries);
    PromiseBook promises = new PromiseBook(Promise.NOTHING, () -> 0, promise -> {});
    gate = new GateKeeper(context, process, new Surroundings(context, promises));
    directory.initialize(binaries, Deadline.in(START_MS));
    directory.writeGate(Gate.OPEN);
    start();
    await("open", () -> gate.gate() == Gate.OPEN);
  }

  private AgentContext context(int port, Binaries binaries) {
    Member member =
        new Member(NODE, HOST, new Region("r0"), Member.Kind.STANDBY, ADDRESS, port, 100);
    GroupDefinition group = new GroupDefinition(
        new GroupId("g"), List.of(member), new Durability(Policy.QUORUM, WhenAlone.STRICT));
    return new AgentContext(
        HOST,
        group,
        member,
        Timings.LAN,
        directory,
        binaries,
        PASSWORDS,
        base.resolve("promise"),
        2);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void start() {
    assertEquals(ServerProcess.Readiness.READY, process.start(Deadline.in(START_MS)));
    gate.serverIsThere();
  }

  private static void await(String what, BooleanSupplier condition) {
    assertTrue(Await.until(condition, Deadline.in(MOVE_MS), 5), "never " + what);
  }

  @AfterEach
  void end() {
    gate.close();
    process.stop(ServerProcess.Stopped.IMMEDIATE, MOVE_MS);
  }

  /** As when a host thaws, and obeys an order to rejoin a moment before its watchdog sees the gap. */
  private void holdAndStop() {
    gate.commandClosed();
    gate.holdThawed("frozen");
    await("closed", () -> directory.gate().equals(Optional.of(Gate.CLOSED)));
    process.stop(ServerProcess.Stopped.FAST, MOVE_MS);
    gate.serverIsGone();
  }

  @Test
  void aHoldOfAFormerPrimaryDoesNotKeepTheStandbyShut() {
    holdAndStop();
    directory.setStandby(true);
    start();
    assertEquals(Outcome.DONE, gate.commandOpen().outcome());
    assertEquals(Gate.OPEN, gate.gate());
    assertEquals(Optional.empty(), gate.problem());
  }

  @Test
  void anIsolatedPrimaryIsNotOpenedByAnOrder() {
    try (LocalSession session = LocalSession.open(directory, (int) MOVE_MS)) {
      assertTrue(gate.commandClose(session, process.find().orElseThrow(), Deadline.in(MOVE_MS))
          .done());
      SyncSetting absent = new SyncSetting(List.of(new NodeId("n1")), 1);
      Result opened = gate.commandOpen(absent, session.observe());
      assertEquals(Outcome.FAILED, opened.outcome());
      assertTrue(opened.detail().contains("were heard for"), opened.detail());
      assertEquals(Gate.CLOSED, gate.gate());
      SyncSetting nobody = new SyncSetting(List.of(), 0);
      assertEquals(Outcome.DONE, gate.commandOpen(nobody, session.observe()).outcome());
    }
  }

  @Test
  void aHoldOutlastsARestartAsPrimary() {
    holdAndStop();
    start();
    assertEquals(Outcome.FAILED, gate.commandOpen().outcome());
    assertEquals(Gate.CLOSED, gate.gate());
    assertTrue(gate.problem().isPresent());
  }
}
