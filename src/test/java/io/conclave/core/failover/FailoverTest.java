package io.conclave.core.failover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.core.Ballot;
import io.conclave.core.Durability.WhenAlone;
import io.conclave.core.EpochRow;
import io.conclave.core.Gate;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport.Problem;
import io.conclave.core.NodeReport.ServerState;
import io.conclave.core.OrderStatus.Outcome;
import io.conclave.core.SwitchoverReply;
import io.conclave.core.SyncSet;
import io.conclave.core.Task;
import io.conclave.core.Vote;
import io.conclave.core.failover.Effect.Milestone;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The protocol, row by row, in a world of values. The last word: every row was taken. */
class FailoverTest {

  @AfterAll
  static void everyRowWasTaken() {
    Set<String> never = Failover.ROWS.stream()
        .filter(row -> !SwitchoverHoldTest.isOfHold(row))
        .map(World::name)
        .collect(Collectors.toCollection(TreeSet::new));
    never.removeAll(World.TAKEN);
    assertEquals(Set.of(), never, "rows never taken");
  }

  private static void failedOver(World world) {
    world.until("replaced", () -> !world.primary().id().value().equals("a"));
    world.until("whole", world::isWhole);
    assertTrue(world.primary().data.containsAll(world.acknowledged));
  }

  private static World busy(WhenAlone whenAlone) {
    World world = World.steady(whenAlone);
    world.write();
    world.write();
    return world;
  }

  private static List<Class<?>> tasksSince(World world, int effect) {
    return world.effects.subList(effect, world.effects.size()).stream()
        .filter(Effect.Send.class::isInstance)
        .<Class<?>>map(e -> ((Effect.Send) e).order().task().getClass())
        .toList();
  }

  private static Optional<Outcome> none() {
    return Optional.empty();
  }

  // Formation.

  @Test
  void emptyNodesBecomeAGroup() {
    World world = World.steady(WhenAlone.STRICT);
    assertEquals("a", world.primary().id().value());
    assertEquals(1, world.established().epoch());
  }

  @Test
  void aRunningPrimaryIsAdopted() {
    World world = new World(WhenAlone.STRICT, 3);
    world.node("b").server = ServerState.PRIMARY;
    world.start();
    world.until("whole", world::isWhole);
    assertEquals("b", world.primary().id().value());
  }

  @Test
  void aSilentNodeHoldsUpTheFormation() {
    World world = new World(WhenAlone.STRICT, 3);
    world.node("c").hostUp = false;
    world.start();
    world.run(5000);
    assertEquals(Phase.FORMING, world.state.phase());
    assertTrue(Blocker.of(world.rules, world.state, world.nowMs).orElseThrow().contains("[c]"));
  }

  @Test
  void anEpochBesideAnEmptyRegisterIsLeftAlone() {
    World world = World.steady(WhenAlone.STRICT);
    world.stored = io.conclave.core.RegisterRecord.EMPTY;
    world.start();
    int before = world.effects.size();
    world.run(5000);
    assertEquals(Phase.FORMING, world.state.phase());
    assertEquals(List.of(), tasksSince(world, before));
  }

  @Test
  void aFormationIsTakenOver() {
    World world = new World(WhenAlone.STRICT, 3);
    world.ordersArrive = false;
    world.start();
    world.untilPhase(Phase.PROMOTING);
    world.ordersArrive = true;
    world.start();
    world.until("whole", world::isWhole);
  }

  @Test
  void aFailedInitializeIsTriedAgain() {
    World world = new World(WhenAlone.STRICT, 3);
    world.script = (node, task) -> task instanceof Task.Initialize && world.nowMs < 1_002_000
        ? Optional.of(Outcome.FAILED)
        : none();
    world.start();
    world.until("whole", world::isWhole);
  }

  // Failover.

  @ParameterizedTest
  @EnumSource(WhenAlone.class)
  void aKilledPrimaryIsReplacedAndReturns(WhenAlone whenAlone) {
    World world = busy(whenAlone);
    int before = world.effects.size();
    world.primary().kill();
    failedOver(world);
    List<Milestone> milestones = world.effects.subList(before, world.effects.size()).stream()
        .filter(Effect.Remember.class::isInstance)
        .map(e -> ((Effect.Remember) e).milestone())
        .filter(m -> m != Milestone.SYNC_SET_CHANGED)
        .toList();
    assertEquals(
        List.of(
            Milestone.VERDICT,
            Milestone.FENCED,
            Milestone.BEGUN,
            Milestone.PROMOTED,
            Milestone.ESTABLISHED),
        milestones);
    assertEquals(2, world.established().epoch());
  }

  @Test
  void aKilledHostIsReplaced() {
    World world = busy(WhenAlone.STRICT);
    Node old = world.primary();
    old.killHost();
    world.until("writable", () -> world.primary() != old && world.primary().gate == Gate.OPEN);
    world.write();
    world.run(3000);
    old.hostReturns();
    world.until("whole", world::isWhole);
    assertEquals(3, world.primary().data.size());
  }

  @Test
  void followersAreOrderedInTheStepThatPromotes() {
    World world = busy(WhenAlone.STRICT);
    int before = world.effects.size();
    world.primary().kill();
    world.untilPhase(Phase.PROMOTING);
    List<Class<?>> tasks = tasksSince(world, before);
    assertEquals(
        List.of(
            Task.Fence.class,
            Task.Fence.class,
            Task.Fence.class,
            Task.Promote.class,
            Task.Follow.class),
        tasks);
  }

