package io.conclave.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.core.Durability;
import io.conclave.core.Durability.Policy;
import io.conclave.core.Durability.WhenAlone;
import io.conclave.core.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The sync set through several failures in a row, in every policy. */
class SyncSetTest {
  private static final Durability STRICT = new Durability(Policy.QUORUM, WhenAlone.STRICT);

  /** With so many, two hosts may be without power, and there is still a majority. */
  private static final int SENTINELS = 5;

  /**
   * A group as it may be configured. Its nodes are in three regions, one after another; n0 is its first primary.
   */
  record Shape(int nodes, Policy policy, WhenAlone whenAlone) {
    Script script() {
      return new Script(nodes, SENTINELS, new Durability(policy, whenAlone));
    }

    /** Who may count for n0: with {@code cross-region} those outside its region. */
    List<Integer> standbys() {
      return IntStream.range(1, nodes)
          .filter(node -> policy == Policy.QUORUM || node % 3 != 0)
          .boxed()
          .toList();
    }
  }

  static Stream<Shape> shapes() {
    return Stream.of(2, 3, 5)
        .flatMap(nodes -> Stream.of(Policy.QUORUM, Policy.CROSS_REGION)
            .flatMap(policy -> Stream.of(WhenAlone.values())
                .map(whenAlone -> new Shape(nodes, policy, whenAlone))));
  }

  /**
   * cloudnative-pg#1688: a standby is away while the others go on; then these fail, and the one that was away returns first. It
   * must not be promoted: it lacks what was acknowledged meanwhile.
   */
  @Test
  void cloudnativePg1688_aStandbyThatWasAwayIsNotPromotedWhenItReturnsFirst() {
    Script script = new Script(3, 5, STRICT);
    script.powerOff(1);
    script.untilSync(1, 2);
    script.untilWritable();
    script.powerOff(0);
    script.powerOff(2);
    script.powerOn(1);
    script.run(20_000);
    assertEquals("n0", script.primary(), "nobody may take over");
    assertFalse(script.wasWritable(10_000));
    script.powerOn(2);
    script.untilWritable();
    assertEquals("n2", script.primary(), "the one that has everything");
    script.powerOn(0);
    script.untilWhole();
  }

  /** Commits go on with the primary's disk alone, or wait until somebody is back. */
  private static void alone(Script script, Shape shape) {
    if (shape.whenAlone() == WhenAlone.AVAILABLE) {
      script.until("k = 0", () -> script.registered().filter(s -> s.k() == 0).isPresent());
      script.untilWritable();
    } else {
      script.run(10_000);
      assertFalse(script.wasWritable(3000));
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void shrinksOneByOneUntilNobodyIsLeft(Shape shape) {
    Script script = shape.script();
    List<Integer> left = new ArrayList<>(shape.standbys());
    script.untilSyncOf(left);
    while (left.size() > 1) {
      script.freeze(left.remove(left.size() - 1));
      script.untilSyncOf(left);
      script.untilWritable();
    }
    script.freeze(left.get(0));
    alone(script, shape);
    int expected = shape.whenAlone() == WhenAlone.AVAILABLE ? 0 : 1;
    assertEquals(expected, script.registered().orElseThrow().k());
    shape.standbys().forEach(script::thaw);
    script.untilWhole();
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void growsOneByOneFromNobody(Shape shape) {
    Script script = shape.script();
    shape.standbys().forEach(script::freeze);
    alone(script, shape);
    List<Integer> back = new ArrayList<>();
    for (int node : shape.standbys()) {
      script.thaw(node);
      back.add(node);
      script.untilSyncOf(back);
      script.untilWritable();
    }
    script.untilWhole();
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void failsOverAndThenFromTheNextPrimary(Shape shape) {
    Script script = shape.script();
    for (int failure = 0; failure < 2; failure++) {
      int lost = losePrimary(script);
      if (shape.nodes() == 2) {
        alone(script, shape);
      } else {
        script.untilWritable();
      }
      int next = primary(script);
      assertNotEquals(lost, next);
      script.powerOn(lost);
      script.untilWhole();
      assertEquals(next, primary(script), "who comes back takes nothing over");
    }
  }

  /** A standby, then the primary, then the one that has taken over; nobody is back before. */
  @ParameterizedTest
  @MethodSource("shapes")
  void severalFailuresInARow(Shape shape) {
    Script script = shape.script();
    List<Integer> left = new ArrayList<>(shape.standbys());
    int standby = left.remove(left.size() - 1);
    script.powerOff(standby);
    if (left.isEmpty()) {
      alone(script, shape);
      theOnlyOtherOneReturnsFirst(script, shape, standby);
      return;
    }
    script.untilSyncOf(left);
    script.untilWritable();
    int first = losePrimary(script);
    untilReplaced(script, first);
    int second = primary(script);
    script.freeze(second);
    if (shape.nodes() == 5) {
      untilReplaced(script, second);
      script.untilWritable();
    } else {
      script.run(5000);
    }
    script.powerOn(standby);
    script.powerOn(first);
    script.thaw(second);
    script.untilWhole();
  }

  private static void untilReplaced(Script script, int lost) {
    script.until("replaced", () -> primary(script) != lost);
  }

  /** Two nodes: the standby was away when the primary was lost, and only with {@code strict} was nothing acknowledged since. */
  private static void theOnlyOtherOneReturnsFirst(Script script, Shape shape, int standby) {
    int lost = losePrimary(script);
    script.powerOn(standby);
    script.run(20_000);
    boolean mayHaveMissed = shape.whenAlone() == WhenAlone.AVAILABLE;
    assertEquals(mayHaveMissed ? lost : standby, primary(script));
    script.powerOn(lost);
    script.untilWhole();
  }

  private static int losePrimary(Script script) {
    int primary = primary(script);
    script.powerOff(primary);
    return primary;
  }

  private static int primary(Script script) {
    return Integer.parseInt(script.primary().substring(1));
  }

  /** Found as seed 307: it streamed, the mark stayed, and nobody ordered anything any more. */
  @Test
  void aRebuildThatWasGivenUpAfterItsStartIsOrderedAgain() {
    Script script = new Script(3, 3, STRICT);
    script.world.hosts[1].agent.rebuilding(Optional.of(new UUID(1, 1)));
    script.untilWhole();
  }

  /**
   * Found as seeds 242, 526 and 769, once it was looked for: a node that was being brought back joined the sync set, and was
   * rebuilt by the order that had brought it back, although the register counted on its data.
   */
  @Test
  void aMemberIsNotRebuiltByTheOrderThatBroughtItBack() {
    Script script = new Script(3, 3, STRICT);
    script.powerOff(0);
    script.until("replaced", () -> !script.primary().equals("n0"));
    script.powerOn(0);
    script.untilWhole();
    Host back = script.world.hosts[0];
    script.world.server(new NodeId(script.primary())).freeze(2800);
    back.kill();
    back.agent.server.crash();
    back.start();
    script.run(5000);
    script.untilWhole();
  }

  /** Five nodes in three regions: n3 stands in the primary's region and does not count. */
  @Test
  void crossRegionCountsTheOtherRegionsAlone() {
    Script script = new Script(5, 3, new Durability(Policy.CROSS_REGION, WhenAlone.STRICT));
    script.untilSync(2, 1, 2, 4);
    script.freeze(1);
    script.untilSync(1, 2, 4);
    script.thaw(1);
    script.untilWhole();
    assertTrue(script.registered().filter(sync -> sync.size() == 3).isPresent());
  }
}
