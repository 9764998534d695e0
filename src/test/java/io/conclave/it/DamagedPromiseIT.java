package io.conclave.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.cli.StatusView.GroupView;
import io.conclave.demo.HostProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An agent that cannot know what it has promised does not start, and its runbook brings the node back. */
@ExtendWith(OneCell.Strict.class)
class DamagedPromiseIT {

  private static Path promise(TestCell cell, HostProcess host) {
    return cell.cell()
        .directory()
        .resolve("state")
        .resolve(host.host().name())
        .resolve("promises")
        .resolve(TestCell.node(host) + ".promise");
  }

  /** Starts the daemon, which must end with exit code 1, and returns what it has said. */
  private static String refusal(TestCell cell, HostProcess host) throws Exception {
    long logEnd = Files.size(host.host().log());
    cell.startJvm(host);
    Awaitility.await("the daemon to refuse").atMost(TestCell.LIMIT).until(() -> !host.alive());
    assertEquals(1, host.exitCode().orElseThrow());
    byte[] log = Files.readAllBytes(host.host().log());
    return new String(Arrays.copyOfRange(log, (int) logEnd, log.length), StandardCharsets.UTF_8);
  }

  @Test
  void theRunbookBringsTheNodeBackAsAClone(TestCell cell) throws Exception {
    GroupView before = cell.awaitWhole();
    HostProcess host = cell.standbys().get(0);
    Path file = promise(cell, host);
    cell.killJvm(host);
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 40));
    assertTrue(refusal(cell, host).contains("Way out: stop this node's PostgreSQL"));
    Operator.stop(host);
    Path aside = Operator.moveDataAside(host, "damaged-promise");
    Files.move(file, file.resolveSibling("damaged"));
    cell.startJvm(host);
    GroupView after = cell.awaitWhole();
    assertEquals(before.epoch(), after.epoch());
    assertEquals(before.primary(), after.primary());
    assertEquals(before.syncSet(), after.syncSet());
    assertTrue(Files.exists(aside.resolve("PG_VERSION")), "what was moved aside stays");
    Files.delete(file.resolveSibling("damaged"));
  }

  @Test
  void aPromiseFileThatIsGoneIsADamagedOne(TestCell cell) throws Exception {
    GroupView before = cell.awaitWhole();
    HostProcess host = cell.standbys().get(1);
    long server = TestCell.postmaster(host);
    Path file = promise(cell, host);
    cell.killJvm(host);
    Path aside = Files.move(file, file.resolveSibling("aside"));
    try {
      String said = refusal(cell, host);
      assertTrue(said.contains("it is gone, although Conclave has worked in"), said);
      assertTrue(said.contains(host.host().dataDirectory().toString()), said);
      assertEquals(server, TestCell.postmaster(host), "PostgreSQL runs on");
    } finally {
      Files.move(aside, file);
    }
    cell.startJvm(host);
    assertEquals(before.epoch(), cell.awaitWhole().epoch());
    assertEquals(server, TestCell.postmaster(host));
  }
}
