package io.conclave.core.failover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.core.Durability.WhenAlone;
import io.conclave.core.NodeId;
import io.conclave.core.SyncSet;
import io.conclave.core.failover.SyncPlan.Direction;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SyncPlanTest {
  private static List<NodeId> nodes(String names) {
    return names == null || names.isBlank()
        ? List.of()
        : Arrays.stream(names.split("")).map(NodeId::new).toList();
  }

  /** S:k, then who is ready, away and unusable; then the next S:k, strict and available. */
  @ParameterizedTest
  @CsvSource({
    "bc,1, bc,'','', '',0, '',0",
    "'',0, '','','', '',0, '',0",
    "'',0, bc,'','', bc,0, bc,0",
    "bc,0, bc,'','', bc,1, bc,1",
    "bc,1, b,c,'', b,1, b,1",
    "bc,1, '',bc,'', '',0, bc,0",
    "bc,1, '',b,c, bc,0, bc,0",
    "bc,0, '',b,c, b,0, b,0",
    "bc,0, b,c,'', b,0, b,0",
    "b,0, b,'','', b,1, b,1",
    "b,1, '',b,b, b,0, b,0",
    "b,0, '',b,b, '',0, '',0",
    "b,1, bc,'','', bc,1, bc,1",
    "bcde,2, bcd,e,'', bcd,2, bcd,2",
    "bcde,2, b,cde,'', bcde,1, bcde,1",
    "bcde,2, '',cde,b, '',0, bcde,0",
    "bcde,1, bcde,'','', bcde,2, bcde,2"
  })
  void theNextStep(
      String members,
      int k,
      String ready,
      String away,
      String unusable,
      String strictMembers,
      int strictK,
      String availableMembers,
      int availableK) {
    SyncSet current = new SyncSet(nodes(members), k);
    Set<NodeId> gone = new HashSet<>(nodes(away));
    Set<NodeId> lost = new HashSet<>(nodes(unusable));
    Set<NodeId> here = new HashSet<>(nodes(ready));
    check(
        current,
        SyncPlan.next(current, here, gone, lost, WhenAlone.STRICT),
        strictMembers,
        strictK);
    check(
        current,
        SyncPlan.next(current, here, gone, lost, WhenAlone.AVAILABLE),
        availableMembers,
        availableK);
  }

  /** An empty expectation with k = 0 means no step, unless the current set is to become empty. */
  private static void check(
      SyncSet current, Optional<SyncPlan.Change> next, String members, int k) {
    SyncSet expected = new SyncSet(nodes(members), k);
    boolean rests = expected.equals(SyncSet.EMPTY) && !(current.size() == 1 && current.k() == 0);
    assertEquals(rests ? Optional.empty() : Optional.of(expected), next.map(SyncPlan.Change::to));
  }

  /**
   * Any standbys come and go, and any step is cut off at any stage, so that the server keeps what it had: at every moment
   * S' ⊆ S and k' ≥ k between register and server, one thing changes at a time, and it converges.
   */
  @ParameterizedTest
  @EnumSource(WhenAlone.class)
  void registerAndServerOverlapAtEveryMoment(WhenAlone whenAlone) {
    Random random = new Random(4);
    List<NodeId> all = nodes("bcdef");
    for (int walk = 0; walk < 2000; walk++) {
      SyncSet register = SyncSet.EMPTY;
      SyncSet server = SyncSet.EMPTY;
      Set<NodeId> ready = Set.of();
      Set<NodeId> away = Set.of();
      Set<NodeId> unusable = Set.of();
      for (int i = 0; i < 40; i++) {
        if (i < 25 && random.nextInt(3) == 0) {
          ready = some(all, random);
          away = without(all, ready);
          unusable = random.nextInt(3) == 0 ? some(List.copyOf(away), random) : Set.of();
        } else if (i == 25) {
          ready = Set.copyOf(all);
          away = Set.of();
          unusable = Set.of();
        }
        Optional<SyncPlan.Change> next = SyncPlan.next(register, ready, away, unusable, whenAlone);
        if (next.isEmpty()) {
          server = register;
          continue;
        }
        SyncPlan.Change change = next.get();
        assertEquals(register, change.from());
        checkOneThing(change);
        if (whenAlone == WhenAlone.STRICT && change.to().k() == 0 && register.k() > 0) {
          assertTrue(register.members().stream().anyMatch(unusable::contains), "k fell: " + change);
        }
        boolean registerFirst = change.direction() == Direction.REGISTER_FIRST;
        int stages = i > 25 ? 2 : random.nextInt(3);
        for (int stage = 0; stage < stages; stage++) {
          if (registerFirst == (stage == 0)) {
            register = change.to();
          } else {
            server = change.to();
          }
          checkOverlap(register, server);
        }
      }
      assertEquals(SyncSet.majorityOf(all), register);
      assertEquals(register, server);
    }
  }

  private static void checkOneThing(SyncPlan.Change change) {
    boolean members = !change.from().members().equals(change.to().members());
    boolean k = change.from().k() != change.to().k();
    assertTrue(members != k, "one thing at a time: " + change);
    assertTrue(
        !members
            || change.to().members().containsAll(change.from().members())
            || change.from().members().containsAll(change.to().members()),
        "grow or shrink: " + change);
  }

  private static void checkOverlap(SyncSet register, SyncSet server) {
    assertTrue(
        register.members().containsAll(server.members()) && server.k() >= register.k(),
        () -> "register " + register + ", server " + server);
  }

  private static Set<NodeId> some(List<NodeId> all, Random random) {
    Set<NodeId> some = new HashSet<>(all);
    some.removeIf(node -> random.nextBoolean());
    return some;
  }

  private static Set<NodeId> without(List<NodeId> all, Set<NodeId> these) {
    Set<NodeId> others = new HashSet<>(all);
    others.removeAll(these);
    return others;
  }

  @Test
  void joinersAreTheNewMembers() {
    SyncPlan.Change grow =
        new SyncPlan.Change(new SyncSet(nodes("b"), 1), new SyncSet(nodes("bc"), 1));
    assertEquals(nodes("c"), grow.joiners());
    assertEquals(Direction.REGISTER_FIRST, grow.direction());
  }
}
