package io.conclave.it;

import io.conclave.cli.StatusView.GroupView;
import io.conclave.demo.HostProcess;
import io.conclave.fault.FaultPoint;
import io.conclave.fault.FaultPoints.Action;
import io.conclave.fault.FaultPoints.Armed;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A coordinator that comes by a fault point, and comes back: what the tests of all steps have in common. */
final class CoordinatorFault {
  private CoordinatorFault() {}

  /** All that can happen at a point which is passed so many times. */
  static Stream<Armed> all(FaultPoint point, int passes) {
    return Stream.iterate(1, n -> n <= passes, n -> n + 1)
        .flatMap(
            pass -> Arrays.stream(Action.values()).map(action -> new Armed(point, action, pass)));
  }

  /** A standby whose agent goes on when the coordinator does not. */
  static HostProcess standbyElsewhere(TestCell cell, GroupView then) {
    return cell.standbysOf(then).stream()
        .filter(host -> !host.host().name().equals(then.coordinator()))
        .findFirst()
        .orElseThrow();
  }

  /** A daemon that was killed at the point is started again, a frozen one thaws after another has taken over. */
  static void comeBack(TestCell cell, Armed point, HostProcess reached) throws Exception {
    if (point.action() == Action.KILL) {
      long deadNanos = System.nanoTime();
      cell.startJvm(reached);
      // What it has said last may look as if nothing had been changed.
      cell.await(
          "a word of the next coordinator",
          group -> TimeUnit.MILLISECONDS.toNanos(group.ageMs()) < System.nanoTime() - deadNanos);
    } else {
      thawAfterAnotherHasTakenOver(cell, reached);
    }
  }

  private static void thawAfterAnotherHasTakenOver(TestCell cell, HostProcess frozen)
      throws Exception {
    List<Long> jvm = frozen.jvmPids();
    try {
      cell.await(
          "another coordinator than that of " + frozen.host().name(),
          group -> group.coordinator() != null
              && !group.coordinator().equals(frozen.host().name()));
    } finally {
      cell.signal("CONT", jvm);
    }
  }
}
