package io.conclave.core.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.conclave.core.HostId;
import io.conclave.core.Incarnation;
import io.conclave.core.Pulse;
import io.conclave.core.Region;
import io.conclave.core.Sentinels;
import io.conclave.core.membership.DowningRule.Decision;
import io.conclave.core.membership.DowningRule.Peer;
import io.conclave.core.membership.DowningRule.Rules;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DowningRuleTest {
  private static final long STABLE = 2000;
  private static final long FRESH = 1000;
  private static final long STEP = 200;
  private static final List<String> SENTINELS = List.of("us", "eu", "ap");
  private static final List<String> HOSTS = List.of("us", "eu", "ap", "a", "b");
  private static final Peer A = peer("a");

  private static Rules rules(String self) {
    return new Rules(
        new HostId(self),
        new Sentinels(SENTINELS.stream()
            .map(host -> new Sentinels.Seat(new HostId(host), new Region(host)))
            .toList()),
        STABLE,
        FRESH);
  }

  private static Peer peer(String host) {
    return new Peer(new Incarnation(host, 1), SENTINELS.contains(host));
  }

  private static Pulse pulse(String sentinel, Peer... unreachable) {
    return new Pulse(
        new HostId(sentinel),
        List.of(),
        List.of(),
        Arrays.stream(unreachable).map(Peer::incarnation).toList());
  }

  /** A cell whose links are cut; what one of its hosts says crosses a link that is there. */
  private static final class Cell {
    private final Set<String> cuts;
    private final Map<String, DowningRule> rules = new HashMap<>();
    private final Set<String> gone = new TreeSet<>();

    Cell(Set<String> cuts) {
      this.cuts = cuts;
      SENTINELS.forEach(host -> rules.put(host, DowningRule.begin(0)));
    }

    private boolean connected(String one, String other) {
      return !cuts.contains(one + "-" + other) && !cuts.contains(other + "-" + one);
    }

    Set<String> run(long ms) {
      for (long now = STEP; now <= ms; now += STEP) {
        for (String self : SENTINELS) {
          if (!gone.contains(self)) {
            live(self, now);
          }
        }
      }
      return gone;
    }

    /** That a host is out is news that does not cross a cut. */
    private void live(String self, long now) {
      Map<String, Peer> members = HOSTS.stream()
          .filter(host -> !host.equals(self) && (!gone.contains(host) || !connected(self, host)))
          .collect(Collectors.toMap(host -> host, DowningRuleTest::peer));
      List<Peer> missed = members.entrySet().stream()
          .filter(member -> !connected(self, member.getKey()))
          .map(Map.Entry::getValue)
          .toList();
      DowningRule rule = rules.get(self).tick(rules(self), missed, now);
      rules.put(self, rule);
      Peer[] said = members.values().stream()
          .filter(member -> rule.unreachable(rules(self), now).contains(member.incarnation()))
          .toArray(Peer[]::new);
      SENTINELS.stream()
          .filter(other -> connected(self, other))
          .forEach(other -> rules.computeIfPresent(
              other, (host, old) -> old.hear(rules(host), pulse(self, said), now)));
      Decision decision = rule.decide(rules(self), members.values(), now);
      if (decision instanceof Decision.Down down) {
        down.members().forEach(member -> gone.add(member.address()));
      } else if (decision instanceof Decision.DownSelf) {
        gone.add(self);
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      nullValues = "nothing",
      value = {
        "all is well | nothing | nothing",
        "an agent is dead | a-us a-eu a-ap a-b | a",
        "an agent is cut off from the sentinels only | a-us a-eu a-ap | a",
        "an agent is cut off from a majority | a-us a-eu | a",
        "an agent is cut off from a minority | a-us | nothing",
        "two agents are cut off from each other | a-b | nothing",
        "a sentinel is dead | us-eu us-ap us-a us-b | us",
        "a sentinel is cut off from the sentinels only | us-eu us-ap | us",
        "a sentinel is cut off from the agents only | us-a us-b | nothing",
        "two sentinels are cut off from each other | us-eu | nothing",
        "a sentinel and an agent are on one side | us-eu us-ap us-b a-eu a-ap a-b | a us",
        "two sentinels are dead | us-eu us-ap eu-ap us-a us-b eu-a eu-b | ap eu us",
        "no sentinel sees another | us-eu us-ap eu-ap | ap eu us",
        "both agents are cut off from the sentinels | a-us a-eu a-ap b-us b-eu b-ap | a b",
      })
  void whoGoes(String scenario, String cuts, String expected) {
    Cell cell = new Cell(cuts == null ? Set.of() : Set.of(cuts.split(" ")));
    assertEquals(expected == null ? "" : expected, String.join(" ", cell.run(20_000)), scenario);
  }

  /** What "us" makes of it when it has missed these for so long and nobody else speaks but these. */
  private static Decision after(long ms, List<Peer> missed, Pulse... heard) {
    DowningRule rule = DowningRule.begin(0);
    for (long now = STEP; now <= ms; now += STEP) {
      for (Pulse pulse : heard) {
        rule = rule.hear(rules("us"), pulse, now);
      }
      rule = rule.tick(rules("us"), missed, now);
    }
    return rule.decide(rules("us"), List.of(A, peer("b"), peer("eu"), peer("ap")), ms);
  }

  @Test
  void silenceMustLast() {
    // Missed from the first look, at STEP.
    assertEquals(new Decision.Wait(), after(STABLE, List.of(A), pulse("eu", A)));
    assertEquals(
        new Decision.Down(List.of(A.incarnation())),
        after(STABLE + STEP, List.of(A), pulse("eu", A)));
  }

  @Test
  void aMajorityOfTheOthersIsEnough() {
    assertEquals(
        new Decision.Down(List.of(A.incarnation())),
        after(STABLE, List.of(), pulse("eu", A), pulse("ap", A)));
  }

  @Test
  void whoIsNoSentinelOrNoMemberDoesNotCount() {
    assertEquals(
        new Decision.Wait(),
        after(3 * STABLE, List.of(A), pulse("eu"), pulse("a", A), pulse("b", A), pulse("us", A)));
    Peer stranger = new Peer(new Incarnation("c", 1), false);
    assertEquals(
        new Decision.Wait(),
        after(STABLE, List.of(), pulse("eu", stranger), pulse("ap", stranger)));
  }

  @Test
  void whoHasBegunAnewIsSomebodyElse() {
    Peer before = new Peer(new Incarnation("a", 0), false);
    assertEquals(
        new Decision.Wait(), after(STABLE, List.of(), pulse("eu", before), pulse("ap", before)));
  }

  @Test
  void sentinelsThatHaveLeftInOrderAreNoReasonToGo() {
    assertEquals(new Decision.Wait(), after(5 * STABLE, List.of()));
    assertEquals(new Decision.Wait(), after(5 * STABLE, List.of(A)));
    assertEquals(new Decision.DownSelf(), after(5 * STABLE, List.of(peer("eu"))));
  }

  @Test
  void aPulseThatIsOldIsNoWord() {
    DowningRule rule = DowningRule.begin(0)
        .hear(rules("us"), pulse("eu", A), 0)
        .hear(rules("us"), pulse("ap", A), 0);
    assertEquals(
        new Decision.Down(List.of(A.incarnation())),
        rule.decide(rules("us"), List.of(A), FRESH - 1));
    assertEquals(new Decision.Wait(), rule.decide(rules("us"), List.of(A), FRESH));
  }

  @Test
  void whoWasStalledWaitsForFreshPulsesAndForItsOwnDetector() {
    List<Peer> all = List.of(A, peer("b"), peer("eu"), peer("ap"));
    DowningRule rule = DowningRule.begin(0).tick(rules("us"), all, STEP);
    // Frozen for a minute; at the thaw its failure detector finds everybody silent.
    long thaw = 60_000;
    rule = rule.tick(rules("us"), all, thaw);
    assertEquals(List.of(), rule.unreachable(rules("us"), thaw));
    assertEquals(new Decision.Wait(), rule.decide(rules("us"), all, thaw));
    for (long now = thaw + STEP; now < thaw + 3 * STABLE; now += STEP) {
      // The others are heard after a second.
      boolean heard = now >= thaw + 1000;
      rule = rule.tick(rules("us"), heard ? List.of(A) : all, now);
      if (heard) {
        rule = rule.hear(rules("us"), pulse("eu"), now).hear(rules("us"), pulse("ap"), now);
      }
      assertEquals(new Decision.Wait(), rule.decide(rules("us"), all, now));
    }
    assertEquals(List.of(A.incarnation()), rule.unreachable(rules("us"), thaw + 3 * STABLE));
  }

  @Test
  void aStallForgetsWhatOthersSaid() {
    DowningRule rule = DowningRule.begin(0)
        .hear(rules("us"), pulse("eu", A), 0)
        .hear(rules("us"), pulse("ap", A), 0)
        .tick(rules("us"), List.of(), STABLE / 2 + 1);
    assertEquals(Map.of(), rule.pulses());
  }
}
