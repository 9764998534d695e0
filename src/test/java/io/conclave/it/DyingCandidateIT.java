package io.conclave.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.cli.StatusView.GroupView;
import io.conclave.demo.HostProcess;
import io.conclave.fault.FaultPoint;
import io.conclave.fault.FaultPoints.Action;
import io.conclave.fault.FaultPoints.Armed;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A second fault while the first failover runs: what was begun is never trusted before it is proven. */
@ExtendWith(OneCell.Strict.class)
class DyingCandidateIT {

  /** The primary is killed; the host of the candidate that has been promoted and has no epoch row yet. */
  private static HostProcess promotedCandidate(TestCell cell, Action action) throws Exception {
    Armed point = new Armed(FaultPoint.PROMOTED, action, 1);
    cell.arm(point);
    cell.signal("KILL", List.of(TestCell.postmaster(cell.primary())));
    return cell.awaitReached(point);
  }

  @Test
  void aCandidateThatDiesAfterItsPromotionAndBeforeItsEpochRowIsPassedOver(TestCell cell)
      throws Exception {
    GroupView before = cell.awaitWhole();
    HostProcess candidate = promotedCandidate(cell, Action.KILL);
    cell.killHost(candidate);
    GroupView after = cell.awaitFailoverFrom(before, candidate);
    assertTrue(after.epoch() >= before.epoch() + 2, after.toString());
    cell.awaitWrites(120);
    cell.startJvm(candidate);
    assertEquals(after.epoch(), cell.awaitWhole().epoch());
  }

  @Test
  void aCandidateThatIsFrozenAfterItsPromotionDoesNoHarmWhenItThaws(TestCell cell)
      throws Exception {
    GroupView before = cell.awaitWhole();
    HostProcess candidate = promotedCandidate(cell, Action.FREEZE);
    List<Long> frozen = candidate.pids();
    GroupView after;
    try {
      cell.signal("STOP", frozen);
      after = cell.awaitFailoverFrom(before, candidate);
      cell.awaitWrites(120);
    } finally {
      cell.signal("CONT", frozen);
    }
    cell.await("the candidate to stream", group -> TestCell.streams(group, candidate));
    assertEquals(after.epoch(), cell.awaitWhole().epoch());
  }

  @Test
  void aServerThatDiesWhileItsPromotionIsProvenIsASecondFailoverWithinTheFirst(TestCell cell)
      throws Exception {
    GroupView before = cell.awaitWhole();
    HostProcess candidate = promotedCandidate(cell, Action.FREEZE);
    List<Long> jvm = candidate.jvmPids();
    try {
      cell.signal("KILL", List.of(TestCell.postmaster(candidate)));
    } finally {
      cell.signal("CONT", jvm);
    }
    GroupView after = cell.awaitWhole();
    // Who it is depends on who is ahead: the old primary's server, started again to show its
    // evidence, may be.
    assertTrue(after.epoch() > before.epoch(), after.toString());
  }

  @Test
  void aNewPrimaryThatIsKilledAtOnceIsReplacedAtOnce(TestCell cell) throws Exception {
    GroupView before = cell.awaitWhole();
    cell.signal("KILL", List.of(TestCell.postmaster(cell.primary())));
    HostProcess candidate = Awaitility.await("a promoted candidate")
        .atMost(TestCell.LIMIT)
        .ignoreExceptionsInstanceOf(java.sql.SQLException.class)
        .until(
            () -> cell.standbysOf(before).stream()
                .filter(host -> isPromoted(cell, host))
                .findFirst(),
            java.util.Optional::isPresent)
        .orElseThrow();
    cell.signal("KILL", List.of(TestCell.postmaster(candidate)));
    // Either its epoch was established before, or the attempt was passed over.
    GroupView after = cell.await(
        "an epoch after the fault",
        group -> group.established()
            && group.epoch() > before.epoch()
            && (group.epoch() >= before.epoch() + 2
                || !TestCell.node(candidate).equals(group.primary())));
    assertTrue(cell.awaitWhole().epoch() >= after.epoch());
  }

  private static boolean isPromoted(TestCell cell, HostProcess host) {
    try {
      return "f".equals(cell.query(host, "SELECT pg_is_in_recovery()"));
    } catch (java.sql.SQLException notAnswering) {
      return false;
    }
  }

  @Test
  void twoPromotionsFromOnePlaceTakeATimelineEach(TestCell cell) throws Exception {
    GroupView before = cell.awaitWhole();
    HostProcess candidate = cell.standbys().stream()
        .filter(host -> !host.host().name().equals(before.coordinator()))
        .findFirst()
        .orElseThrow();
    Armed point = new Armed(FaultPoint.AFTER_PROMOTE, Action.FREEZE, 1);
    cell.arm(point);
    var unanswered =
        cell.cell().client().switchover(cell.primary().host(), TestCell.node(candidate));
    HostProcess coordinator = cell.awaitReached(point);
    List<Long> frozen = coordinator.jvmPids();
    String first;
    try {
      assertNotEquals(candidate, coordinator);
      Awaitility.await("the promotion")
          .atMost(TestCell.LIMIT)
          .until(() -> isPromoted(cell, candidate));
      first = timeline(cell, candidate);
      // Nobody was told to follow it: its timeline is on its disk alone.
      cell.killHost(candidate);
    } finally {
      cell.signal("CONT", frozen);
    }
    GroupView after = cell.awaitFailoverFrom(before, candidate);
    assertEquals("%08X".formatted(before.epoch() + 1), first);
    assertEquals(
        "%08X".formatted(after.epoch()), timeline(cell, cell.cell().hostOf(after.primary())));
    cell.awaitWrites(120);
    cell.startJvm(candidate);
    assertTrue(cell.awaitWhole().epoch() >= after.epoch());
    unanswered.cancel(true);
  }

  private static String timeline(TestCell cell, HostProcess host) throws Exception {
    return cell.query(host, "SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)");
  }
}