  @Test
  void aPrimaryWithUnacknowledgedWritesIsRebuilt() {
    World world = busy(WhenAlone.STRICT);
    Node a = world.node("a");
    a.cutOff = true;
    world.node("b").cutOff = true;
    world.node("c").cutOff = true;
    world.write();
    a.killHost();
    world.node("b").cutOff = false;
    world.node("c").cutOff = false;
    a.cutOff = false;
    world.until("replaced", () -> world.primary() != a && world.state.phase() == Phase.STEADY);
    a.hostReturns();
    failedOver(world);
    assertEquals(2, a.data.size());
  }

  @Test
  void oneRegionCutOffIsNoVerdict() {
    World world = busy(WhenAlone.STRICT);
    world.opinion = Optional.of(Vote.Opinion.SUSPECT);
    world.run(3000);
    assertEquals(Phase.STEADY, world.state.phase());
  }

  @Test
  void flappingIsStopped() {
    World world = busy(WhenAlone.STRICT);
    for (int i = 0; i < world.rules.timings().failoverLimit(); i++) {
      Node old = world.primary();
      old.kill();
      world.until("replaced", () -> world.primary() != old);
      world.until("whole", world::isWhole);
    }
    world.primary().kill();
    world.run(1000);
    assertEquals(Phase.STEADY, world.state.phase());
    assertTrue(
        Blocker.of(world.rules, world.state, world.nowMs).orElseThrow().contains("flapping"));
    world.run(61_000);
    world.until("whole", world::isWhole);
  }

  @Test
  void aVerdictDuringASyncSetWriteDoesNotReuseItsVersion() {
    World world = busy(WhenAlone.STRICT);
    world.node("c").killHost();
    world.answersArrive = false;
    world.until(
        "writes",
        () -> world
            .state
            .change()
            .filter(c -> c.stage() == SyncChange.Stage.WRITING)
            .isPresent());
    world.primary().kill();
    world.untilPhase(Phase.FENCING);
    world.answersArrive = true;
    world.node("c").hostReturns();
    failedOver(world);
  }

  @Test
  void aSyncSetWriteThatNobodyAnswersIsRepeated() {
    World world = busy(WhenAlone.STRICT);
    world.node("c").killHost();
    world.answersArrive = false;
    world.registerUp = false;
    world.until(
        "writes",
        () -> world
            .state
            .change()
            .filter(c -> c.stage() == SyncChange.Stage.WRITING)
            .isPresent());
    world.answersArrive = true;
    world.run(1000);
    world.registerUp = true;
    world.until("shrunk", () -> world.established().sync().size() == 1);
  }

  @Test
  void reportsOfAnEarlierOrderOrBallotAreNoEvidence() {
    World world = busy(WhenAlone.STRICT);
    world.primary().killHost();
    world.ordersArrive = false;
    world.untilPhase(Phase.FENCING);
    for (String name : List.of("b", "c")) {
      Node node = world.node(name);
      node.fenced = Optional.of(new io.conclave.core.Fenced(
          world.state.ballot(),
          world.state.orders().get(node.id()).order().number() - 1,
          node.position,
          1,
          node.history.get(0),
          true));
    }
    world.run(1000);
    assertEquals(Phase.FENCING, world.state.phase());
    for (String name : List.of("b", "c")) {
      Node node = world.node(name);
      node.fenced = Optional.of(new io.conclave.core.Fenced(
          new Ballot(world.state.ballot().number() - 1, new UUID(1, 1)),
          world.state.orders().get(node.id()).order().number(),
          node.position,
          1,
          node.history.get(0),
          true));
    }
    world.run(1000);
    assertEquals(Phase.FENCING, world.state.phase());
    world.ordersArrive = true;
    world.until("replaced", () -> !world.primary().id().value().equals("a"));
  }

  @Test
  void aRebuildingNodeNeverCounts() {
    World world = busy(WhenAlone.STRICT);
    world.node("c").rebuilding = Optional.of(new UUID(5, 5));
    world.primary().killHost();
    world.run(5000);
    assertEquals(Phase.FENCING, world.state.phase());
    assertTrue(Blocker.of(world.rules, world.state, world.nowMs).isPresent());
    world.node("a").hostReturns();
    world.until("replaced", () -> world.stored.established().orElseThrow().epoch() == 2);
  }

  @Test
  void aFailedFenceIsGivenAgain() {
    World world = busy(WhenAlone.STRICT);
    world.script = (node, task) ->
        task instanceof Task.Fence && world.nowMs - world.state.sinceMs() < 1000
            ? Optional.of(Outcome.FAILED)
            : none();
    world.primary().killHost();
    world.until("replaced", () -> !world.primary().id().value().equals("a"));
  }

  @Test
  void aPrimaryThatIsHealthyAfterAllIsLeftInPlace() {
    World world = busy(WhenAlone.STRICT);
    world.ordersArrive = false;
    world.opinion = Optional.of(Vote.Opinion.DEAD);
    world.untilPhase(Phase.FENCING);
    world.opinion = Optional.empty();
    world.untilPhase(Phase.STEADY);
    world.ordersArrive = true;
    world.until("whole", world::isWhole);
    assertEquals("a", world.primary().id().value());
  }

  // The candidate fails.

  @Test
  void theCandidateDiesBeforeItPromotes() {
    World world = busy(WhenAlone.STRICT);
    world.primary().kill();
    world.script = (node, task) -> {
      if (task instanceof Task.Promote && node.value().equals("b")) {
        world.node("b").killHost();
      }
      return none();
    };
    world.until("c", () -> world.primary().id().value().equals("c"));
    world.script = (node, task) -> none();
    world.node("b").hostReturns();
    failedOver(world);
  }

  @Test
  void theCandidateDiesAfterPromotionAndBeforeTheRowIsShown() {
    World world = busy(WhenAlone.STRICT);
    Node b = world.node("b");
    world.node("c").cutOff = true;
    world.primary().kill();
    world.until("promoted", () -> b.server == ServerState.PRIMARY);
    world.run(500);
    assertEquals(Phase.PROMOTING, world.state.phase());
    b.killHost();
    world.node("c").cutOff = false;
    world.until("replaced", () -> world.stored.established().orElseThrow().epoch() > 1);
    b.hostReturns();
    failedOver(world);
  }

