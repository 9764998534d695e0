package io.conclave.core.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.core.Gate;
import io.conclave.core.NodeId;
import io.conclave.core.SyncSetting;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When the gate of a primary closes by itself, and when it opens again. */
class GateRuleTest {
  private static final SyncSetting ONE_OF_TWO =
      new SyncSetting(List.of(new NodeId("eu-db-1"), new NodeId("ap-db-1")), 1);
  private static final SyncSetting NOBODY = SyncSetting.FREE;

  @Test
  void isolatedIsWhoHearsNeitherSentinelsNorEnoughStandbys() {
    assertTrue(GateRule.isIsolated(ONE_OF_TWO, 0, false));
    assertFalse(GateRule.isIsolated(ONE_OF_TWO, 1, false));
    assertFalse(GateRule.isIsolated(ONE_OF_TWO, 0, true));
    assertFalse(GateRule.isIsolated(NOBODY, 0, false), "it waits for nobody");
  }

  @Test
  void commitThatStandbysAcknowledgeProvesTheEpoch() {
    assertTrue(GateRule.isProven(ONE_OF_TWO, true, false, false));
    assertFalse(GateRule.isProven(ONE_OF_TWO, false, true, false));
    assertTrue(GateRule.isProven(NOBODY, false, true, false));
  }

  @Test
  void supersededPrimaryProvesNothing() {
    assertFalse(GateRule.isProven(ONE_OF_TWO, true, true, true));
    assertFalse(GateRule.isProven(NOBODY, false, true, true));
  }

  @Test
  void formerPrimaryThatHasEndedLetsNobodyIn() {
    assertEquals(Gate.CLOSED, GateRule.afterExit(false, Gate.OPEN));
    assertEquals(Gate.OPEN, GateRule.afterExit(true, Gate.OPEN));
  }

  @Test
  void standbyHasNothingToProve() {
    Optional<String> frozen = Optional.of("the host was frozen");
    assertEquals(frozen, GateRule.stillHeld(frozen, false), "only a proof or an order ends it");
    assertEquals(Optional.empty(), GateRule.stillHeld(frozen, true));
    assertEquals(Optional.empty(), GateRule.stillHeld(Optional.empty(), false));
  }
}
