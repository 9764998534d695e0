package io.conclave.it;

import io.conclave.cli.StatusView.GroupView;
import io.conclave.demo.HostProcess;
import io.conclave.fault.FaultPoint;
import io.conclave.fault.FaultPoints.Armed;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The coordinator is killed, or frozen and thawed after another has taken over, at each of its steps. Those by which k goes to
 * 0 and back are {@link AvailableFaultPointsIT}'s.
 */
@ExtendWith(OneCell.Strict.class)
class FaultPointsIT {

  /** What makes a coordinator come by a point. */
  enum Scenario {
    /** The primary is killed; the old one comes back and joins the sync set. */
    FAILOVER,
    /** The primary is killed together with a standby: the evidence of the primary is needed. */
    RECOVERY,
    /** A standby hangs and leaves the sync set. */
    SHRINK,
    /** A standby that hung returns to the sync set. */
    GROW,
    SWITCHOVER,
    /** The very first start of a group: neither a failover nor a change of a sync set. */
    FORMATION
  }

  /** Every point has its scenarios: the compiler asks for those of a new one. */
  private static List<Scenario> scenarios(FaultPoint point) {
    return switch (point) {
      case BEFORE_CLAIM, AFTER_CLAIM, CLAIM_WRITTEN, CLAIM_REWRITTEN -> List.of(Scenario.FAILOVER);
      case RECORD_WRITTEN, BEFORE_PUBLISH, AFTER_PUBLISH ->
        List.of(Scenario.FAILOVER, Scenario.SHRINK, Scenario.GROW);
      case BEFORE_BEGIN,
          AFTER_BEGIN,
          BEFORE_ESTABLISH,
          AFTER_ESTABLISH,
          BEFORE_FENCE,
          AFTER_FENCE,
          BEFORE_PROMOTE,
          AFTER_PROMOTE,
          BEFORE_FOLLOW,
          AFTER_FOLLOW,
          BEFORE_OPEN_GATE,
          AFTER_OPEN_GATE,
          BEFORE_REJOIN,
          AFTER_REJOIN,
          PROMOTED -> List.of(Scenario.FAILOVER);
      case BEFORE_RECOVER, AFTER_RECOVER -> List.of(Scenario.RECOVERY);
      case BEFORE_CHANGE_SYNC,
          AFTER_CHANGE_SYNC,
          BEFORE_BARRIER,
          AFTER_BARRIER,
          BEFORE_SYNC_WRITE,
          AFTER_SYNC_WRITE -> List.of(Scenario.SHRINK, Scenario.GROW);
      case BEFORE_PREPARE,
          AFTER_PREPARE,
          BEFORE_STEP_DOWN,
          AFTER_STEP_DOWN,
          BEFORE_ANSWER,
          AFTER_ANSWER -> List.of(Scenario.SWITCHOVER);
      case BEFORE_INITIALIZE, AFTER_INITIALIZE, BEFORE_ADOPT, AFTER_ADOPT ->
        List.of(Scenario.FORMATION);
    };
  }

  /** How often a failover comes by: a fence for each node, two topologies, two writes. */
  private static int passes(FaultPoint point, Scenario scenario) {
    return switch (point) {
      case BEFORE_FENCE, AFTER_FENCE -> 3;
      case BEFORE_PUBLISH, AFTER_PUBLISH, RECORD_WRITTEN -> scenario == Scenario.FAILOVER ? 2 : 1;
      default -> 1;
    };
  }

  static Stream<Arguments> everyStep() {
    return Arrays.stream(FaultPoint.values())
        .flatMap(point -> scenarios(point).stream()
            .filter(scenario -> scenario != Scenario.FORMATION)
            .flatMap(scenario -> CoordinatorFault.all(point, passes(point, scenario))
                .map(armed -> Arguments.of(scenario, armed.toString()))));
  }

  @ParameterizedTest
  @MethodSource("everyStep")
  @Tag("exhaustive")
  void atEveryStep(Scenario scenario, String point, TestCell cell) throws Exception {
    fault(scenario, Armed.parse(point), cell);
  }

  /** One of each kind: before and after a majority knows, with the order given or not, in both directions of the sync set. */
  @ParameterizedTest
  @CsvSource({
    "FAILOVER, AFTER_FENCE:freeze:2",
    "FAILOVER, RECORD_WRITTEN:kill",
    "FAILOVER, AFTER_PROMOTE:freeze",
    "FAILOVER, BEFORE_ESTABLISH:kill",
    "SHRINK, AFTER_CHANGE_SYNC:kill",
    "GROW, RECORD_WRITTEN:freeze",
  })
  void atSomeSteps(Scenario scenario, String point, TestCell cell) throws Exception {
    fault(scenario, Armed.parse(point), cell);
  }

  /** That nothing is lost and the group is whole afterwards is asked of every test. */
  private static void fault(Scenario scenario, Armed point, TestCell cell) throws Exception {
    GroupView before = cell.awaitWhole();
    HostProcess standby = CoordinatorFault.standbyElsewhere(cell, before);
    List<Long> hanging = scenario == Scenario.SHRINK || scenario == Scenario.GROW
        ? TestCell.serverPids(standby)
        : List.of();
    try {
      prepare(scenario, cell, standby, hanging);
      cell.arm(point);
      trigger(scenario, cell, standby, hanging);
      HostProcess reached = scenario == Scenario.SWITCHOVER
          ? cell.awaitReached(point, asking(cell, standby))
          : cell.awaitReached(point);
      if (scenario == Scenario.RECOVERY) {
        cell.startJvm(standby);
      }
      CoordinatorFault.comeBack(cell, point, reached);
    } finally {
      cell.disarm();
      cell.signal("CONT", hanging);
    }
    cell.awaitWhole();
  }

  private static void prepare(
      Scenario scenario, TestCell cell, HostProcess standby, List<Long> hanging) throws Exception {
    if (scenario == Scenario.GROW) {
      cell.signal("STOP", hanging);
      cell.await(
          "the sync set without " + TestCell.node(standby),
          group -> "STEADY".equals(group.phase())
              && group.blocker() == null
              && group.syncSet().size() == 1
              && !group.syncSet().contains(TestCell.node(standby)));
    }
  }

  private static void trigger(
      Scenario scenario, TestCell cell, HostProcess standby, List<Long> hanging) throws Exception {
    HostProcess primary = cell.primary();
    switch (scenario) {
      case FAILOVER -> cell.signal("KILL", List.of(TestCell.postmaster(primary)));
      case RECOVERY -> {
        cell.signal("KILL", List.of(TestCell.postmaster(primary)));
        cell.killHost(standby);
      }
      case SHRINK -> cell.signal("STOP", hanging);
      case GROW -> cell.signal("CONT", hanging);
      case SWITCHOVER -> {
        // It is asked for until the point is reached.
      }
      case FORMATION -> throw new IllegalArgumentException("a group is formed once");
    }
  }

  /**
   * Asks for a switchover, and again when that was refused: as a coordinator may, of which another one has just taken over. What
   * becomes of it is seen in the group; its answer may die with the coordinator.
   */
  private static Runnable asking(TestCell cell, HostProcess target) {
    AtomicReference<Future<?>> asked = new AtomicReference<>();
    return () -> {
      if (asked.get() == null || asked.get().isDone()) {
        asked.set(cell.cell().client().switchover(target.host(), TestCell.node(target)));
      }
    };
  }
}
