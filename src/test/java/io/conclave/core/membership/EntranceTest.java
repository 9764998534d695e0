package io.conclave.core.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.core.HostId;
import io.conclave.core.Region;
import io.conclave.core.Sentinels;
import io.conclave.core.membership.Entrance.Decision;
import io.conclave.core.membership.Entrance.Extent;
import io.conclave.core.membership.Entrance.Rules;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EntranceTest {
  private static final HostId US = new HostId("us");
  private static final HostId EU = new HostId("eu");
  private static final HostId AP = new HostId("ap");
  private static final List<HostId> HOSTS = List.of(US, EU, AP);
  private static final Sentinels SENTINELS = new Sentinels(HOSTS.stream()
      .map(host -> new Sentinels.Seat(host, new Region(host.value())))
      .toList());

  private static Rules rules(HostId self) {
    return new Rules("cell", self, SENTINELS);
  }

  private static Whereabouts outside(HostId host, HostId supports) {
    return new Whereabouts("cell", host, false, false, Extent.NONE, supports);
  }

  private static Whereabouts inside(HostId host, int sentinels, boolean knows) {
    Extent extent = new Extent(sentinels, Optional.of(host));
    return new Whereabouts("cell", host, true, knows, extent, host);
  }

  private static Entrance after(HostId self, Whereabouts... answers) {
    Entrance entrance = Entrance.begin();
    for (Whereabouts answer : answers) {
      entrance = entrance.hear(rules(self), answer, Optional.empty(), 100);
    }
    return entrance;
  }

  @Test
  void theFirstFoundsWithTheSupportOfAMajority() {
    assertEquals(new Decision.Wait(), after(US).enter(rules(US), 100));
    assertEquals(new Decision.Wait(), after(US, outside(EU, EU)).enter(rules(US), 100));
    assertEquals(new Decision.Found(), after(US, outside(EU, US)).enter(rules(US), 100));
    assertEquals(new Decision.Wait(), after(US, outside(EU, US)).enter(rules(US), 1100), "too old");
  }

  @Test
  void anotherClusterIsJoinedTheLargestFirst() {
    assertEquals(
        new Decision.Join(AP),
        after(US, inside(EU, 1, false), inside(AP, 2, false)).enter(rules(US), 100));
    assertEquals(
        new Decision.Join(AP),
        after(US, outside(EU, US), inside(AP, 1, false)).enter(rules(US), 100));
  }

  @Test
  void aSentinelOfAnOlderVersionIsJoinedToo() {
    Whereabouts older = new Whereabouts("cell", EU, true, false, null, EU);
    assertEquals(new Decision.Join(EU), after(US, older).enter(rules(US), 100));
  }

  @Test
  void whoeverSupportsAnotherDoesNotFound() {
    Entrance eu = after(EU, outside(AP, EU)).asked(rules(EU), US, 100);
    assertEquals(US, eu.supports(rules(EU), 100));
    assertEquals(new Decision.Wait(), eu.enter(rules(EU), 200));
    assertEquals(US, eu.supports(rules(EU), 10_099));
    assertEquals(EU, eu.supports(rules(EU), 10_100));
  }

  @Test
  void supportStaysWithTheFirstThatHasIt() {
    Entrance ap = Entrance.begin().asked(rules(AP), EU, 0).asked(rules(AP), US, 100);
    assertEquals(EU, ap.supports(rules(AP), 100));
    assertEquals(US, ap.asked(rules(AP), US, 10_000).supports(rules(AP), 10_000));
  }

  /** A founder that stalls after it has founded: the other finds nobody inside, and this one knows better. */
  @Test
  void whoeverHearsOfAClusterSupportsNoOther() {
    Entrance ap = after(AP, inside(US, 1, false)).asked(rules(AP), EU, 200);
    assertEquals(AP, ap.supports(rules(AP), 200));
    assertEquals(EU, ap.asked(rules(AP), EU, 1100).supports(rules(AP), 1100), "too old");
  }

  /** This host is in a cluster of its own extent, and hears this answer once a second. */
  private static Entrance hearing(
      HostId self, Extent own, Whereabouts answer, long fromMs, long toMs) {
    Entrance entrance = Entrance.begin();
    for (long now = fromMs; now <= toMs; now += 1000) {
      entrance = entrance.hear(rules(self), answer, Optional.of(own), now);
    }
    return entrance;
  }

  @Test
  void theLesserOfTwoClustersEnds() {
    Extent alone = new Extent(1, Optional.of(EU));
    Entrance eu = hearing(EU, alone, inside(AP, 2, false), 0, 4000);
    assertEquals(new Decision.Wait(), eu.stay(rules(EU), 4000));
    Entrance later = hearing(EU, alone, inside(AP, 2, false), 0, 5000);
    assertEquals(new Decision.BeginAnew(), later.stay(rules(EU), 5000));
    assertEquals(new Decision.Wait(), later.stay(rules(EU), 6000), "too old");

    Extent two = new Extent(2, Optional.of(US));
    assertEquals(
        new Decision.Wait(), hearing(AP, two, inside(EU, 1, false), 0, 9000).stay(rules(AP), 9000));
    assertEquals(
        new Decision.Wait(),
        hearing(EU, alone, inside(AP, 2, true), 0, 9000).stay(rules(EU), 9000));
  }

  @Test
  void ofTwoEqualClustersThatWithTheFirstSentinelStays() {
    Extent us = new Extent(1, Optional.of(US));
    Extent eu = new Extent(1, Optional.of(EU));
    assertEquals(
        new Decision.Wait(), hearing(US, us, inside(EU, 1, false), 0, 9000).stay(rules(US), 9000));
    assertEquals(
        new Decision.BeginAnew(),
        hearing(EU, eu, inside(US, 1, false), 0, 9000).stay(rules(EU), 9000));
  }

  @Test
  void aClusterMustBeTheGreaterAllTheTime() {
    Extent alone = new Extent(1, Optional.of(EU));
    Entrance eu = hearing(EU, alone, inside(AP, 2, false), 0, 4000)
        .hear(rules(EU), inside(AP, 2, true), Optional.of(alone), 4500)
        .hear(rules(EU), inside(AP, 2, false), Optional.of(alone), 5000);
    assertEquals(new Decision.Wait(), eu.stay(rules(EU), 5000));
  }

  @Test
  void aStrangerIsNotBelieved() {
    Whereabouts other =
        new Whereabouts("other", EU, true, false, new Extent(3, Optional.of(EU)), EU);
    assertEquals(new Decision.Wait(), after(US, other).enter(rules(US), 100));
  }

  @Test
  void onlyASentinelFounds() {
    HostId agent = new HostId("db");
    assertEquals(
        new Decision.Wait(),
        after(agent, outside(EU, agent), outside(AP, agent)).enter(rules(agent), 100));
  }

  @Test
  void whoeverAMajorityHasRemovedBeginsAnew() {
    assertEquals(
        new Decision.BeginAnew(),
        after(US, inside(EU, 2, false), inside(AP, 2, false)).stay(rules(US), 100));
    assertEquals(
        new Decision.Wait(),
        after(US, inside(EU, 2, false), inside(AP, 2, true)).stay(rules(US), 100));
    assertEquals(
        new Decision.Wait(), after(US, inside(EU, 2, false), outside(AP, AP)).stay(rules(US), 100));
  }

  static IntStream seeds() {
    return IntStream.range(0, 300);
  }

  /** Whatever links are cut and however slow the words are: no two found a cluster. */
  @ParameterizedTest
  @MethodSource("seeds")
  void twoAreNeverFoundedAtOnce(int seed) {
    Random dice = new Random(seed);
    record Flying(long atMs, int to, int from, Whereabouts answer) {}
    boolean[][] cut = new boolean[3][3];
    for (int i = 0; i < 3; i++) {
      cut[i][(i + 1) % 3] = dice.nextInt(4) == 0;
    }
    Entrance[] hosts = {Entrance.begin(), Entrance.begin(), Entrance.begin()};
    boolean[] member = new boolean[3];
    int founded = 0;
    List<Flying> flying = new ArrayList<>();
    for (long now = 10_000; now < 20_000; now += 20) {
      for (Flying word : List.copyOf(flying)) {
        if (word.atMs() > now) {
          continue;
        }
        flying.remove(word);
        int to = word.to();
        if (word.answer() != null) {
          hosts[to] = hosts[to].hear(rules(HOSTS.get(to)), word.answer(), Optional.empty(), now);
        } else {
          hosts[to] = hosts[to].asked(rules(HOSTS.get(to)), HOSTS.get(word.from()), now);
          Whereabouts answer = member[to]
              ? inside(HOSTS.get(to), 1, false)
              : outside(HOSTS.get(to), hosts[to].supports(rules(HOSTS.get(to)), now));
          flying.add(new Flying(now + dice.nextInt(300), word.from(), to, answer));
        }
      }
      for (int i = 0; i < 3; i++) {
        boolean begins = now >= 10_000 + 500L * ((seed + i) % 3);
        if (!begins || member[i]) {
          continue;
        }
        for (int to = 0; to < 3 && now % 100 == 0; to++) {
          if (to != i && !cut[i][to] && !cut[to][i]) {
            flying.add(new Flying(now + dice.nextInt(300), to, i, null));
          }
        }
        Decision decision = hosts[i].enter(rules(HOSTS.get(i)), now);
        if (decision instanceof Decision.Found) {
          founded++;
        }
        member[i] = !(decision instanceof Decision.Wait);
      }
    }
    boolean connected = IntStream.range(0, 3).anyMatch(i -> !cut[i][(i + 1) % 3]);
    assertTrue(founded <= 1, "founded " + founded);
    assertEquals(connected ? 1 : 0, founded);
  }
}
