package io.conclave.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.cli.StatusView.GroupView;
import io.conclave.demo.HostProcess;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Standbys that die and return: the primary goes on, and nothing fails over. */
@ExtendWith(OneCell.Strict.class)
class StandbyFaultsIT {

  @Test
  void aStandbyThatIsKilledIsStartedAgainByItsAgent(TestCell cell) throws Exception {
    GroupView before = cell.awaitWhole();
    HostProcess standby = cell.standbys().get(0);
    long killed = TestCell.postmaster(standby);
    cell.signal("KILL", List.of(killed));
    cell.awaitServer(standby, killed);
    cell.await("the standby to stream", group -> TestCell.streams(group, standby));
    cell.awaitWrites(120);
    GroupView after = cell.awaitWhole();
    assertEquals(before.epoch(), after.epoch());
    assertEquals(before.primary(), after.primary());
    assertEquals(before.syncSet(), after.syncSet());
  }

  @Test
  void theSyncSetShrinksWhenAStandbysHostIsGoneAndGrowsWhenItReturns(TestCell cell)
      throws Exception {
    GroupView before = cell.awaitWhole();
    HostProcess standby = cell.standbys().get(0);
    HostProcess other = cell.standbys().get(1);
    cell.killHost(standby);
    GroupView shrunk = cell.await(
        "the sync set without " + TestCell.node(standby),
        group -> group.syncSet().equals(List.of(TestCell.node(other))));
    assertEquals(1, shrunk.syncK());
    cell.awaitWrites(400);
    cell.startJvm(standby);
    GroupView after = cell.awaitWhole();
    assertEquals(before.epoch(), after.epoch());
    assertEquals(before.primary(), after.primary());
    assertEquals(before.syncSet(), after.syncSet());
    assertEquals(before.syncK(), after.syncK());
  }

  @Test
  void aFrozenStandbyHoldsNobodyUp(TestCell cell) throws Exception {
    GroupView before = cell.awaitWhole();
    HostProcess standby = cell.standbys().get(1);
    List<Long> frozen = standby.pids();
    cell.signal("STOP", frozen);
    try {
      cell.await(
          TestCell.node(standby) + " to be silent",
          group -> "SILENT".equals(TestCell.server(group, standby)));
      cell.awaitWrites(800);
    } finally {
      cell.signal("CONT", frozen);
    }
    cell.await("the standby to stream", group -> TestCell.streams(group, standby));
    assertEquals(before.epoch(), cell.awaitWhole().epoch());
  }

  @Test
  void withoutAnyStandbyCommitsWaitAndNothingIsAcknowledged(TestCell cell) throws Exception {
    GroupView before = cell.awaitWhole();
    HostProcess primary = cell.primary();
    List<HostProcess> standbys = cell.standbys();
    List<Long> frozen =
        standbys.stream().flatMap(host -> TestCell.serverPids(host).stream()).toList();
    cell.signal("STOP", frozen);
    try {
      GroupView blocked = cell.await(
          "both standbys to be out of reach",
          group -> standbys.stream().noneMatch(host -> TestCell.streams(group, host)));
      assertEquals(1, blocked.syncK(), "strict: k stays");
      long alone = System.nanoTime();
      // A writer that waits for its answer gives up after a second and tries again: each of them
      // has tried twice by now, and none has got an answer.
      cell.awaitUnknownWrites(alone, 10);
      assertEquals(0, cell.acknowledgedSince(alone));
    } finally {
      cell.signal("CONT", frozen);
    }
    cell.awaitWrites(120);
    GroupView after = cell.awaitWhole();
    assertEquals(before.epoch(), after.epoch());
    assertEquals(TestCell.node(primary), after.primary());
    assertEquals(before.syncSet(), after.syncSet());
  }

  @Test
  void withoutAMajorityOfHostsNothingIsAcknowledgedAndTheGroupComesBack(TestCell cell)
      throws Exception {
    GroupView before = cell.awaitWhole();
    HostProcess primary = cell.primary();
    List<HostProcess> standbys = cell.standbys();
    long server = TestCell.postmaster(primary);
    standbys.forEach(cell::killHost);
    long alone = System.nanoTime();
    cell.awaitRefusal(primary);
    assertEquals(0, cell.acknowledgedSince(alone));
    assertEquals(server, TestCell.postmaster(primary), "an isolated primary is not stopped");
    for (HostProcess standby : standbys) {
      cell.startJvm(standby);
    }
    cell.awaitWrites(120);
    GroupView after = cell.awaitWhole();
    assertEquals(before.primary(), after.primary());
    assertEquals(2, after.syncSet().size());
    assertTrue(primary.alive());
    assertFalse(standbys.contains(cell.primary()));
    assertNotEquals(0, after.syncK());
  }
}