  @Test
  void theCandidateRefuses() {
    World world = busy(WhenAlone.STRICT);
    int[] refusals = {1};
    world.script = (node, task) ->
        task instanceof Task.Promote && refusals[0]-- > 0 ? Optional.of(Outcome.REFUSED) : none();
    world.primary().kill();
    failedOver(world);
    assertEquals(3, world.established().epoch());
  }

  @Test
  void aStrandedCandidateGivesWay() {
    World world = busy(WhenAlone.STRICT);
    world.node("a").killHost();
    world.untilPhase(Phase.PROMOTING);
    world.node("c").killHost();
    world.run(2000);
    world.node("a").hostReturns();
    world.until(
        "writable",
        () -> world.state.phase() == Phase.STEADY
            && world.primary().gate == Gate.OPEN
            && world.established().sync().k() == 1);
    world.write();
    assertEquals(3, world.acknowledged.size());
  }

  @Test
  void aFollowThatFailsIsGivenAgain() {
    World world = busy(WhenAlone.STRICT);
    int[] failures = {2};
    world.script = (node, task) ->
        task instanceof Task.Follow && failures[0]-- > 0 ? Optional.of(Outcome.FAILED) : none();
    world.primary().kill();
    failedOver(world);
    assertEquals(2, world.established().epoch());
  }

  // Takeover, outbid, register away: at every phase.

  private static World at(Phase phase) {
    World world = busy(WhenAlone.STRICT);
    switch (phase) {
      case CLAIMING -> world.start();
      case FORMING -> {
        world = new World(WhenAlone.STRICT, 3);
        world.node("c").hostUp = false;
        world.start();
        world.untilPhase(Phase.FORMING);
        world.node("c").hostUp = true;
      }
      case PREPARING, DRAINING -> {
        World held = world;
        held.script = (node, task) -> (phase == Phase.PREPARING && task instanceof Task.Prepare)
                || task instanceof Task.StepDown
                || task instanceof Task.Fence
            ? Optional.of(Outcome.RUNNING)
            : none();
        held.switchover("b");
        held.untilPhase(phase);
      }
      case HOLDING -> {
        world.edge("e-1").drainMs = Long.MAX_VALUE;
        world.tick();
        world.switchover("b", Optional.of(60_000L));
        world.untilPhase(Phase.HOLDING);
        world.edges.get(0).drainMs = 0;
      }
      case STEADY, RESIGNED -> {}
      default -> {
        World held = world;
        held.script = (node, task) -> phase == Phase.FENCING && task instanceof Task.Fence
            ? Optional.of(Outcome.RUNNING)
            : none();
        held.node("c").cutOff = phase == Phase.PROMOTING || phase == Phase.ESTABLISHING;
        held.primary().kill();
        held.answersArrive = phase != Phase.BEGINNING;
        if (phase == Phase.ESTABLISHING) {
          held.untilPhase(Phase.PROMOTING);
          held.answersArrive = false;
          held.node("c").cutOff = false;
        }
        held.untilPhase(phase);
        held.answersArrive = true;
        held.node("c").cutOff = false;
      }
    }
    return world;
  }

  @ParameterizedTest
  @EnumSource(value = Phase.class, names = "RESIGNED", mode = EnumSource.Mode.EXCLUDE)
  void anotherCoordinatorGoesOnFromEveryPhase(Phase phase) {
    World world = at(phase);
    world.script = (node, task) -> none();
    world.start();
    world.until("whole", world::isWhole);
    assertTrue(world.primary().data.containsAll(world.acknowledged));
  }

  @ParameterizedTest
  @EnumSource(value = Phase.class, names = "RESIGNED", mode = EnumSource.Mode.EXCLUDE)
  void anOutbidCoordinatorStopsInEveryPhase(Phase phase) {
    World world = at(phase);
    world.outbid();
    int before = world.effects.size();
    world.take(new Input.Outbid(world.claimed));
    assertEquals(Phase.RESIGNED, world.state.phase());
    assertEquals(List.of(), tasksSince(world, before));
    assertTrue(world.effects.get(world.effects.size() - 1) instanceof Effect.Resign);
    Step after =
        Failover.step(world.rules, world.state, world.nowMs, new UUID(0, 1), new Input.Tick());
    assertEquals(List.of(), after.effects());
  }

  @ParameterizedTest
  @EnumSource(value = Phase.class, names = "RESIGNED", mode = EnumSource.Mode.EXCLUDE)
  void aRegisterThatIsAwayForAWhileCostsTimeOnly(Phase phase) {
    World world = at(phase);
    world.registerUp = false;
    world.script = (node, task) -> none();
    world.run(3000);
    world.registerUp = true;
    world.until("whole", world::isWhole);
    assertTrue(world.primary().data.containsAll(world.acknowledged));
  }

  @ParameterizedTest
  @EnumSource(
      value = Phase.class,
      names = {"CLAIMING", "FORMING", "RESIGNED"},
      mode = EnumSource.Mode.EXCLUDE)
  void aPromiseAboveTheOwnBallotStopsACoordinatorAtWork(Phase phase) {
    World world = at(phase);
    if (phase == Phase.STEADY) {
      world.run(3000);
    }
    world.outbid();
    world.node("b").promised = world.claimed;
    world.take(new Input.Reported(world.node("b").report()));
    assertEquals(Phase.RESIGNED, world.state.phase());
    world.script = (node, task) -> none();
    world.start();
    world.until("whole", world::isWhole);
  }

