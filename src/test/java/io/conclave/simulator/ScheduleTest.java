package io.conclave.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The order of a schedule: by time, then as asked for, however far away. */
class ScheduleTest {
  private record Asked(long atMs, int number) {}

  private final Schedule schedule = new Schedule();
  private final List<Asked> asked = new ArrayList<>();
  private final List<Asked> done = new ArrayList<>();

  private void ask(Dice dice) {
    // Near, at one moment with others, at the edge of what a wheel covers, and far away.
    long in = switch (dice.below(4)) {
      case 0 -> dice.below(3);
      case 1 -> 100 - schedule.nowMs() % 100;
      case 2 -> dice.between(2040, 2056);
      default -> dice.below(20_000);
    };
    Asked one = new Asked(schedule.nowMs() + in, asked.size());
    asked.add(one);
    schedule.in(in, () -> {
      assertEquals(one.atMs(), schedule.nowMs());
      done.add(one);
      for (int i = dice.below(3); asked.size() < 5000 && i > 0; i--) {
        ask(dice);
      }
    });
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void byTimeAndThenAsAskedFor(long seed) {
    Dice dice = Dice.of(seed, 1);
    for (int i = 0; i < 300; i++) {
      ask(dice);
    }
    for (Runnable next = schedule.next(); next != null; next = schedule.next()) {
      next.run();
    }
    List<Asked> expected = asked.stream()
        .sorted(Comparator.comparingLong(Asked::atMs).thenComparingInt(Asked::number))
        .toList();
    assertEquals(expected, done);
  }

  @Test
  void whatIsLateComesAtOnce() {
    schedule.at(10, () -> {});
    schedule.next().run();
    schedule.at(3, () -> {});
    schedule.next().run();
    assertEquals(10, schedule.nowMs());
    assertNull(schedule.next());
  }
}
