package io.conclave.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.cli.StatusView.GroupView;
import io.conclave.cli.StatusView.NodeView;
import io.conclave.demo.HostProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A node comes back with somebody else's data. */
@ExtendWith(OneCell.Strict.class)
class WrongSystemIT {

  /** Every file with its size and its time of change: what nobody has touched is the same. */
  private static Map<String, String> files(Path directory) throws IOException {
    Map<String, String> all = new TreeMap<>();
    try (Stream<Path> found = Files.walk(directory)) {
      for (Path file : found.filter(Files::isRegularFile).toList()) {
        all.put(
            directory.relativize(file).toString(),
            Files.size(file) + " " + Files.getLastModifiedTime(file));
      }
    }
    return all;
  }

  private static boolean isRefused(GroupView group, HostProcess host) {
    return group
        .node(TestCell.node(host))
        .map(NodeView::problem)
        .filter(problem -> problem.contains("WRONG_SYSTEM"))
        .isPresent();
  }

  @Test
  void aNodeWithAnotherSystemsDataIsRefusedNeverCountsAndIsLeftAlone(TestCell cell)
      throws Exception {
    GroupView before = cell.awaitWhole();
    HostProcess primary = cell.primary();
    HostProcess host = cell.standbys().get(0);
    HostProcess other = cell.standbys().get(1);
    cell.killHost(host);
    Path own = Operator.moveDataAside(host, "own");
    Operator.initializeAnother(host, own);
    Map<String, String> foreign = files(host.host().dataDirectory());
    cell.startJvm(host);
    cell.await("the refusal", group -> isRefused(group, host));
    cell.await(
        "the sync set without it", group -> group.syncSet().equals(List.of(TestCell.node(other))));
    cell.awaitWrites(120);
    // A failover asks every node for evidence: this one has none to give.
    cell.signal("KILL", List.of(TestCell.postmaster(primary)));
    cell.awaitFailover(before);
    GroupView after = cell.await(
        "the old primary to count",
        group ->
            group.established() && group.syncSet().size() == 1 && TestCell.streams(group, primary));
    assertTrue(after.epoch() > before.epoch());
    cell.await("the refusal", group -> isRefused(group, host));
    cell.awaitWrites(120);
    assertEquals(foreign, files(host.host().dataDirectory()), "left as it was");
    // The way out of the runbook.
    cell.killJvm(host);
    Operator.moveDataAside(host, "foreign");
    cell.startJvm(host);
    assertTrue(cell.awaitWhole().syncSet().contains(TestCell.node(host)));
  }
}