  @Test
  void aFreshCoordinatorClaimsAboveAPromiseThatTheRegisterForgot() {
    World world = busy(WhenAlone.STRICT);
    world.node("b").promised = new Ballot(1000, new UUID(1, 1));
    world.start();
    world.until("claimed above", () -> world.state.ballot().number() > 1000);
    world.until("whole", world::isWhole);
    World begun = at(Phase.PROMOTING);
    begun.node("c").promised = new Ballot(1000, new UUID(1, 1));
    begun.start();
    begun.until("whole", begun::isWhole);
    World forming = new World(WhenAlone.STRICT, 3);
    forming.node("b").promised = new Ballot(1000, new UUID(1, 1));
    forming.start();
    forming.until("whole", forming::isWhole);
  }

  @Test
  void registerAwayWhileEstablishing() {
    World other = at(Phase.PROMOTING);
    other.registerUp = false;
    other.untilPhase(Phase.ESTABLISHING);
    other.run(1000);
    assertEquals(Phase.ESTABLISHING, other.state.phase());
    other.registerUp = true;
    other.until("whole", other::isWhole);
  }

  @Test
  void registerAwayWhileBeginning() {
    World world = at(Phase.FENCING);
    world.registerUp = false;
    world.script = (node, task) -> none();
    world.run(3000);
    assertEquals(Phase.BEGINNING, world.state.phase());
    assertEquals(
        0,
        world.effects.stream()
            .filter(e -> e instanceof Effect.Send s && s.order().task() instanceof Task.Promote)
            .count(),
        "no Promote without a register write");
    world.registerUp = true;
    failedOver(world);
  }

  @Test
  void aTakeoverOfACandidateWithoutItsDataFencesInstead() {
    World world = at(Phase.PROMOTING);
    Node candidate = world.node(world.state.register().newest().orElseThrow().primary());
    candidate.loseDisk();
    int before = world.effects.size();
    world.start();
    world.until(
        "writable", () -> world.state.phase() == Phase.STEADY && world.primary().gate == Gate.OPEN);
    List<Class<?>> tasks = tasksSince(world, before);
    assertFalse(tasks.contains(Task.Initialize.class) || tasks.contains(Task.Adopt.class));
    world.until("whole", world::isWhole);
    assertTrue(world.primary().data.containsAll(world.acknowledged));
  }

  /** Found as seed 90086808: it had served, its gate was closed, and the row was shown as before. */
  @Test
  void aTakeoverOpensTheGateOfAPrimaryThatHasServedOnlyWhenOthersHaveWhatItShows() {
    World world = busy(WhenAlone.STRICT);
    world.node("c").cutOff = true;
    world.primary().kill();
    world.untilPhase(Phase.PROMOTING);
    world.registerUp = false;
    world.node("c").cutOff = false;
    Node b = world.node("b");
    world.until("serves", () -> b.server == ServerState.PRIMARY && b.gate == Gate.OPEN);
    world.node("a").killHost();
    world.node("c").cutOff = true;
    world.write();
    b.restartInPlace();
    world.registerUp = true;
    assertEquals(1, world.stored.begun().size(), "it is established, and nobody knows");
    world.start();
    world.until("established", () -> world.stored.begun().isEmpty());
    world.run(3000);
    assertEquals(Gate.CLOSED, b.gate);
    world.node("c").cutOff = false;
    world.until("open", () -> b.gate == Gate.OPEN);
    assertEquals(2, world.established().epoch());
  }

  /** Found as seed 100400610, at the formation of a group, whose limit is minutes. */
  @Test
  void aCandidateThatDiesBeforeAnybodySeesItPromotedIsNotWaitedFor() {
    World world = busy(WhenAlone.STRICT);
    world.script = (node, task) -> {
      if (!(task instanceof Task.Promote)) {
        return none();
      }
      world.node(node).kill();
      return Optional.of(Outcome.DONE);
    };
    world.primary().kill();
    world.untilPhase(Phase.PROMOTING);
    Ballot first = world.claimed;
    assertTrue(world.rules.timings().suspicionMs() < world.rules.timings().promoteDeadlineMs() / 2);
    world.run(world.rules.timings().suspicionMs() + 2 * World.TICK_MS);
    assertTrue(world.claimed.isAbove(first), "the next attempt");
    world.script = (node, task) -> none();
    world.until("whole", world::isWhole);
    assertTrue(world.primary().data.containsAll(world.acknowledged));
  }

  @Test
  void anAttemptThatAnotherCoordinatorEndedIsNotGoneOnWith() {
    World world = at(Phase.PROMOTING);
    world.registerUp = false;
    world.node(world.state.register().newest().orElseThrow().primary()).killHost();
    world.untilPhase(Phase.CLAIMING);
    GroupState sleeping = world.state;
    world.registerUp = true;
    world.start();
    world.until("replaced", () -> world.state.phase() == Phase.STEADY);
    world.state = sleeping;
    int before = world.effects.size();
    world.claimed = world.claimed.next(new UUID(8, 999));
    world.stored = world.stored.under(world.claimed);
    world.take(new Input.Claimed(world.claimed, world.stored));
    assertEquals(Phase.STEADY, world.state.phase());
    assertEquals(List.of(), tasksSince(world, before));
  }

  @Test
  void theNextAttemptIsTakenOverWhenAnotherConfigurationWasBegun() {
    World world = at(Phase.PROMOTING);
    world.registerUp = false;
    world.node(world.state.register().newest().orElseThrow().primary()).killHost();
    world.untilPhase(Phase.CLAIMING);
    Input.Claimed claimed = new Input.Claimed(
        world.claimed.next(new UUID(8, 999)),
        world
            .stored
            .begin(new io.conclave.core.Configuration(
                9, new NodeId("c"), SyncSet.EMPTY, new UUID(4, 4)))
            .under(world.claimed.next(new UUID(8, 999))));
    world.take(claimed);
    assertEquals(Phase.PROMOTING, world.state.phase());
  }

