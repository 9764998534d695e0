package io.conclave.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class GapsTest {
  @Test
  void theLongestGapIsFoundWhateverTheOrder() {
    assertEquals(50, Gaps.longest(new long[] {30, 10, 90, 40, 100}, 0, 100));
  }

  @Test
  void theEndsOfTheWindowCount() {
    assertEquals(60, Gaps.longest(new long[] {60, 70}, 0, 80));
    assertEquals(70, Gaps.longest(new long[] {10, 30}, 0, 100));
    assertEquals(100, Gaps.longest(new long[0], 0, 100));
  }

  @Test
  void whatIsOutsideOfTheWindowIsIgnored() {
    assertEquals(20, Gaps.longest(new long[] {5, 20, 500}, 10, 40));
  }
}
