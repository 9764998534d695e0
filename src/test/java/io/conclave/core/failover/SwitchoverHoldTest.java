package io.conclave.core.failover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.core.Durability.WhenAlone;
import io.conclave.core.EdgeReport;
import io.conclave.core.Hold;
import io.conclave.core.HostId;
import io.conclave.core.Lsn;
import io.conclave.core.NodeReport.ServerState;
import io.conclave.core.OrderStatus.Outcome;
import io.conclave.core.SwitchoverReply;
import io.conclave.core.Task;
import io.conclave.core.Topology;
import io.conclave.core.decision.Condition;
import io.conclave.core.decision.Decision;
import io.conclave.ops.explain.Sentence;
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

/** A switchover while edges are heard: their clients wait, and are let go on by every way out of it. */
class SwitchoverHoldTest {

  @AfterAll
  static void everyRowOfTheHoldWasTaken() {
    Set<String> never = Failover.ROWS.stream()
        .filter(SwitchoverHoldTest::isOfHold)
        .map(World::name)
        .collect(Collectors.toCollection(TreeSet::new));
    never.removeAll(World.TAKEN);
    assertEquals(Set.of(), never, "rows never taken");
  }

  /** Rows that this test takes, and not {@link FailoverTest}. */
  static boolean isOfHold(Row row) {
    boolean ofEveryPhase = row.trigger() != Row.Trigger.OBSERVED;
    return row.phase() == Phase.HOLDING && !ofEveryPhase;
  }

  /** Three nodes, two edges; a is primary. */
  private static World withEdges() {
    World world = World.steady(WhenAlone.STRICT);
    world.write();
    world.write();
    world.edge("e-1");
    world.edge("e-2");
    world.tick();
    return world;
  }

  private static World holding() {
    return holding(Optional.empty());
  }

  private static World holding(Optional<Long> budgetMs) {
    World world = withEdges();
    world.edges.get(1).drainMs = Long.MAX_VALUE;
    world.switchover("b", budgetMs);
    world.untilPhase(Phase.HOLDING);
    return world;
  }

  private static Optional<Hold> hold(World world) {
    return world.topology.flatMap(Topology::hold);
  }

  private static void untilAnswered(World world) {
    world.until("answered", () -> !world.replies.isEmpty());
  }

  private static String refusal(World world) {
    return assertInstanceOf(SwitchoverReply.Refused.class, world.replies.get(0)).reason();
  }

  private static List<Topology> published(World world) {
    return world.effects.stream()
        .filter(Effect.Publish.class::isInstance)
        .map(effect -> ((Effect.Publish) effect).topology())
        .toList();
  }

  private static boolean isStopped(World world) {
    return world.effects.stream()
        .anyMatch(effect -> effect instanceof Effect.Send send
            && send.order().task() instanceof Task.Fence
            && send.order().node().value().equals("a"));
  }

  private static <T extends Decision> T only(World world, Class<T> type) {
    List<T> all = world.records.stream()
        .map(record -> record.decision())
        .filter(type::isInstance)
        .map(type::cast)
        .toList();
    assertEquals(1, all.size(), all::toString);
    return all.get(0);
  }

  private static void serves(World world, String primary) {
    world.until("whole", world::isWhole);
    assertEquals(primary, world.primary().id().value());
    assertTrue(world.primary().data.containsAll(world.acknowledged));
    assertEquals(Optional.empty(), hold(world));
    world.edges.forEach(edge -> assertEquals(Optional.of(world.primary().id()), edge.primary()));
  }

  @Test
  void theEdgesHoldBeforeThePrimaryStopsAndLetGoWhenTheNextOneServes() {
    World world = withEdges();
    world.edges.get(1).drainMs = 200;
    world.switchover("b");
    world.untilPhase(Phase.HOLDING);
    assertEquals(world.edges.get(0).hold(), hold(world).map(Hold::id));
    world.run(150);
    assertEquals(Phase.HOLDING, world.state.phase());
    assertFalse(isStopped(world));
    world.untilPhase(Phase.DRAINING);
    untilAnswered(world);
    SwitchoverReply.Done done = assertInstanceOf(SwitchoverReply.Done.class, world.replies.get(0));
    SwitchoverReply.Pause pause = done.pause().orElseThrow();
    assertEquals(List.of(new HostId("e-1"), new HostId("e-2")), pause.edges());
    assertTrue(pause.drainedMs() >= 200 && pause.heldMs() >= pause.drainedMs(), pause::toString);
    serves(world, "b");
  }