  // Standbys and the sync set.

  @ParameterizedTest
  @EnumSource(WhenAlone.class)
  void aStandbyThatDiesAndReturnsTwiceIsTendedTwice(WhenAlone whenAlone) {
    World world = busy(whenAlone);
    for (int i = 0; i < 2; i++) {
      world.node("c").kill();
      world.run(300);
      world.until("whole", world::isWhole);
      world.node("c").killHost();
      world.until("left", () -> !world.established().sync().contains(new NodeId("c")));
      world.write();
      world.node("c").hostReturns();
      world.until("whole", world::isWhole);
    }
    assertEquals(4, world.acknowledged.size());
  }

  @Test
  void withoutStandbysStrictWaits() {
    World world = busy(WhenAlone.STRICT);
    world.node("b").killHost();
    world.node("c").killHost();
    world.run(10_000);
    assertTrue(world.established().sync().k() > 0);
    world.write();
    assertEquals(2, world.acknowledged.size());
    world.node("b").hostReturns();
    world.node("c").hostReturns();
    world.until("whole", world::isWhole);
  }

  @Test
  void withoutStandbysAvailableGoesOnAndSaysSo() {
    World world = busy(WhenAlone.AVAILABLE);
    world.node("b").killHost();
    world.node("c").killHost();
    world.until("free", () -> world.primary().sync.orElseThrow().count() == 0);
    assertEquals(0, world.established().sync().k());
    assertTrue(Blocker.of(world.rules, world.state, world.nowMs).orElseThrow().contains("k = 0"));
    world.write();
    assertEquals(3, world.acknowledged.size());
    world.node("b").hostReturns();
    world.node("c").hostReturns();
    world.until("whole", world::isWhole);
  }

