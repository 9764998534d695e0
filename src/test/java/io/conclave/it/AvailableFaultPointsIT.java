package io.conclave.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.conclave.cli.StatusView.GroupView;
import io.conclave.demo.HostProcess;
import io.conclave.fault.FaultPoint;
import io.conclave.fault.FaultPoints.Armed;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The coordinator is killed, or frozen and thawed after another has taken over, at each step by which k goes to 0 and back.
 * On the way the primary's setting becomes empty: whatever waits is acknowledged, and the primary alone has it.
 */
@ExtendWith(OneCell.Available.class)
class AvailableFaultPointsIT {

  /** What makes a coordinator come by a point. */
  enum Scenario {
    /** Both standbys hang: k goes to 0, in the register first. */
    LOWER,
    /** One of them is back: S shrinks to that one, and then k goes to 1, each time on the server first. */
    RAISE
  }

  /** What comes next, while the step is half done. */
  enum Then {
    /** Whoever takes over brings it to its end, without any help of the standbys that hang. */
    STEP_GOES_ON,
    /**
     * The primary's server dies, and its agent does not: it is recovered, or another takes over. This shows that the group comes out of it;
     * that a half done step is not trusted is for the simulator (<em>emptied-in-isolation</em>, <em>setting-shown-is-enough</em>) to show,
     * because here the old primary's own evidence is there to be chosen by.
     */
    PRIMARY_DIES
  }

  /** In the order in which they are passed. A lowered k needs no barrier: nobody is asked for less than before. */
  private static List<FaultPoint> points(Scenario scenario) {
    return switch (scenario) {
      case LOWER ->
        List.of(
            FaultPoint.BEFORE_SYNC_WRITE,
            FaultPoint.AFTER_SYNC_WRITE,
            FaultPoint.RECORD_WRITTEN,
            FaultPoint.BEFORE_PUBLISH,
            FaultPoint.AFTER_PUBLISH,
            FaultPoint.BEFORE_CHANGE_SYNC,
            FaultPoint.AFTER_CHANGE_SYNC);
      case RAISE ->
        List.of(
            FaultPoint.BEFORE_CHANGE_SYNC,
            FaultPoint.AFTER_CHANGE_SYNC,
            FaultPoint.BEFORE_BARRIER,
            FaultPoint.AFTER_BARRIER,
            FaultPoint.BEFORE_SYNC_WRITE,
            FaultPoint.AFTER_SYNC_WRITE,
            FaultPoint.RECORD_WRITTEN,
            FaultPoint.BEFORE_PUBLISH,
            FaultPoint.AFTER_PUBLISH);
    };
  }

  /** A raise is two steps: S first, then k. */
  private static int passes(Scenario scenario) {
    return scenario == Scenario.RAISE ? 2 : 1;
  }

  static Stream<Arguments> everyStep() {
    return Arrays.stream(Scenario.values())
        .flatMap(scenario -> points(scenario).stream()
            .flatMap(point -> CoordinatorFault.all(point, passes(scenario)))
            .flatMap(armed -> Arrays.stream(Then.values())
                .map(then -> Arguments.of(scenario, armed.toString(), then))));
  }

  @ParameterizedTest
  @MethodSource("everyStep")
  @Tag("exhaustive")
  void atEveryStep(Scenario scenario, String point, Then then, TestCell cell) throws Exception {
    fault(scenario, Armed.parse(point), then, cell);
  }

  /** The empty setting was ordered, and nobody looks; the server waits again, and the register says that it does not. */
  @ParameterizedTest
  @CsvSource({
    "LOWER, AFTER_CHANGE_SYNC:freeze, PRIMARY_DIES",
    "RAISE, BEFORE_SYNC_WRITE:kill:2, STEP_GOES_ON",
  })
  void atSomeSteps(Scenario scenario, String point, Then then, TestCell cell) throws Exception {
    fault(scenario, Armed.parse(point), then, cell);
  }

  /** That nothing is lost and the group is whole afterwards is asked of every test. */
  private static void fault(Scenario scenario, Armed point, Then then, TestCell cell)
      throws Exception {
    GroupView before = cell.awaitWhole();
    HostProcess primary = cell.primary();
    HostProcess standby = CoordinatorFault.standbyElsewhere(cell, before);
    List<Long> hanging = cell.standbys().stream()
        .flatMap(host -> TestCell.serverPids(host).stream())
        .toList();
    try {
      if (scenario == Scenario.RAISE) {
        cell.signal("STOP", hanging);
        awaitUnprotected(cell);
      }
      cell.arm(point);
      switch (scenario) {
        case LOWER -> cell.signal("STOP", hanging);
        case RAISE -> cell.signal("CONT", TestCell.serverPids(standby));
      }
      HostProcess reached = cell.awaitReached(point);
      if (then == Then.PRIMARY_DIES) {
        cell.signal("KILL", List.of(TestCell.postmaster(primary)));
      }
      CoordinatorFault.comeBack(cell, point, reached);
      if (then == Then.STEP_GOES_ON) {
        awaitEnd(scenario, cell, primary, standby);
      }
    } finally {
      cell.disarm();
      cell.signal("CONT", hanging);
    }
    cell.awaitWhole();
  }

  private static void awaitEnd(
      Scenario scenario, TestCell cell, HostProcess primary, HostProcess standby) throws Exception {
    switch (scenario) {
      case LOWER -> awaitUnprotected(cell);
      case RAISE -> {
        String node = TestCell.node(standby);
        cell.await(
            node + " to count, and nobody else",
            group -> "STEADY".equals(group.phase())
                && group.syncK() == 1
                && group.syncSet().equals(List.of(node)));
        // With a setting that is still empty writes would go on, too, and count on nobody.
        assertEquals(
            "ANY 1 (\"%s\")".formatted(node),
            cell.query(primary, "SHOW synchronous_standby_names"));
        cell.awaitWrites(40);
      }
    }
  }

  /** Nobody but the server can show that its setting is empty: it acknowledges what nobody else has. */
  private static void awaitUnprotected(TestCell cell) throws Exception {
    cell.await("k = 0", group -> "STEADY".equals(group.phase()) && group.syncK() == 0);
    cell.awaitWrites(40);
  }
}
