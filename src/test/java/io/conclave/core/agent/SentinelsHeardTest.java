package io.conclave.core.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.core.GroupId;
import io.conclave.core.HostId;
import io.conclave.core.Incumbent;
import io.conclave.core.NodeId;
import io.conclave.core.Pulse;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an agent may conclude from the pulses of sentinels. */
class SentinelsHeardTest {
  private static final GroupId MAIN = new GroupId("main");
  private static final NodeId SELF = new NodeId("us-db-1");
  private static final NodeId OTHER = new NodeId("eu-db-1");

  private final SentinelsHeard heard = new SentinelsHeard(MAIN, SELF);

  private static Pulse pulse(String sentinel, Incumbent... incumbents) {
    return new Pulse(new HostId(sentinel), List.of(), List.of(incumbents), List.of());
  }

  @Test
  void majorityIsOfThoseHeardAfterTheMoment() {
    heard.hear(pulse("us-1", new Incumbent(MAIN, 1, SELF)), 100);
    heard.hear(pulse("eu-1", new Incumbent(MAIN, 1, SELF)), 200);
    assertTrue(heard.isMajoritySince(99, 2));
    assertFalse(heard.isMajoritySince(100, 2));
  }

  @Test
  void sentinelThatKnowsOfNoPrimaryVouchesForNone() {
    heard.hear(pulse("us-1", new Incumbent(MAIN, 1, SELF)), 100);
    heard.hear(pulse("eu-1"), 100);
    heard.hear(pulse("ap-1", new Incumbent(new GroupId("other"), 1, OTHER)), 100);
    assertFalse(heard.isMajoritySince(0, 2));
  }

  @Test
  void successorIsThePrimaryOfNewerEpoch() {
    assertEquals(Optional.empty(), heard.successor(0));
    Incumbent next = new Incumbent(MAIN, 2, OTHER);
    heard.hear(pulse("us-1", next), 100);
    assertEquals(Optional.of(next), heard.successor(1));
    assertEquals(Optional.empty(), heard.successor(2), "it follows the successor");
  }

  @Test
  void lateWordTakesNothingBack() {
    Incumbent next = new Incumbent(MAIN, 3, OTHER);
    heard.hear(pulse("us-1", next), 100);
    heard.hear(pulse("us-1", new Incumbent(MAIN, 1, SELF)), 200);
    assertEquals(Optional.of(next), heard.successor(1));
  }

  @Test
  void nobodyIsItsOwnSuccessor() {
    heard.hear(pulse("us-1", new Incumbent(MAIN, 2, SELF)), 100);
    assertEquals(Optional.empty(), heard.successor(1), "its own row is not shown yet");
  }
}
