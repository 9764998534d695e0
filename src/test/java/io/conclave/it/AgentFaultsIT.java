package io.conclave.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.cli.StatusView.GroupView;
import io.conclave.demo.HostProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The daemon dies without its server, and the server without its daemon. */
@ExtendWith(OneCell.Strict.class)
class AgentFaultsIT {
  /** Some seconds of load: far longer than the suspicion time. */
  private static final int SOME_SECONDS_OF_WRITES = 600;

  @Test
  void thePrimaryServesOnWhileItsAgentIsDead(TestCell cell) throws Exception {
    servesOnWithoutAgent(cell, cell.primary());
  }

  @Test
  void aStandbyStreamsOnWhileItsAgentIsDead(TestCell cell) throws Exception {
    servesOnWithoutAgent(cell, cell.standbys().get(0));
  }

  private static void servesOnWithoutAgent(TestCell cell, HostProcess host) throws Exception {
    GroupView before = cell.awaitWhole();
    long server = TestCell.postmaster(host);
    cell.killJvm(host);
    cell.await(
        TestCell.node(host) + " to be silent",
        group -> "SILENT".equals(TestCell.server(group, host)));
    cell.awaitWrites(SOME_SECONDS_OF_WRITES);
    assertEquals(server, TestCell.postmaster(host));
    cell.startJvm(host);
    cell.awaitAnswer(host);
    GroupView after = cell.awaitWhole();
    assertEquals(server, TestCell.postmaster(host), "the server was adopted as it is");
    assertEquals(before.epoch(), after.epoch());
    assertEquals(before.primary(), after.primary());
    assertEquals(before.syncSet(), after.syncSet());
  }

  @Test
  void aHostThatIsStoppedInOrderLeavesItsServerRunning(TestCell cell) throws Exception {
    GroupView before = cell.awaitWhole();
    HostProcess host = cell.primary();
    long server = TestCell.postmaster(host);
    cell.signal("TERM", host.jvmPids());
    Awaitility.await("the JVM to end").atMost(TestCell.LIMIT).until(() -> !host.alive());
    assertEquals(143, host.exitCode().orElseThrow());
    cell.awaitWrites(SOME_SECONDS_OF_WRITES);
    assertEquals(server, TestCell.postmaster(host));
    cell.startJvm(host);
    cell.awaitAnswer(host);
    GroupView after = cell.awaitWhole();
    assertEquals(server, TestCell.postmaster(host));
    assertEquals(before.epoch(), after.epoch());
    assertEquals(before.primary(), after.primary());
  }

  @Test
  void aDamagedPromiseKeepsTheAgentFromStarting(TestCell cell) throws Exception {
    GroupView before = cell.awaitWhole();
    HostProcess host = cell.standbys().get(1);
    long server = TestCell.postmaster(host);
    Path file = promise(cell, host);
    cell.killJvm(host);
    byte[] sound = Files.readAllBytes(file);
    byte[] damaged = sound.clone();
    damaged[damaged.length / 2] ^= 1;
    Files.write(file, damaged);
    long logEnd = Files.size(host.host().log());
    try {
      cell.startJvm(host);
      Awaitility.await("the daemon to refuse").atMost(TestCell.LIMIT).until(() -> !host.alive());
    } finally {
      Files.write(file, sound);
    }
    assertEquals(1, host.exitCode().orElseThrow());
    byte[] log = Files.readAllBytes(host.host().log());
    String said =
        new String(Arrays.copyOfRange(log, (int) logEnd, log.length), StandardCharsets.UTF_8);
    assertTrue(said.contains("the promise file " + file + " is damaged"), said);
    assertTrue(said.contains("Way out: "), said);
    assertEquals(
        List.of(), said.lines().filter(line -> line.startsWith("\tat ")).toList());
    cell.awaitWrites(40);
    assertEquals(server, TestCell.postmaster(host));
    cell.startJvm(host);
    assertEquals(before.epoch(), cell.awaitWhole().epoch());
  }

  private static Path promise(TestCell cell, HostProcess host) {
    return cell.cell()
        .directory()
        .resolve("state")
        .resolve(host.host().name())
        .resolve("promises")
        .resolve(TestCell.node(host) + ".promise");
  }

  @Test
  void allHostsComeBackTogetherAndNothingIsLost(TestCell cell) throws Exception {
    cell.awaitWhole();
    List<HostProcess> hosts = cell.cell().hosts();
    cell.signal("KILL", hosts.stream().flatMap(host -> host.pids().stream()).toList());
    hosts.forEach(cell::killHost);
    for (HostProcess host : hosts) {
      cell.startJvm(host);
    }
    for (HostProcess host : hosts) {
      cell.awaitAnswer(host);
    }
    GroupView after = cell.awaitWhole();
    assertEquals(2, after.syncSet().size());
    assertEquals(1, after.syncK());
  }
}
