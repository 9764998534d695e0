package io.conclave.core.failover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.core.Durability.WhenAlone;
import io.conclave.core.FailoverSummary;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport.Problem;
import io.conclave.core.OrderStatus.Outcome;
import io.conclave.core.SyncSet;
import io.conclave.core.Task;
import io.conclave.core.Vote;
import io.conclave.core.decision.Candidate;
import io.conclave.core.decision.Candidate.Standing;
import io.conclave.core.decision.Cause;
import io.conclave.core.decision.Changes;
import io.conclave.core.decision.Condition;
import io.conclave.core.decision.Decision;
import io.conclave.core.decision.DecisionRecord;
import io.conclave.core.decision.Outlook;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is recorded of a group's life, in the world of values; and that an outlook comes true. */
class DecisionsTest {
  private static final NodeId A = new NodeId("a");
  private static final NodeId B = new NodeId("b");
  private static final NodeId C = new NodeId("c");

  private static World calm() {
    World world = World.steady(WhenAlone.STRICT);
    world.write();
    world.run(2000);
    world.records.clear();
    return world;
  }

  private static List<String> kinds(World world) {
    return world.records.stream()
        .map(record -> record.decision().getClass().getSimpleName())
        .toList();
  }

  private static <T> T only(World world, Class<T> type) {
    List<T> found = world.records.stream()
        .map(DecisionRecord::decision)
        .filter(type::isInstance)
        .map(type::cast)
        .toList();
    assertEquals(1, found.size(), () -> kinds(world).toString());
    return found.get(0);
  }

  private static Candidate node(List<Candidate> candidates, NodeId node) {
    return candidates.stream().filter(c -> c.node().equals(node)).findFirst().orElseThrow();
  }

  private static FailoverSummary change(World world) {
    return Changes.last(world.records).orElseThrow();
  }

  @Test
  void aBootstrapLeavesItsCauseAndItsSteps() {
    World world = World.steady(WhenAlone.STRICT);
    assertEquals(
        List.of("Formed", "PromotionOrdered", "Promoted", "Established"),
        kinds(world).subList(0, 4));
    assertEquals(
        Standing.CHOSEN,
        node(only(world, Decision.Formed.class).candidates(), A).standing());
    assertEquals("BOOTSTRAP", change(world).cause());
    List<Decision.SyncSetChanged> changes = world.records.stream()
        .map(DecisionRecord::decision)
        .filter(Decision.SyncSetChanged.class::isInstance)
        .map(Decision.SyncSetChanged.class::cast)
        .toList();
    assertEquals(
        SyncSet.majorityOf(List.of(B, C)), changes.get(changes.size() - 1).to());
    assertFalse(changes.get(0).moves().isEmpty());
  }

  @Test
  void aFailoverLeavesVotesArithmeticAndCandidates() {
    World world = calm();
    long began = world.nowMs;
    world.node("a").killHost();
    world.until(
        "whole again",
        () -> world.state.phase() == Phase.STEADY && world.established().epoch() == 2);
    assertEquals(
        List.of("FailoverBegun", "CandidateChosen", "PromotionOrdered", "Promoted", "Established"),
        kinds(world).subList(0, 5));
    Decision.FailoverBegun verdict = only(world, Decision.FailoverBegun.class);
    assertEquals(2, verdict.votes().count(Vote.Opinion.DEAD));
    assertEquals(2, verdict.votes().needed());
    assertEquals(List.of(B, C, A), verdict.fencing());
    Decision.CandidateChosen chosen = only(world, Decision.CandidateChosen.class);
    assertEquals(2, chosen.fences().get(0).needed());
    assertEquals(List.of(B, C), chosen.fences().get(0).fenced());
    assertTrue(chosen.fences().get(0).reached());
    assertEquals(Standing.CHOSEN, node(chosen.candidates(), B).standing());
    assertEquals(Standing.LEFT, node(chosen.candidates(), A).standing());
    assertEquals(Standing.PASSED_OVER, node(chosen.candidates(), C).standing());
    assertTrue(node(chosen.candidates(), C).why().contains("priority"));
    FailoverSummary summary = change(world);
    assertEquals("VERDICT", summary.cause());
    assertEquals(Optional.of(A), summary.from());
    assertTrue(began <= summary.verdictAtEpochMs());
    assertTrue(summary.verdictAtEpochMs() <= summary.fencedAtEpochMs());
    assertTrue(summary.fencedAtEpochMs() <= summary.promotedAtEpochMs());
    assertTrue(summary.promotedAtEpochMs() <= summary.establishedAtEpochMs());
  }

