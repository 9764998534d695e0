package io.conclave.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.conclave.cli.StatusView.GroupView;
import io.conclave.demo.HostProcess;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A primary is frozen with commits in flight that its clients cancel, and thaws when another is primary. */
@ExtendWith(OneCell.Strict.class)
class CancellingClientsIT {
  private static final int ENOUGH = 20;

  @Test
  void nothingAcknowledgedIsLostWhenClientsCancelTheirCommitsOnAThawedPrimary(TestCell cell)
      throws Exception {
    GroupView before = cell.awaitWhole();
    HostProcess old = cell.primary();
    try (CancellingClients clients = new CancellingClients(cell)) {
      await("acknowledged commits", () -> clients.acknowledged().size() >= ENOUGH);
      List<Long> standbys = cell.standbys().stream()
          .flatMap(host -> TestCell.serverPids(host).stream())
          .toList();
      List<Long> frozen;
      cell.signal("STOP", standbys);
      try {
        await(
            "cancelled commits that nobody else has",
            () -> clients.committedLocally().size() >= ENOUGH);
        frozen = old.pids();
        cell.signal("STOP", frozen);
      } finally {
        cell.signal("CONT", standbys);
      }
      try {
        cell.awaitFailover(before);
        cell.awaitWrites(120);
      } finally {
        cell.signal("CONT", frozen);
      }
      cell.await("the old primary to stream", group -> TestCell.streams(group, old));
      int then = clients.acknowledged().size();
      await("clients at the new primary", () -> clients.acknowledged().size() >= then + ENOUGH);
      Set<Long> acknowledged = clients.acknowledged();
      cell.awaitWhole();
      Set<Long> lost = new HashSet<>(acknowledged);
      lost.removeAll(CancellingClients.rows(cell, cell.primary()));
      assertEquals(Set.of(), lost, "acknowledged and lost");
    }
  }

  private static void await(String what, java.util.concurrent.Callable<Boolean> condition) {
    Awaitility.await(what).atMost(TestCell.LIMIT).until(condition);
  }
}
