package io.conclave.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.core.Task;
import io.conclave.core.failover.Effect;
import io.conclave.fault.FaultPoint;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No step of a coordinator is without its fault points. */
class PassedTest {
  static Stream<Class<?>> tasks() {
    return Arrays.stream(Task.class.getPermittedSubclasses());
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void everyOrderHasAPointBeforeItAndOneAfterIt(Class<?> task) {
    Passed.Points points = Passed.ofOrder(task.asSubclass(Task.class));
    String name = points.before().name().substring("BEFORE_".length());
    assertEquals("AFTER_" + name, points.after().name());
    assertEquals(task.getSimpleName().toUpperCase(Locale.ROOT), name.replace("_", ""));
  }

  @Test
  void noTwoOrdersShareAPoint() {
    Set<FaultPoint> seen = EnumSet.noneOf(FaultPoint.class);
    tasks().forEach(task -> {
      Passed.Points points = Passed.ofOrder(task.asSubclass(Task.class));
      assertTrue(seen.add(points.before()) && seen.add(points.after()), task.getName());
    });
  }

  /** A new kind of effect has to be given its points, or to be named here as one that nobody outside notices. */
  @Test
  void everyEffectIsAccountedFor() {
    Set<String> known = Set.of("Claim", "Write", "Send", "Publish", "Remember", "Answer", "Resign");
    for (Class<?> effect : Effect.class.getPermittedSubclasses()) {
      assertTrue(known.contains(effect.getSimpleName()), effect + " has no fault points");
    }
  }

  @Test
  void aTaskThatIsNotKnownIsAnError() {
    assertThrows(IllegalArgumentException.class, () -> Passed.ofOrder(Task.class));
  }
}