  @Test
  void aStandbyThatIsBehindIsToldByHowMuch() {
    World world = calm();
    world.node("b").cutOff = true;
    world.write();
    world.write();
    world.node("a").killHost();
    world.untilPhase(Phase.PROMOTING);
    Candidate behind = node(only(world, Decision.CandidateChosen.class).candidates(), B);
    assertEquals(20, behind.behindBytes());
    assertEquals("20 bytes of WAL behind c", behind.why());
  }

  @Test
  void aTakeoverInTheMiddleLeavesOneChangeWithAllItsTimes() {
    World world = calm();
    world.node("a").killHost();
    world.untilPhase(Phase.PROMOTING);
    world.start();
    world.until(
        "established",
        () -> world.state.established().filter(now -> now.epoch() == 2).isPresent());
    Decision.TakenOver found = only(world, Decision.TakenOver.class);
    assertEquals(2, found.epoch());
    FailoverSummary summary = change(world);
    assertEquals("VERDICT", summary.cause());
    assertTrue(summary.verdictAtEpochMs() > 0 && summary.fencedAtEpochMs() > 0);
    assertTrue(summary.promotedAtEpochMs() > 0);
    DecisionRecord last = world.records.get(world.records.size() - 1);
    List<DecisionRecord> story = Changes.storyOf(world.records, last);
    assertTrue(story.get(0).decision() instanceof Decision.FailoverBegun);
  }

  @Test
  void aPromotionThatFailedIsToldAndTheNextOneBelongsToTheSameChange() {
    World world = calm();
    world.script = (node, task) ->
        task instanceof Task.Promote && !kinds(world).contains("PromotionFailed")
            ? Optional.of(Outcome.FAILED)
            : Optional.empty();
    world.node("a").killHost();
    world.until(
        "established", () -> world.state.register().established().orElseThrow().epoch() > 1);
    assertEquals(2, only(world, Decision.PromotionFailed.class).epoch());
    FailoverSummary summary = change(world);
    assertEquals(3, summary.epoch());
    assertEquals("VERDICT", summary.cause());
    assertEquals(Optional.of(A), summary.from());
    assertTrue(summary.fencedAtEpochMs() > 0);
  }

  @Test
  void aSwitchoverIsRecordedWhenBegunAndWhenDone() {
    World world = calm();
    world.switchover("c");
    world.until(
        "switched",
        () -> world.state.phase() == Phase.STEADY && world.established().epoch() == 2);
    Decision.SwitchoverBegun begun = only(world, Decision.SwitchoverBegun.class);
    assertTrue(begun.named());
    assertEquals(Standing.CHOSEN, node(begun.candidates(), C).standing());
    assertEquals(Cause.SWITCHOVER, only(world, Decision.Established.class).cause());
    assertEquals("SWITCHOVER", change(world).cause());
    assertEquals(Optional.of(A), change(world).from());
  }

  @Test
  void aRefusalSaysWhyForEveryNode() {
    World world = calm();
    world.node("b").killHost();
    world.run(3000);
    world.records.clear();
    world.switchover("b");
    Decision.SwitchoverRefused refused = only(world, Decision.SwitchoverRefused.class);
    assertEquals("the agent of b is silent", refused.reason());
    assertEquals(Standing.UNFIT, node(refused.candidates(), B).standing());
    assertEquals(Standing.PASSED_OVER, node(refused.candidates(), C).standing());
  }