  @Test
  void theSoleMemberIsStartedAgain() {
    World world = busy(WhenAlone.STRICT);
    world.node("c").killHost();
    world.until("one left", () -> world.established().sync().size() == 1);
    world.node("b").kill();
    world.until(
        "b streams",
        () -> world.node("b").receiver == io.conclave.core.NodeReport.Receiver.STREAMING);
    world.write();
    assertEquals(3, world.acknowledged.size());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theSoleMemberIsRebuilt(boolean otherIsAMember) {
    World world = busy(WhenAlone.STRICT);
    world.node("c").killHost();
    if (!otherIsAMember) {
      world.until("one left", () -> world.established().sync().size() == 1);
    }
    world.node("b").kill();
    world.node("b").loseDisk();
    world.until(
        "b streams",
        () -> world.node("b").receiver == io.conclave.core.NodeReport.Receiver.STREAMING);
    world.until(
        "b counts",
        () -> world.established().sync().k() == 1
            && world.established().sync().contains(new NodeId("b")));
    world.write();
    assertEquals(3, world.acknowledged.size());
  }

  @Test
  void aStoppedMemberWhoseWalIsNoPrefixIsRebuilt() {
    World world = busy(WhenAlone.STRICT);
    Node c = world.node("c");
    c.kill();
    c.position = new io.conclave.core.Lsn(1L << 40);
    world.until("rebuilt", () -> c.position.equals(world.primary().position));
    world.until("whole", world::isWhole);
  }

  /** Nobody but its agent knows why it does not follow: by its report it could. */
  @Test
  void aStandbyWithWalOfAPromotionThatCameToNothingIsRebuilt() {
    World world = busy(WhenAlone.STRICT);
    Node c = world.node("c");
    c.killHost();
    world.until("one left", () -> world.established().sync().size() == 1);
    c.strayTimeline = true;
    c.upstream = Optional.empty();
    c.hostReturns();
    c.server = io.conclave.core.NodeReport.ServerState.STANDBY;
    world.until("rebuilt", () -> !c.strayTimeline);
    world.until("whole", world::isWhole);
  }

  /** b is primary of the second epoch; c shows its row, and another first epoch than b does. */
  private static World withPhantomAtC() {
    World world = busy(WhenAlone.STRICT);
    world.primary().kill();
    failedOver(world);
    Node c = world.node("c");
    c.phantom = Optional.of(
        new EpochRow(1, new UUID(66, 6), new NodeId("a"), 1, c.history.get(0).start()));
    return world;
  }

  private static void leavesAndIsNotRebuilt(World world, Node node) {
    world.script = (to, task) -> task instanceof Task.Rejoin ? Optional.of(Outcome.FAILED) : none();
    world.until("left", () -> !world.established().sync().contains(node.id()));
  }

  @Test
  void aStandbyOfAnotherPastLeavesTheSyncSetAndIsRebuilt() {
    World world = withPhantomAtC();
    Node c = world.node("c");
    leavesAndIsNotRebuilt(world, c);
    assertTrue(c.phantom.isPresent(), "not rebuilt while it is a member");
    assertTrue(Switchovers.unfit(
            new Turn(world.rules, world.state, world.nowMs, new UUID(0, 0), new Input.Tick()),
            c.id())
        .isPresent());
    world.script = (node, task) -> none();
    world.until("rebuilt", () -> c.phantom.isEmpty());
    world.until("whole", world::isWhole);
  }

  @Test
  void aStandbyOfAnotherPastIsNotPromoted() {
    World world = withPhantomAtC();
    Node c = world.node("c");
    leavesAndIsNotRebuilt(world, c);
    world.primary().killHost();
    c.position = new io.conclave.core.Lsn(c.position.bytes() + 100);
    world.until("replaced", () -> world.primary().id().value().equals("a"));
    assertFalse(world.established().sync().contains(c.id()));
    assertTrue(world.primary().data.containsAll(world.acknowledged));
  }

  @Test
  void aReceiverThatAsksInVainIsRebuilt() {
    World world = busy(WhenAlone.STRICT);
    Node c = world.node("c");
    c.cutOff = true;
    int before = world.effects.size();
    world.until("rebuilt", () -> tasksSince(world, before).contains(Task.Rejoin.class));
    c.cutOff = false;
    world.until("whole", world::isWhole);
  }

  @Test
  void aSettingThatSomebodyChangedIsPutBack() {
    World world = busy(WhenAlone.STRICT);
    for (int i = 0; i < 2; i++) {
      world.primary().sync =
          Optional.of(new io.conclave.core.SyncSetting(List.of(new NodeId("b")), 1));
      world.until("put back", world::isWhole);
      world.run(2000);
    }
  }

  @Test
  void aSyncChangeThatFailsAfterItsWriteIsAligned() {
    World world = busy(WhenAlone.AVAILABLE);
    world.script = (node, task) ->
        task instanceof Task.ChangeSync && world.node("b").hostUp == false
            ? Optional.of(Outcome.FAILED)
            : none();
    world.node("b").killHost();
    world.node("c").killHost();
    world.run(5000);
    world.script = (node, task) -> none();
    world.until("free", () -> world.primary().sync.orElseThrow().count() == 0);
  }

  @Test
  void aBarrierThatWaitedInVainCountsWhereItIsShown() {
    World world = new World(WhenAlone.STRICT, 3);
    world.script = (node, task) -> {
      if (task instanceof Task.Barrier row) {
        world.node(node).barrier = Optional.of(row.id());
        return Optional.of(Outcome.FAILED);
      }
      return none();
    };
    world.start();
    world.until("whole", world::isWhole);
  }

  @Test
  void withoutItsBarrierTheSyncSetNeitherShrinksNorGrowsInTheRegister() {
    World world = busy(WhenAlone.STRICT);
    world.script =
        (node, task) -> task instanceof Task.Barrier ? Optional.of(Outcome.RUNNING) : none();
    world.node("c").killHost();
    world.run(5000);
    assertEquals(2, world.established().sync().size());
    world.script = (node, task) -> none();
    world.until("shrunk", () -> world.established().sync().size() == 1);
    world.script =
        (node, task) -> task instanceof Task.Barrier ? Optional.of(Outcome.RUNNING) : none();
    world.node("c").hostReturns();
    world.run(5000);
    assertEquals(1, world.established().sync().size());
    world.script = (node, task) -> none();
    world.until("whole", world::isWhole);
  }

  @Test
  void aFailedShrinkIsTriedAgain() {
    World world = busy(WhenAlone.STRICT);
    long healed = world.nowMs + 5000;
    world.script = (node, task) -> task instanceof Task.ChangeSync && world.nowMs < healed
        ? Optional.of(Outcome.FAILED)
        : none();
    world.node("c").killHost();
    world.until("shrunk", () -> world.established().sync().size() == 1);
  }

  /** One has been away for long, the other for a moment: the step that waits for this one is not begun at every report. */
  @Test
  void aSmallerSetIsNotBegunWhileItCouldNotAcknowledge() {
    World world = busy(WhenAlone.STRICT);
    world.node("c").killHost();
    world.run(world.rules.timings().standbyGraceMs() - 500);
    world.node("b").cutOff = true;
    world.run(200);
    int before = world.effects.size();
    world.run(2000);
    assertEquals(List.of(), tasksSince(world, before));
    assertEquals(2, world.primary().sync.orElseThrow().members().size());
    world.node("b").cutOff = false;
    world.until("shrunk", () -> world.established().sync().size() == 1);
  }

  /** A coordinator that has just begun gives standbys their grace; the server must not wait for them meanwhile. */
  @Test
  void aSuccessorLetsALonePrimaryGoOn() {
    World world = busy(WhenAlone.AVAILABLE);
    world.node("b").killHost();
    world.node("c").killHost();
    world.until("free", () -> world.primary().sync.orElseThrow().count() == 0);
    world.run(1000);
    world.start();
    for (long until = world.nowMs + 8000; world.nowMs < until; ) {
      world.tick();
      assertEquals(0, world.primary().sync.orElseThrow().count());
    }
    world.node("b").hostReturns();
    world.until("protected", () -> world.established().sync().k() == 1);
  }

  @Test
  void theGateOfARestartedPrimaryOpensAgainEachTime() {
    World world = busy(WhenAlone.STRICT);
    for (int i = 0; i < 3; i++) {
      world.primary().restartInPlace();
      world.until("open", () -> world.primary().gate == Gate.OPEN);
      world.run(2000);
    }
  }

  /** Its agent was lost between the one and the other, or the order failed: once, and the agent sees to its gate from then on. */
  @Test
  void aStandbyThatStreamsAndLetsNoReaderInIsOrderedToFollowAgain() {
    World world = busy(WhenAlone.STRICT);
    world.run(2000);
    world.node("b").gate = Gate.CLOSED;
    int before = world.effects.size();
    world.start();
    world.run(5000);
    assertEquals(List.of(Task.Follow.class), tasksSince(world, before));
  }

  /** A primary that starts again on a full disk, or was promoted on one. */
  private static World shut() {
    World world = busy(WhenAlone.STRICT);
    Node full = world.primary();
    full.problem = Optional.of(new Problem(Problem.Kind.DISK_FULL, "0 KiB are left"));
    world.script = (node, task) -> node.equals(full.id()) && task instanceof Task.OpenGate
        ? Optional.of(Outcome.FAILED)
        : none();
    full.restartInPlace();
    return world;
  }

  @Test
  void aPrimaryThatHasNoRoomToOpenItsGateIsLeftForOneThatHas() {
    failedOver(shut());
  }

  @Test
  void aPrimaryThatHasNoRoomForThePromiseEitherIsLeft() {
    World world = shut();
    world.script = (node, task) -> none();
    world.cannotPromise = (node, task) -> node.value().equals("a");
    world.until("replaced", () -> !world.primary().id().value().equals("a"));
    world.cannotPromise = (node, task) -> false;
    failedOver(world);
  }

  @Test
  void whereNobodyHasRoomThePrimaryGoesOnTrying() {
    World world = shut();
    Optional<Problem> full = world.node("a").problem;
    world.node("b").problem = full;
    world.node("c").problem = full;
    world.run(20_000);
    assertEquals("a", world.established().primary().value());
    world.script = (node, task) -> none();
    world.until("open", () -> world.primary().gate == Gate.OPEN);
    assertEquals(1, world.established().epoch());
  }

  /** A node without room cannot promise, and is not fenced: an attempt would be in vain, and count against the failover limit. */
  @Test
  void whereTooFewCouldBeFencedNobodyIs() {
    World world = shut();
    world.node("b").problem = world.node("a").problem;
    int before = world.effects.size();
    world.run(20_000);
    assertFalse(tasksSince(world, before).contains(Task.Fence.class));
  }

  @Test
  void aGateThatDoesNotOpenForAnotherReasonIsNoFailover() {
    World world = shut();
    world.node("a").problem = Optional.empty();
    world.run(20_000);
    assertEquals(1, world.established().epoch());
  }

  @Test
  void theGateStaysClosedUntilTheSyncSetHasCaughtUp() {
    World world = busy(WhenAlone.STRICT);
    world.node("b").cutOff = true;
    world.node("c").cutOff = true;
    world.write();
    world.primary().restartInPlace();
    world.run(1000);
    assertEquals(Gate.CLOSED, world.primary().gate);
    world.node("b").cutOff = false;
    world.until("open", () -> world.primary().gate == Gate.OPEN);
  }

  @Test
  void fiveNodesSurviveTwo() {
    World world = World.steady(WhenAlone.STRICT, 5);
    world.write();
    world.node("d").killHost();
    world.primary().killHost();
    world.until(
        "replaced",
        () -> !world.primary().id().value().equals("a") && world.primary().gate == Gate.OPEN);
    world.write();
    assertEquals(2, world.acknowledged.size());
    world.node("a").hostReturns();
    world.node("d").hostReturns();
    world.until("whole", world::isWhole);
  }

  // Switchover.

  private static String refusal(World world) {
    SwitchoverReply.Refused refused = assertInstanceOf(
        SwitchoverReply.Refused.class, world.replies.get(world.replies.size() - 1));
    return refused.reason();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "b", "c"})
  void aSwitchoverGoesWhereItShould(String target) {
    World world = busy(WhenAlone.STRICT);
    world.switchover(target);
    world.until("answered", () -> !world.replies.isEmpty());
    SwitchoverReply.Done done = assertInstanceOf(SwitchoverReply.Done.class, world.replies.get(0));
    assertEquals(target.isEmpty() ? "b" : target, done.to().value());
    failedOver(world);
  }

