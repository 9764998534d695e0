package io.conclave.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.conclave.cli.StatusView.GroupView;
import io.conclave.cli.StatusView.NodeView;
import io.conclave.demo.HostProcess;
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
