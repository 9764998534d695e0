package io.conclave.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.fault.FaultPoints.Action;
import io.conclave.fault.FaultPoints.Armed;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a fault point is armed, and that it is not. */
class FaultPointsTest {
  @ParameterizedTest
  @EnumSource
  void nothingHappensWhereTheyAreOff(FaultPoint point) {
    assertEquals(Optional.empty(), FaultPoints.warning());
    FaultPoints.reach(point);
  }

  @Test
  void aLineNamesThePointWhatHappensAndWhen() {
    Armed third = new Armed(FaultPoint.AFTER_FENCE, Action.FREEZE, 3);
    assertEquals(third, Armed.parse("AFTER_FENCE:freeze:3\n"));
    assertEquals(third, Armed.parse(third.toString()));
    assertEquals(new Armed(FaultPoint.PROMOTED, Action.KILL, 1), Armed.parse("PROMOTED:kill"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "AFTER_FENCE", "AFTER_FENCE:stop", "NOWHERE:kill", "PROMOTED:kill:x"})
  void anotherLineIsAnErrorThatSaysWhatIsRight(String line) {
    String said =
        assertThrows(IllegalArgumentException.class, () -> Armed.parse(line)).getMessage();
    assertTrue(said.contains("expected POINT:kill or POINT:freeze"), said);
  }
}
