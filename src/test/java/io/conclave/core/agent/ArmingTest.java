package io.conclave.core.agent;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.core.SyncSetting;
import org.junit.jupiter.api.Test;

class ArmingTest {
  private static final int FIRST_LIFE = 1;
  private static final int SECOND_LIFE = 2;

  @Test
  void commitsAreKnownToWaitInTheProcessInWhichASettingWasInForce() {
    Arming<Integer> armed = Arming.<Integer>unknown().inForce(FIRST_LIFE, SyncSetting.WAIT);
    assertTrue(armed.isKnownOf(FIRST_LIFE));
    assertFalse(armed.isKnownOf(SECOND_LIFE), "a restart knows nothing");
    assertTrue(armed.writing(SyncSetting.WAIT).isKnownOf(FIRST_LIFE), "another setting that waits");
  }

  @Test
  void afterAnEmptySettingNothingIsKnown() {
    Arming<Integer> armed = Arming.<Integer>unknown().inForce(FIRST_LIFE, SyncSetting.WAIT);
    assertFalse(armed.writing(SyncSetting.FREE).isKnownOf(FIRST_LIFE), "written, perhaps in force");
    assertFalse(armed.inForce(FIRST_LIFE, SyncSetting.FREE).isKnownOf(FIRST_LIFE));
  }

  @Test
  void aSettingHoldsCommitsOnceTheCheckpointerHeedsItOrDidAlready() {
    assertFalse(Arming.holds(SyncSetting.WAIT, false, false));
    assertTrue(Arming.holds(SyncSetting.WAIT, true, false));
    assertTrue(Arming.holds(SyncSetting.WAIT, false, true));
    assertTrue(Arming.holds(SyncSetting.FREE, false, false), "which holds nobody");
  }
}
