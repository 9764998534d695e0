package io.conclave.core.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.core.EpochRow;
import io.conclave.core.Lsn;
import io.conclave.core.NodeId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Which rung a node that rejoins may take. */
class RejoinRuleTest {
  private static EpochRow row(long epoch, int promotion, int timeline, long start) {
    return new EpochRow(
        epoch, new UUID(0, promotion), new NodeId("n" + promotion), timeline, new Lsn(start));
  }

  private static final EpochRow FIRST = row(1, 1, 1, 0);
  private static final EpochRow SECOND = row(2, 2, 2, 1000);
  private static final EpochRow FOURTH = row(4, 4, 3, 3000);

  @Test
  void formerPrimaryIsRewoundToWhereItsSuccessorBegan() {
    List<EpochRow> source = List.of(FIRST, SECOND);
    assertEquals(Optional.of(new Lsn(1000)), RejoinRule.fork(List.of(FIRST), source));
    assertTrue(RejoinRule.mayRewind(List.of(FIRST), 1, source));
  }

  @Test
  void equalNewestTimelinesAreNotRewound() {
    EpochRow lost = row(2, 9, 2, 1000);
    assertFalse(RejoinRule.mayRewind(List.of(FIRST, lost), 2, List.of(FIRST, SECOND)));
    assertFalse(
        RejoinRule.mayRewind(List.of(FIRST), 2, List.of(FIRST, SECOND)),
        "a promotion that came to nothing left WAL and no row");
  }

  @Test
  void equalTimelineBeforeTheNewestIsNotRewound() {
    EpochRow lost = row(3, 9, 2, 1000);
    assertFalse(
        RejoinRule.mayRewind(List.of(FIRST, lost), 2, List.of(FIRST, SECOND, FOURTH)),
        "pg_rewind would take the two timelines 2 for one, and look for differences after it only");
  }

  @Test
  void newerTimelinesOfTheSourceAloneAreRewound() {
    EpochRow lost = row(3, 9, 3, 2000);
    EpochRow next = row(4, 4, 4, 1500);
    assertTrue(RejoinRule.mayRewind(List.of(FIRST, SECOND, lost), 3, List.of(FIRST, SECOND, next)));
  }

  /** A phantom before the newest shared row: a rewind would leave it there. */
  @Test
  void anotherPastIsNotRewoundNorFollowed() {
    EpochRow phantom = row(2, 9, 2, 1000);
    List<EpochRow> known = List.of(FIRST, phantom, FOURTH);
    List<EpochRow> source = List.of(FIRST, SECOND, FOURTH, row(5, 5, 4, 4000));
    assertFalse(RejoinRule.mayRewind(known, 3, source));
    assertEquals(Optional.empty(), RejoinRule.fork(known, source));
    assertFalse(RejoinRule.mayFollowWhenStopped(known, 3, new Lsn(3500), source));
    assertFalse(FollowRule.mayFollow(known, 3, new Lsn(3500), source));
    assertFalse(RejoinRule.hasArrived(known, List.of(FIRST, SECOND, FOURTH)));
  }

  /** Its own promotion, whose row has waited to the end and was never shown, began a timeline of the number of the source's. */
  @Test
  void aStoppedCandidateWhoseRowNobodySawDoesNotFollow() {
    List<EpochRow> source = List.of(FIRST, row(3, 3, 2, 2000));
    assertTrue(RejoinRule.mayFollowWhenStopped(List.of(FIRST), 1, new Lsn(1500), source));
    assertFalse(RejoinRule.mayFollowWhenStopped(List.of(FIRST), 2, new Lsn(1500), source));
    assertFalse(RejoinRule.mayRewind(List.of(FIRST), 2, source));
  }

  @Test
  void aCopyOfTheSourceMayFollowAndHasArrived() {
    List<EpochRow> source = List.of(FIRST, SECOND, FOURTH);
    assertTrue(FollowRule.mayFollow(List.of(FIRST, SECOND), 2, new Lsn(2500), source));
    assertFalse(
        FollowRule.mayFollow(List.of(FIRST, SECOND), 3, new Lsn(2500), source),
        "WAL of a promotion without its row");
    assertFalse(RejoinRule.hasArrived(List.of(FIRST, SECOND), source));
    assertTrue(RejoinRule.hasArrived(source, source));
    assertTrue(RejoinRule.hasArrived(List.of(), List.of()));
  }

  @Test
  void nothingToDoIsNoProof() {
    assertFalse(RejoinRule.isRewound(false));
    assertTrue(RejoinRule.isRewound(true));
  }
}