  @Test
  void everyTopologyOfTheSwitchoverHoldsUntilTheNextPrimaryIsEstablished() {
    World world = withEdges();
    int before = published(world).size();
    world.switchover("b");
    untilAnswered(world);
    List<Topology> said = published(world).subList(before, published(world).size());
    assertEquals(3, said.size(), said::toString);
    Optional<Hold> hold = said.get(0).hold();
    assertTrue(hold.isPresent() && said.get(0).established());
    assertEquals("a", said.get(0).configuration().orElseThrow().primary().value());
    assertEquals(hold, said.get(1).hold());
    assertFalse(said.get(1).established());
    assertEquals(Optional.empty(), said.get(2).hold());
    assertEquals("b", said.get(2).configuration().orElseThrow().primary().value());
    assertEquals(1000 + world.rules.timings().suspicionMs(), hold.get().budgetMs());
  }

  @Test
  void withoutAnEdgeThatIsHeardNobodyIsHeld() {
    World world = withEdges();
    world.edges.forEach(edge -> edge.up = false);
    world.run(2000);
    world.switchover("b");
    untilAnswered(world);
    SwitchoverReply.Done done = assertInstanceOf(SwitchoverReply.Done.class, world.replies.get(0));
    assertEquals(Optional.empty(), done.pause());
    assertTrue(published(world).stream().allMatch(topology -> topology.hold().isEmpty()));
  }

  /** Budgets, and the part that the hold may take of it. */
  @ParameterizedTest
  @CsvSource({"200, 100", "800, 400", "1000, 600", "5000, 4600"})
  void anEdgeThatDoesNotDrainCallsItOffWhileThePrimaryServes(long budgetMs, long shareMs) {
    World world = withEdges();
    world.edges.get(1).drainMs = Long.MAX_VALUE;
    world.switchover("b", Optional.of(budgetMs));
    world.untilPhase(Phase.HOLDING);
    long began = world.nowMs;
    untilAnswered(world);
    assertTrue(world.nowMs - began <= shareMs + World.TICK_MS, () -> "" + (world.nowMs - began));
    assertTrue(refusal(world).startsWith("called off: the edge e-2 did not drain"), refusal(world));
    assertTrue(refusal(world).contains("within %d ms".formatted(shareMs)), refusal(world));
    assertFalse(isStopped(world));
    assertEquals(Optional.empty(), hold(world));
    assertEquals(ServerState.PRIMARY, world.primary().server);
    world.edges.get(1).drainMs = 0;
    serves(world, "a");
    assertEquals(1, world.established().epoch());
    world.replies.clear();
    world.switchover("b");
    untilAnswered(world);
    serves(world, "b");
  }

  @Test
  void theReasonNamesWhatTheEdgeSays() {
    World world = holding();
    world.edges.get(1).problem = Optional.of("PgBouncer does not answer");
    world.tick();
    assertTrue(Blocker.of(world.rules, world.state, world.nowMs).orElseThrow().contains("e-2"));
    untilAnswered(world);
    assertTrue(refusal(world).contains("e-2 did not drain (PgBouncer does not answer)"));
    Decision.CalledOff calledOff = only(world, Decision.CalledOff.class);
    assertTrue(calledOff.reason().contains("a has served all along"), calledOff.reason());
  }

  @Test
  void thePauseIsRecorded() {
    World world = withEdges();
    world.switchover("b");
    untilAnswered(world);
    Decision.EdgesHeld held = only(world, Decision.EdgesHeld.class);
    assertEquals(2, held.epoch());
    assertEquals(List.of(new HostId("e-1"), new HostId("e-2")), held.edges());
    assertEquals(
        "the clients are held by e-1, e-2, after %d ms; a is stopped".formatted(held.afterMs()),
        Sentence.of(held));
  }

  @Test
  void aTargetThatIsLostMeanwhileCallsItOff() {
    World world = holding();
    world.node("b").kill();
    untilAnswered(world);
    assertTrue(refusal(world).contains("b does not stream"), refusal(world));
    assertFalse(isStopped(world));
    world.edges.get(1).drainMs = 0;
    serves(world, "a");
  }

  @Test
  void aTargetThatFallsBehindIsWaitedForAndThenCallsItOff() {
    World world = holding();
    world.edges.get(1).drainMs = 0;
    world.node("b").lag = true;
    world.primary().position = new Lsn(world.primary().position.bytes() + (4 << 20));
    world.run(100);
    assertEquals(Phase.HOLDING, world.state.phase());
    untilAnswered(world);
    assertTrue(refusal(world).contains("bytes behind the primary"), refusal(world));
    world.node("b").lag = false;
    serves(world, "a");
  }

