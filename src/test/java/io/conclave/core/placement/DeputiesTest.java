package io.conclave.core.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.core.Ballot;
import io.conclave.core.Configuration;
import io.conclave.core.Durability;
import io.conclave.core.GroupDefinition;
import io.conclave.core.GroupId;
import io.conclave.core.HostId;
import io.conclave.core.Member;
import io.conclave.core.NodeId;
import io.conclave.core.Pulse;
import io.conclave.core.Region;
import io.conclave.core.Sentinels;
import io.conclave.core.SyncSet;
import io.conclave.core.Topology;
import io.conclave.core.placement.Deputies.Decision;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DeputiesTest {
  private static final long SUSPICION = 1000;
  private static final GroupId MAIN = new GroupId("main");
  private static final List<String> HOSTS = List.of("us", "eu", "ap");

  private final Deputies.Rules rules = rules("eu");
  private Deputies deputies = Deputies.begin(0);

  static GroupDefinition group(List<String> hosts) {
    return new GroupDefinition(
        MAIN,
        hosts.stream()
            .map(h -> new Member(
                new NodeId(h + "-db"),
                new HostId(h),
                new Region(h),
                Member.Kind.STANDBY,
                "127.0.0.1",
                5432,
                1))
            .toList(),
        new Durability(Durability.Policy.QUORUM, Durability.WhenAlone.STRICT));
  }

  static Sentinels sentinels(List<String> hosts) {
    return new Sentinels(hosts.stream()
        .map(h -> new Sentinels.Seat(new HostId(h), new Region(h)))
        .toList());
  }

  static Topology topology(long ballot, String coordinator, String primary) {
    return new Topology(
        MAIN,
        new Ballot(ballot, new UUID(1, 1)),
        1,
        Optional.of(
            new Configuration(1, new NodeId(primary + "-db"), SyncSet.EMPTY, new UUID(1, 1))),
        true,
        new HostId(coordinator),
        Optional.empty());
  }

  private static Deputies.Rules rules(String self) {
    return new Deputies.Rules(group(HOSTS), sentinels(HOSTS), new HostId(self), SUSPICION);
  }

  private void speaks(long ballot, String coordinator, long nowMs) {
    deputies = deputies.hear(rules, topology(ballot, coordinator, "us"), nowMs);
  }

  private void say(boolean silent, long nowMs, String... sentinels) {
    for (String sentinel : sentinels) {
      Pulse pulse =
          new Pulse(new HostId(sentinel), silent ? List.of(MAIN) : List.of(), List.of(), List.of());
      deputies = deputies.hear(rules, pulse, nowMs);
    }
  }

  private Decision at(Deputies.Rules of, long nowMs) {
    deputies = deputies.tick(of, nowMs);
    return deputies.decide(of, nowMs);
  }

  private Decision at(long nowMs) {
    return at(rules, nowMs);
  }

  @Test
  void oneSentinelAloneMakesNoDeputy() {
    speaks(1, "us", 0);
    say(true, 1000, "eu");
    say(false, 1000, "us", "ap");
    assertEquals(Decision.NOTHING, at(1000));
    assertEquals(Decision.NOTHING, at(1900));
  }

  @Test
  void theFirstBesideNoPrimaryBecomesDeputyAtOnce() {
    speaks(1, "us", 0);
    say(true, 1000, "eu", "ap");
    assertEquals(Decision.BECOME, at(1000));
  }

  @Test
  void theNextOneWaitsASuspicionTime() {
    Deputies.Rules ap = rules("ap");
    speaks(1, "us", 0);
    say(true, 1000, "eu", "ap");
    assertEquals(Decision.NOTHING, at(ap, 1000));
    say(true, 1900, "eu", "ap");
    assertEquals(Decision.NOTHING, at(ap, 1999));
    say(true, 2000, "eu", "ap");
    assertEquals(Decision.BECOME, at(ap, 2000));
  }

  @Test
  void whoHearsTheCoordinatorItselfIsNoDeputyForOthers() {
    speaks(1, "us", 0);
    say(true, 1000, "us", "ap");
    say(false, 1000, "eu");
    assertEquals(Decision.NOTHING, at(1000));
  }

  @Test
  void anOldOpinionDoesNotCount() {
    speaks(1, "us", 0);
    say(true, 1000, "ap");
    say(true, 2000, "eu");
    assertEquals(Decision.NOTHING, at(2000));
  }

  @Test
  void aDeputyEndsWhenAHigherBallotOfAnotherIsHeard() {
    speaks(3, "us", 0);
    say(true, 1000, "eu", "ap");
    assertEquals(Decision.BECOME, at(1000));
    deputies = deputies.become(rules);
    speaks(3, "us", 1100);
    assertEquals(Decision.NOTHING, at(1100), "outbid by this one, and does not know it yet");
    speaks(4, "eu", 1200);
    assertEquals(Decision.NOTHING, at(1200), "its own word");
    speaks(5, "ap", 1300);
    assertEquals(Decision.END, at(1300));
    deputies = deputies.end(1300);
    assertFalse(deputies.serves());
  }

  @Test
  void aDeputyThatIsAppointedIsNoDeputyAnyMore() {
    speaks(3, "us", 0);
    say(true, 1000, "eu", "ap");
    at(1000);
    deputies = deputies.become(rules).confirm();
    speaks(5, "ap", 1300);
    assertEquals(Decision.NOTHING, at(1300));
  }

  @Test
  void aDeputyInVainWaitsTwiceAsLongEachTime() {
    speaks(1, "us", 0);
    long endedMs = 1000;
    for (int turn = 1; turn <= 7; turn++) {
      deputies = deputies.become(rules).end(endedMs);
      long pauseMs = SUSPICION << Math.min(turn, 5);
      say(true, endedMs + pauseMs - 1, "eu", "ap");
      assertEquals(Decision.NOTHING, at(endedMs + pauseMs - 1), "turn " + turn);
      say(true, endedMs + pauseMs, "eu", "ap");
      assertEquals(Decision.BECOME, at(endedMs + pauseMs), "turn " + turn);
      endedMs += pauseMs;
    }
  }

  @Test
  void aCoordinatorThatWasHeardForLongEndsTheWait() {
    deputies = deputies.become(rules).end(1000).become(rules).end(1000);
    for (long now = 1500; now <= 6500; now += 250) {
      speaks(9, "ap", now);
    }
    say(true, 7500, "eu", "us");
    assertEquals(Decision.BECOME, at(7500));
    assertEquals(0, deputies.become(rules).inVain());
  }

  @Test
  void theHostOfTheSilentCoordinatorIsTheLastToTry() {
    speaks(1, "eu", 0);
    say(true, 1000, "eu", "ap");
    assertEquals(Decision.NOTHING, at(1000));
    assertEquals(Decision.BECOME, at(rules("ap"), 1000));
    assertTrue(deputies.silentSinceMs().isPresent());
  }
}
