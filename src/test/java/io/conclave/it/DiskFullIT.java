package io.conclave.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.conclave.cli.StatusView.GroupView;
import io.conclave.cli.StatusView.NodeView;
import io.conclave.demo.HostProcess;
import io.conclave.fault.FaultPoint;
import io.conclave.fault.FaultPoints.Action;
import io.conclave.fault.FaultPoints.Armed;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** No space left on device. */
@ExtendWith(OneCell.Strict.class)
class DiskFullIT {

  @BeforeAll
  static void needsAFileSystemOfItsOwn() throws Exception {
    assumeTrue(SmallDisk.isPossible(), "needs to mount a small file system: run as root");
  }

  private static boolean isFull(GroupView group, HostProcess host) {
    return group
        .node(TestCell.node(host))
        .map(NodeView::problem)
        .filter(problem -> problem.contains("DISK_FULL"))
        .isPresent();
  }

  @Test
  void aStandbyWithoutRoomHoldsNobodyUpAndDoesNotTakeOver(TestCell cell) throws Exception {
    GroupView before = cell.awaitWhole();
    HostProcess full = cell.standbys().get(0);
    try (SmallDisk disk = SmallDisk.under(cell, full)) {
      cell.awaitWhole();
      disk.fill();
      cell.await("the diagnosis", group -> isFull(group, full));
      cell.awaitWrites(120);
      cell.signal("KILL", List.of(TestCell.postmaster(cell.primary())));
      // Who is full cannot be fenced either, so it may be the old primary that goes on.
      GroupView after = cell.await(
          "another epoch", group -> group.established() && group.epoch() > before.epoch());
      assertNotEquals(TestCell.node(full), after.primary());
      cell.awaitWrites(120);
      disk.drain();
      cell.awaitWhole();
    }
    cell.awaitWhole();
  }

  @Test
  void aChosenCandidateThatHasNoRoomForItsPromotionIsPassedOver(TestCell cell) throws Exception {
    GroupView whole = cell.awaitWhole();
    HostProcess full = cell.standbysOf(whole).stream()
        .filter(host -> !host.host().name().equals(whole.coordinator()))
        .findFirst()
        .orElseThrow();
    try (SmallDisk disk = SmallDisk.under(cell, full)) {
      cell.awaitAnswer(full);
      GroupView before = cell.awaitWhole();
      Armed point = new Armed(FaultPoint.BEFORE_PROMOTE, Action.FREEZE, 1);
      cell.arm(point);
      var unanswered = cell.cell().client().switchover(cell.primary().host(), TestCell.node(full));
      HostProcess coordinator = cell.awaitReached(point);
      List<Long> frozen = coordinator.jvmPids();
      try {
        assertNotEquals(full, coordinator);
        disk.fill();
      } finally {
        cell.signal("CONT", frozen);
      }
      GroupView after = cell.awaitFailoverFrom(before, full);
      // One epoch was begun with it, and another one was needed.
      assertTrue(after.epoch() >= before.epoch() + 2, after.toString());
      cell.awaitWrites(120);
      unanswered.cancel(true);
      disk.drain();
      cell.awaitWhole();
    }
    cell.awaitWhole();
  }

  @Test
  void aPrimaryWithoutRoomIsReportedAndMayBeLeft(TestCell cell) throws Exception {
    GroupView before = cell.awaitWhole();
    HostProcess full = cell.primary();
    try (SmallDisk disk = SmallDisk.under(cell, full)) {
      cell.awaitFailover(before);
      cell.awaitWhole();
      cell.makePrimary(full);
      GroupView onSmallDisk = cell.awaitWhole();
      assertEquals(TestCell.node(full), onSmallDisk.primary());
      disk.fill();
      cell.await("the diagnosis", group -> isFull(group, full));
      // It may have panicked meanwhile, and then the group has helped itself.
      var unused = cell.cell().client().switchover(full.host());
      cell.awaitFailover(onSmallDisk);
      cell.awaitWrites(120);
      disk.drain();
      cell.awaitWhole();
    }
    cell.awaitWhole();
  }
}