  @Test
  void aFailoverWithoutFenceQuorumIsToldOnceThenCalledOff() {
    World world = calm();
    world.script = (node, task) ->
        task instanceof Task.Fence ? Optional.of(Outcome.RUNNING) : Optional.empty();
    world.opinion = Optional.of(Vote.Opinion.DEAD);
    world.untilPhase(Phase.FENCING);
    world.run(10_000);
    Decision.FailoverStalled stalled = only(world, Decision.FailoverStalled.class);
    assertFalse(stalled.fences().get(0).reached());
    world.opinion = Optional.of(Vote.Opinion.HEALTHY);
    world.until("called off", () -> kinds(world).contains("CalledOff"));
    assertEquals(Cause.VERDICT, only(world, Decision.CalledOff.class).cause());
    assertTrue(Changes.last(world.records).isEmpty(), "nothing was ended");
  }

  /** It is healthy to every sentinel, and has no room to open its gate. */
  private static World shut(World world) {
    world.primary().problem = Optional.of(new Problem(Problem.Kind.DISK_FULL, "0 KiB are left"));
    world.script = (node, task) ->
        task instanceof Task.OpenGate ? Optional.of(Outcome.FAILED) : Optional.empty();
    world.primary().restartInPlace();
    return world;
  }

  @Test
  void aShutPrimaryIsLeftWithItsReasonAndWithoutAVerdict() {
    World world = shut(calm());
    world.untilPhase(Phase.PROMOTING);
    Decision.FailoverBegun begun = only(world, Decision.FailoverBegun.class);
    assertEquals(Optional.of("0 KiB are left"), begun.shut());
    assertEquals(0, begun.votes().count(Vote.Opinion.DEAD));
  }

  private static String blocker(World world) {
    return Blocker.of(world.rules, world.state, world.nowMs).orElseThrow();
  }

  private static Outlook outlook(World world) {
    return Outlooks.of(world.rules, world.state, world.nowMs);
  }

  @Test
  void whoCannotTakeAShutPrimarysPlaceIsTheBlocker() {
    World world = shut(calm());
    world.node("b").problem = world.node("a").problem;
    world.node("c").killHost();
    world.run(5000);
    assertTrue(outlook(world).shut().isPresent());
    assertEquals(
        "the primary has no room to open its gate, and nobody can take over: "
            + "2 of [b, c] are needed: b has no room (0 KiB are left), c is silent",
        blocker(world));
  }

  @Test
  void whileAShutPrimaryIsBeingLeftNobodySaysThatThereIsNoNeed() {
    World world = shut(calm());
    world.script = (node, task) -> task instanceof Task.OpenGate
        ? Optional.of(Outcome.FAILED)
        : task instanceof Task.Fence ? Optional.of(Outcome.RUNNING) : Optional.empty();
    world.untilPhase(Phase.FENCING);
    world.run(1000);
    assertTrue(outlook(world).shut().isPresent());
    assertTrue(blocker(world).startsWith("epoch 1 needs 2 fenced"), blocker(world));
  }

  @Test
  void theLimitIsTheBlockerOfAShutPrimaryToo() {
    World world = calm();
    tire(world);
    shut(world);
    world.run(5000);
    assertTrue(
        blocker(world).startsWith("the primary has no room to open its gate, but there were 6"),
        blocker(world));
    assertEquals(
        List.of("the limit of failovers is not reached"),
        outlook(world).failover().stream()
            .filter(c -> !c.holds())
            .map(Condition::name)
            .toList());
  }

  @Test
  void ofAShutPrimaryAloneOnlyItsOwnRoomHelps() {
    World world = World.steady(WhenAlone.AVAILABLE);
    world.node("b").killHost();
    world.node("c").killHost();
    world.until("alone", () -> world.established().sync().k() == 0);
    shut(world);
    world.run(3000);
    assertTrue(blocker(world).endsWith("only room on a helps"), blocker(world));
  }