  @Test
  void aPrimaryThatDiesMeanwhileIsFailedOverAndTheClientsWaitForThat() {
    World world = holding();
    int before = published(world).size();
    Optional<Hold> hold = hold(world);
    world.primary().kill();
    world.until("replaced", () -> !world.primary().id().value().equals("a"));
    assertTrue(refusal(world).contains("died"), refusal(world));
    List<Topology> said = published(world).subList(before, published(world).size());
    assertEquals(hold, said.get(0).hold());
    assertFalse(said.get(0).established());
    assertEquals(Optional.empty(), said.get(1).hold());
    assertTrue(said.get(1).established());
    world.edges.get(1).drainMs = 0;
    world.until("whole", world::isWhole);
  }

  @Test
  void aSilentPrimaryIsNotStopped() {
    World world = holding(Optional.of(5000L));
    world.node("a").silent = true;
    world.run(2000);
    world.edges.get(1).drainMs = 0;
    untilAnswered(world);
    assertFalse(isStopped(world));
    assertTrue(refusal(world).contains("the agent of the primary a is silent"), refusal(world));
    world.node("a").silent = false;
    serves(world, "a");
  }

  @Test
  void aCoordinatorThatTakesOverLetsTheClientsGo() {
    World world = holding();
    Topology before = world.topology.orElseThrow();
    world.start();
    world.untilPhase(Phase.STEADY);
    assertTrue(world.topology.orElseThrow().supersedes(before));
    assertEquals(Optional.empty(), hold(world));
    world.edges.get(1).drainMs = 0;
    serves(world, "a");
  }

  @Test
  void aPromotionThatFailsIsTriedAgainWhileTheClientsWait() {
    World world = withEdges();
    int[] failures = {1};
    world.script = (node, task) -> task instanceof Task.Promote && failures[0]-- > 0
        ? Optional.of(Outcome.FAILED)
        : Optional.empty();
    int before = published(world).size();
    world.switchover("b");
    world.until("replaced", () -> !world.primary().id().value().equals("a"));
    List<Topology> said = published(world).subList(before, published(world).size());
    // Held, begun, fenced again, begun again; then the next one serves.
    assertEquals(1, said.stream().limit(4).map(Topology::hold).distinct().count(), said::toString);
    assertTrue(said.get(0).hold().isPresent());
    assertEquals(3, world.established().epoch());
    assertEquals(Optional.empty(), said.get(4).hold());
    world.until("whole", world::isWhole);
  }

  @Test
  void anEdgeThatReportsAProblemIsAReasonToRefuse() {
    World world = withEdges();
    world.edges.get(0).problem = Optional.of("HAProxy does not answer");
    world.tick();
    Condition condition = Outlooks.of(world.rules, world.state, world.nowMs).switchover().stream()
        .filter(each -> each.name().contains("e-1"))
        .findFirst()
        .orElseThrow();
    assertFalse(condition.holds());
    world.switchover("b");
    assertEquals("the edge e-1 reports: HAProxy does not answer", refusal(world));
    assertEquals(Phase.STEADY, world.state.phase());
  }

  @Test
  void anEdgeThatSendsItsClientsElsewhereIsAReasonToRefuse() {
    World world = withEdges();
    Topology now = world.topology.orElseThrow();
    Topology nobody = new Topology(
        now.group(),
        now.ballot(),
        now.version(),
        Optional.empty(),
        false,
        now.coordinator(),
        Optional.empty());
    world.edges.get(0).hear(nobody, world.nowMs);
    world.tick();
    world.switchover("b");
    assertEquals("the edge e-1 sends its clients to nobody, not to the primary", refusal(world));
  }

  @Test
  void anOlderReportOfAnEdgeIsIgnoredAndANewProcessIsNot() {
    World world = holding();
    EdgeReport last = world.edges.get(0).report(world.nowMs).orElseThrow();
    world.take(new Input.EdgeReported(last));
    world.take(new Input.EdgeReported(report(last, last.process(), last.sequence() - 1)));
    assertEquals(last, world.state.seen().edges().get(last.edge()).word());
    EdgeReport restarted = report(last, new UUID(5, 5), 1);
    world.take(new Input.EdgeReported(restarted));
    assertEquals(restarted, world.state.seen().edges().get(last.edge()).word());
    assertNotEquals(last, restarted);
  }

  private static EdgeReport report(EdgeReport like, UUID process, long sequence) {
    return new EdgeReport(
        like.group(),
        like.edge(),
        process,
        sequence,
        like.ballot(),
        like.version(),
        like.primary(),
        Optional.empty(),
        like.problem());
  }
}