  /** How long the target's fence takes, and who is promoted then. */
  @ParameterizedTest
  @CsvSource({"600, c", "5000, b"})
  void aSwitchoverWaitsForItsTargetForAWhile(long ms, String promoted) {
    World world = busy(WhenAlone.STRICT);
    world.script = (node, task) -> node.value().equals("c") && task instanceof Task.Fence
        ? Optional.of(Outcome.RUNNING)
        : none();
    world.switchover("c");
    world.until("fencing", () -> world.state.phase() == Phase.FENCING);
    world.run(ms);
    world.script = (node, task) -> none();
    world.until("answered", () -> !world.replies.isEmpty());
    assertEquals(promoted, world.primary().id().value());
    failedOver(world);
  }

  /** The standbys are fenced after it: its evidence is not needed, and the checkpoint that leaves it behind is not waited for. */
  @Test
  void aPrimaryWhoseStandbysAreAQuorumStepsDown() {
    World world = busy(WhenAlone.STRICT);
    List<Task> tasks = ofTheOldPrimary(world);
    assertInstanceOf(Task.StepDown.class, tasks.get(1));
    failedOver(world);
  }

  @Test
  void aPrimaryWithoutWhomThereIsNoQuorumIsFenced() {
    World world = busy(WhenAlone.STRICT);
    world.node("c").killHost();
    world.run(1400);
    List<Task> tasks = ofTheOldPrimary(world);
    assertInstanceOf(Task.Fence.class, tasks.get(1));
    world.node("c").hostReturns();
    failedOver(world);
  }

  /** Its receiver streams; but no fence can be written there. */
  @Test
  void aPrimaryWhoseStandbyHasNoRoomIsFenced() {
    World world = busy(WhenAlone.STRICT);
    world.node("c").problem = Optional.of(new Problem(Problem.Kind.DISK_FULL, "no room"));
    world.tick();
    assertInstanceOf(Task.Fence.class, ofTheOldPrimary(world).get(1));
  }

  @ParameterizedTest
  @EnumSource(
      value = Outcome.class,
      names = {"FAILED", "REFUSED"})
  void aPrimaryThatDoesNotStepDownIsFencedWithItsStandbys(Outcome outcome) {
    World world = busy(WhenAlone.STRICT);
    world.script = (node, task) -> task instanceof Task.StepDown
        ? Optional.of(outcome)
        : task instanceof Task.Fence ? Optional.of(Outcome.RUNNING) : none();
    world.switchover("b");
    world.untilPhase(Phase.FENCING);
    assertInstanceOf(
        Task.Fence.class, world.state.orders().get(new NodeId("a")).order().task());
    world.script = (node, task) -> none();
    world.until("answered", () -> !world.replies.isEmpty());
    assertEquals("b", world.primary().id().value());
    failedOver(world);
  }