  @Test
  void theBrakeIsToldOnce() {
    World world = calm();
    tire(world);
    world.node("a").killHost();
    world.run(5000);
    assertEquals(List.of("FailoverRefused"), kinds(world));
    assertTrue(only(world, Decision.FailoverRefused.class).reason().contains("flapping"));
  }

  /** As many failovers as are allowed have just been. */
  private static void tire(World world) {
    GroupState tired = world.state;
    world.state = new GroupState(
        tired.phase(),
        tired.sinceMs(),
        tired.authority(),
        tired.register(),
        tired.pending(),
        tired.seen(),
        tired.orders(),
        tired.attempt(),
        tired.change(),
        java.util.Collections.nCopies(world.rules.timings().failoverLimit(), world.nowMs),
        tired.topologyVersion());
  }

  @Test
  void whoeverIsOutbidSaysSo() {
    World world = calm();
    world.outbid();
    world.node("a").killHost();
    world.untilPhase(Phase.RESIGNED);
    assertTrue(only(world, Decision.Resigned.class).reason().contains("outbid"));
  }

  @Test
  void whatWouldBeComesTrue() {
    for (String behind : List.of("b", "c")) {
      World world = calm();
      world.node(behind).cutOff = true;
      world.write();
      world.tick();
      Outlook outlook = Outlooks.of(world.rules, world.state, world.nowMs);
      Outlook.WhatIf whatIf = outlook.whatIf().orElseThrow();
      assertEquals(0, whatIf.acknowledgedBytes());
      world.node("a").killHost();
      world.untilPhase(Phase.PROMOTING);
      assertEquals(
          whatIf.winner(), world.state.register().newest().map(newest -> newest.primary()));
      assertEquals(
          whatIf.next().orElseThrow().sync(),
          only(world, Decision.CandidateChosen.class).next().sync());
    }
  }

  @Test
  void anOutlookNamesEveryConditionThatDoesNotHold() {
    World world = calm();
    Outlook well = Outlooks.of(world.rules, world.state, world.nowMs);
    assertFalse(well.verdict().orElseThrow().holds());
    assertTrue(well.failover().stream().allMatch(Condition::holds), well::toString);
    assertEquals(Optional.empty(), well.refusal());
    world.node("b").killHost();
    world.node("c").killHost();
    world.run(3000);
    Outlook alone = Outlooks.of(world.rules, world.state, world.nowMs);
    List<String> missing = alone.failover().stream()
        .filter(condition -> !condition.holds())
        .map(Condition::name)
        .toList();
    assertEquals(
        List.of("epoch 1 can be fenced", "a standby holds every acknowledged commit"), missing);
    assertTrue(alone.refusal().isPresent());
    assertEquals(Optional.empty(), alone.whatIf().orElseThrow().winner());
    assertEquals(0, alone.whatIf().orElseThrow().acknowledgedBytes());
  }

  @Test
  void aPrimaryThatServesOnAloneIsAtRisk() {
    World world = World.steady(WhenAlone.AVAILABLE);
    world.node("b").killHost();
    world.node("c").killHost();
    world.until("alone", () -> world.established().sync().k() == 0);
    world.write();
    world.run(3000);
    Outlook outlook = Outlooks.of(world.rules, world.state, world.nowMs);
    assertEquals(Optional.empty(), outlook.whatIf().orElseThrow().winner());
    assertTrue(outlook.failover().stream().anyMatch(c -> c.why().contains("k = 0")));
    Outlook.WhatIf alone = outlook.whatIf().orElseThrow();
    assertTrue(alone.unprotected());
    assertTrue(
        alone.acknowledgedBytes() > 0, "what was acknowledged since the standbys were heard");
  }
}
