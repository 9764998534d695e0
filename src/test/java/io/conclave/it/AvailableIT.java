package io.conclave.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.cli.StatusView.GroupView;
import io.conclave.demo.HostProcess;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A group that would rather go on unprotected than wait for standbys. */
@ExtendWith(OneCell.Available.class)
class AvailableIT {

  @Test
  void withoutAnyStandbyWritesGoOnAndTheStatusSaysSo(TestCell cell) throws Exception {
    GroupView before = cell.awaitWhole();
    HostProcess primary = cell.primary();
    List<Long> frozen = cell.standbys().stream()
        .flatMap(host -> TestCell.serverPids(host).stream())
        .toList();
    cell.signal("STOP", frozen);
    try {
      GroupView alone = cell.await(
          "k = 0",
          group ->
              group.syncK() == 0 && group.blocker() != null && group.blocker().contains("k = 0"));
      assertEquals(before.epoch(), alone.epoch());
      assertTrue(alone.blocker().contains("no standby counts for durability"), alone.blocker());
      cell.awaitWrites(400);
      assertEquals("", cell.query(primary, "SHOW synchronous_standby_names"));
    } finally {
      cell.signal("CONT", frozen);
    }
    GroupView after = cell.awaitWhole();
    assertEquals(before.epoch(), after.epoch());
    assertEquals(before.primary(), after.primary());
    assertEquals(before.syncSet(), after.syncSet());
    assertEquals(1, after.syncK());
  }

  @Test
  void nothingIsLostWhenThePrimaryIsKilledWhileItWasUnprotected(TestCell cell) throws Exception {
    HostProcess primary = cell.primary();
    List<HostProcess> standbys = cell.standbys();
    List<Long> frozen =
        standbys.stream().flatMap(host -> TestCell.serverPids(host).stream()).toList();
    cell.signal("STOP", frozen);
    try {
      cell.await("k = 0", group -> group.syncK() == 0);
      cell.awaitWrites(120);
      cell.signal("KILL", List.of(TestCell.postmaster(primary)));
      cell.await(
          "the primary to be down",
          group -> List.of("STOPPED", "STARTING").contains(TestCell.server(group, primary)));
    } finally {
      cell.signal("CONT", frozen);
    }
    GroupView after = cell.awaitWhole();
    // Whoever it is has every acknowledged write, or the ledger tells.
    assertEquals(2, after.syncSet().size());
    assertEquals(1, after.syncK());
  }
}
