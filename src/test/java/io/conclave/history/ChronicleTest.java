package io.conclave.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.core.decision.DecisionRecord;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChronicleTest {
  private static Chronicle of(int limit, int... epochs) {
    Chronicle chronicle = new Chronicle(limit);
    for (int epoch : epochs) {
      chronicle.add(Records.of(epoch));
    }
    return chronicle;
  }

  private static List<Long> epochs(Chronicle chronicle) {
    return chronicle.of(Records.MAIN).stream()
        .map(DecisionRecord::decision)
        .map(decision -> decision.epoch())
        .toList();
  }

  @Test
  void aRecordCountsOnce() {
    Chronicle chronicle = of(3, 1);
    assertFalse(chronicle.add(Records.of(1)));
    assertTrue(chronicle.add(Records.of(2)));
    assertEquals(2, chronicle.size());
  }

  @Test
  void theOldestGoesFirstAndDoesNotComeBack() {
    Chronicle chronicle = of(3, 1, 2, 3, 4);
    assertEquals(List.of(2L, 3L, 4L), epochs(chronicle));
    assertFalse(chronicle.add(Records.of(1)));
    assertEquals(List.of(2L, 3L, 4L), epochs(chronicle));
  }

  @Test
  void whatIsKeptDoesNotDependOnTheOrderOfArrival() {
    Chronicle one = of(3, 5, 1, 4, 2, 3);
    Chronicle other = of(3, 1, 2, 3, 4, 5);
    assertEquals(one.all(), other.all());
    assertEquals(one.fingerprint(Records.MAIN), other.fingerprint(Records.MAIN));
    assertNotEquals(one.fingerprint(Records.MAIN), of(3, 5, 4).fingerprint(Records.MAIN));
  }
}
