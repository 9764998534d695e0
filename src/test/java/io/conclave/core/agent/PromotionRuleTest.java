package io.conclave.core.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.core.Ballot;
import io.conclave.core.Configuration;
import io.conclave.core.EpochRow;
import io.conclave.core.Gate;
import io.conclave.core.GroupId;
import io.conclave.core.Lsn;
import io.conclave.core.NodeId;
import io.conclave.core.Order;
import io.conclave.core.SyncSet;
import io.conclave.core.SyncSetting;
import io.conclave.core.Task;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PromotionRuleTest {
  private static final boolean STANDBY = true;
  private static final boolean PRIMARY = false;
  private static final NodeId NODE = new NodeId("b");
  private static final Configuration NEXT =
      new Configuration(2, NODE, SyncSet.EMPTY, new UUID(0, 2));
  private static final EpochRow BASE = row(1, new UUID(0, 1));
  private static final EpochRow OTHER = row(1, new UUID(0, 9));
  private static final EpochRow OWN = row(2, NEXT.promotion());

  private static EpochRow row(long epoch, UUID promotion) {
    return new EpochRow(epoch, promotion, NODE, (int) epoch, new Lsn(100 * epoch));
  }

  @Test
  void aStandbyIsPromotedAsWhatItWasChosenBy() {
    assertTrue(PromotionRule.mayPromote(STANDBY, List.of(BASE), BASE, NEXT));
    assertFalse(PromotionRule.mayPromote(STANDBY, List.of(OTHER), BASE, NEXT));
    assertFalse(PromotionRule.mayPromote(STANDBY, List.of(BASE, OTHER), BASE, NEXT));
    assertFalse(PromotionRule.mayPromote(STANDBY, List.of(), BASE, NEXT));
  }

  @Test
  void aPrimaryOfTheConfigurationGoesOn() {
    assertTrue(PromotionRule.mayPromote(PRIMARY, List.of(BASE, OWN), BASE, NEXT));
    assertTrue(PromotionRule.mayPromote(PRIMARY, List.of(BASE, OWN), OWN, NEXT));
  }

  @Test
  void noConfigurationIsPromotedTwice() {
    assertFalse(PromotionRule.mayPromote(STANDBY, List.of(BASE, OWN), BASE, NEXT));
    assertFalse(PromotionRule.mayPromote(STANDBY, List.of(BASE, OWN), OWN, NEXT));
  }

  /** Whoever closes the gate shows commits that had waited. */
  @Test
  void whoServesTheConfigurationIsNotShutByTheOrderToPromote() {
    assertTrue(PromotionRule.staysOpen(Gate.OPEN, PRIMARY, List.of(BASE, OWN), NEXT));
    assertFalse(PromotionRule.staysOpen(Gate.CLOSED, PRIMARY, List.of(BASE, OWN), NEXT));
    assertFalse(PromotionRule.staysOpen(Gate.OPEN, PRIMARY, List.of(BASE), NEXT));
    assertFalse(PromotionRule.staysOpen(Gate.OPEN, STANDBY, List.of(BASE, OWN), NEXT));
  }

  /** Found as seed 100240801: a gate that was held for isolation, and an agent that had forgotten it. */
  @Test
  void anAgentThatHasRestartedOpensNoGateByAnOrderOfBefore() {
    assertFalse(PromotionRule.mayRepeat(new Task.OpenGate(NEXT)));
    assertTrue(PromotionRule.mayRepeat(new Task.Fence()));
    Ballot ballot = new Ballot(3, new UUID(0, 3));
    Order order = new Order(new GroupId("g"), NODE, ballot, 5, new Task.OpenGate(NEXT));
    assertTrue(Obedience.isPromised(ballot, 5, order));
    assertFalse(Obedience.isPromised(ballot, 4, order));
    assertFalse(Obedience.isPromised(new Ballot(3, new UUID(0, 4)), 5, order));
  }

  private static int timeline(long epoch, EpochRow base) {
    Configuration next = new Configuration(epoch, NODE, SyncSet.EMPTY, new UUID(0, epoch));
    return new Task.Promote(next, SyncSetting.WAIT, base, Lsn.ZERO).timeline();
  }

  @Test
  void eachEpochHasATimelineWhateverItsCandidateHasSeen() {
    EpochRow third = new EpochRow(3, new UUID(0, 3), NODE, 12, new Lsn(300));
    assertEquals(14, timeline(5, third));
    EpochRow fifth = new EpochRow(5, new UUID(0, 5), NODE, timeline(5, third), new Lsn(500));
    assertEquals(timeline(6, third), timeline(6, fifth), "who has not seen the fifth");
    assertEquals(timeline(5, third), timeline(5, fifth), "who is promoted already");
  }

  @Test
  void aTimelineThatIsKnownAlreadyIsNotBegun() {
    assertTrue(PromotionRule.mayTake(STANDBY, 3, 4));
    assertTrue(PromotionRule.mayTake(STANDBY, 1, 4), "the numbers between are passed over");
    assertFalse(PromotionRule.mayTake(STANDBY, 4, 4));
    assertFalse(PromotionRule.mayTake(STANDBY, 5, 4));
  }

  @Test
  void aPrimaryGoesOnOnTheTimelineOfItsEpochOnly() {
    assertTrue(PromotionRule.mayTake(PRIMARY, 4, 4));
    assertFalse(PromotionRule.mayTake(PRIMARY, 3, 4));
    assertFalse(PromotionRule.mayTake(PRIMARY, 5, 4));
  }
}