  /** Then the primary's evidence is needed after all; and of two that have the same, the one that is to be left is not chosen. */
  @Test
  void aStandbyThatIsLostWhenThePrimaryHasSteppedDownIsMadeUpForByIt() {
    World world = busy(WhenAlone.STRICT);
    world.script = (node, task) -> {
      if (task instanceof Task.StepDown) {
        world.node("c").killHost();
      }
      return none();
    };
    world.switchover("b");
    world.until("answered", () -> !world.replies.isEmpty());
    assertEquals("b", world.primary().id().value());
    world.node("c").hostReturns();
    failedOver(world);
  }

  /** What a, the primary, is ordered until a switchover to b is answered. */
  private static List<Task> ofTheOldPrimary(World world) {
    List<Task> tasks = new ArrayList<>();
    world.script = (node, task) -> {
      if (node.value().equals("a")) {
        tasks.add(task);
      }
      return none();
    };
    world.switchover("b");
    world.until("answered", () -> !world.replies.isEmpty());
    assertEquals("b", world.primary().id().value());
    assertInstanceOf(Task.Prepare.class, tasks.get(0));
    return tasks;
  }

  /** With a primary that was fenced the target would be a quorum; but alone it would acknowledge commits that nobody else has. */
  @Test
  void aSwitchoverWaitsForAStandbyBesideItsTarget() {
    World world = busy(WhenAlone.STRICT);
    world.script = (node, task) -> node.value().equals("c") && task instanceof Task.Fence
        ? Optional.of(Outcome.RUNNING)
        : none();
    world.switchover("b");
    world.until("fencing", () -> world.state.phase() == Phase.FENCING);
    world.run(600);
    world.script = (node, task) -> none();
    world.until("answered", () -> !world.replies.isEmpty());
    assertEquals("b", world.primary().id().value());
    assertEquals(1, world.established().sync().k());
    failedOver(world);
  }

  @Test
  void aSwitchoverIsRefusedWithItsReason() {
    World world = busy(WhenAlone.STRICT);
    world.switchover("zz");
    assertTrue(refusal(world).contains("not a node"));
    world.switchover("a");
    assertTrue(refusal(world).contains("already"));
    world.node("b").cutOff = true;
    world.tick();
    world.switchover("b");
    assertTrue(refusal(world).contains("does not stream"));
    world.node("c").cutOff = true;
    world.tick();
    world.switchover("");
    assertTrue(refusal(world).contains("no standby is ready"));
    world.node("b").cutOff = false;
    world.node("c").cutOff = false;
    world.until("whole", world::isWhole);
    world.node("c").killHost();
    world.run(1400);
    world.switchover("c");
    assertTrue(refusal(world).contains("silent"));
    world.until("changing", () -> world.state.change().isPresent());
    world.switchover("b");
    assertTrue(refusal(world).contains("sync set"));
    world.until(
        "changed", () -> world.state.change().isEmpty() && world.state.phase() == Phase.STEADY);
    world.opinion = Optional.of(Vote.Opinion.SUSPECT);
    world.primary().kill();
    world.tick();
    world.switchover("b");
    assertTrue(refusal(world).contains("not well"));
  }

  @ParameterizedTest
  @EnumSource(
      value = Phase.class,
      names = {"STEADY", "RESIGNED"},
      mode = EnumSource.Mode.EXCLUDE)
  void aBusyCoordinatorRefusesASwitchover(Phase phase) {
    World world = at(phase);
    world.switchover("c");
    assertTrue(refusal(world).contains("busy"));
  }

  @Test
  void aResignedCoordinatorRefusesASwitchover() {
    World world = busy(WhenAlone.STRICT);
    world.take(new Input.Outbid(world.claimed.next(new UUID(1, 1))));
    Step step = world.force(new Input.Switchover(new UUID(1, 2), Optional.empty()));
    assertInstanceOf(Effect.Answer.class, step.effects().get(0));
  }

  @Test
  void aSwitchoverWhoseTargetIsLostIsCalledOff() {
    World world = busy(WhenAlone.STRICT);
    world.script =
        (node, task) -> task instanceof Task.Prepare ? Optional.of(Outcome.RUNNING) : none();
    world.switchover("b");
    world.node("b").kill();
    world.until("answered", () -> !world.replies.isEmpty());
    assertTrue(refusal(world).contains("called off"));
    assertEquals("a", world.primary().id().value());
    assertEquals(ServerState.PRIMARY, world.primary().server);
    world.until("whole", world::isWhole);
  }

  @Test
  void aPrimaryThatDiesDuringPreparationsIsFailedOver() {
    World world = at(Phase.PREPARING);
    world.primary().kill();
    world.untilPhase(Phase.FENCING);
    world.script = (node, task) -> none();
    failedOver(world);
    assertTrue(refusal(world).contains("died"));
  }

  @Test
  void aSilentPrimaryDoesNotHoldUpTheDrain() {
    World world = at(Phase.DRAINING);
    world.script = (node, task) -> none();
    world.primary().killHost();
    long began = world.nowMs;
    world.until("replaced", () -> !world.primary().id().value().equals("a"));
    assertTrue(world.nowMs - began < 3000);
    assertEquals(1, world.replies.size());
  }

  @Test
  void aSwitchoverThatNobodyHearsIsCalledOff() {
    World world = busy(WhenAlone.STRICT);
    world.ordersArrive = false;
    world.switchover("b");
    world.until("answered", () -> !world.replies.isEmpty());
    assertTrue(refusal(world).contains("called off"));
    world.ordersArrive = true;
    world.until("whole", world::isWhole);
    assertNotEquals(Phase.RESIGNED, world.state.phase());
  }
}
