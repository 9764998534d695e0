package io.conclave.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.FishingOutcome;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.FishingOutcomes;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.receptionist.Receptionist;
import akka.actor.typed.receptionist.ServiceKey;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RelaysTest {
  private static final ServiceKey<String> KEY = ServiceKey.create(String.class, "words");

  private final ActorTestKit kit = ActorTestKit.create();
  private final TestProbe<String> first = kit.createTestProbe(String.class);
  private final TestProbe<String> second = kit.createTestProbe(String.class);

  @AfterEach
  void end() {
    kit.shutdownTestKit();
  }

  @Test
  void aWordIsSaidOnceAndHeardByEverybody() {
    listen(first);
    listen(second);
    ActorRef<String> relay = theOnlyOneRegistered();
    relay.tell("a word");
    first.expectMessage("a word");
    second.expectMessage("a word");
  }

  @Test
  void whoeverEndsIsToldNothingAndTheOthersAre() {
    listen(first);
    listen(second);
    ActorRef<String> relay = theOnlyOneRegistered();
    first.stop();
    relay.tell("a word");
    second.expectMessage("a word");
    assertEquals(relay, theOnlyOneRegistered());
  }

  /** Of words that say the same about the same thing it hears one a second, of others each. */
  @Test
  void whoeverLooksOnHearsWhatIsNewAndSomeOfWhatIsRepeated() {
    Relays.overhear(kit.system(), KEY, String.class, first.getRef());
    ActorRef<String> broadcast =
        kit.spawn(Broadcast.repeating(KEY, String.class, RelaysTest::subject, RelaysTest::gist));
    first.awaitAssert(() -> {
      broadcast.tell("a first");
      return first.expectMessage(Duration.ofMillis(100), "a first");
    });
    broadcast.tell("a first, again");
    broadcast.tell("b first");
    first.expectMessage("b first");
    broadcast.tell("a news");
    first.expectMessage("a news");
    first.awaitAssert(() -> {
      broadcast.tell("a news, again");
      return first.expectMessage(Duration.ofMillis(100), "a news, again");
    });
  }

  /** With news or without: in a failover there is news of everything. */
  @Test
  void whoeverGlancesHearsOneASecond() {
    Relays.glance(kit.system(), KEY, String.class, first.getRef());
    ActorRef<String> broadcast =
        kit.spawn(Broadcast.repeating(KEY, String.class, RelaysTest::subject, RelaysTest::gist));
    first.awaitAssert(() -> {
      broadcast.tell("a first");
      return first.expectMessage(Duration.ofMillis(100), "a first");
    });
    long heard = System.nanoTime();
    broadcast.tell("a news");
    broadcast.tell("b first");
    List<String> words = first.fishForMessage(Duration.ofSeconds(3), toThe("b first"));
    // On a machine that is that slow the second may be over.
    boolean within = System.nanoTime() - heard < Broadcast.OVERHEARD.toNanos() / 2;
    assertTrue(words.size() == 1 || !within, words.toString());
    first.awaitAssert(() -> {
      broadcast.tell("a latest");
      return first.expectMessage(Duration.ofMillis(100), "a latest");
    });
  }

  /** They are on the same host, and the words are there. */
  @Test
  void whoeverGlancesBesideAnOnlookerHearsNewsAtOnce() {
    Relays.glance(kit.system(), KEY, String.class, first.getRef());
    Relays.overhear(kit.system(), KEY, String.class, second.getRef());
    ActorRef<String> broadcast =
        kit.spawn(Broadcast.repeating(KEY, String.class, RelaysTest::subject, RelaysTest::gist));
    second.awaitAssert(() -> {
      broadcast.tell("a first");
      return second.expectMessage(Duration.ofMillis(100), "a first");
    });
    broadcast.tell("a news");
    second.fishForMessage(Duration.ofSeconds(3), until("a news"));
    first.fishForMessage(Duration.ofSeconds(3), until("a news"));
  }

  /** They are on the same host, and the words are there. */
  @Test
  void whoeverLooksOnBesideAListenerHearsAll() {
    Relays.overhear(kit.system(), KEY, String.class, first.getRef());
    listen(second);
    ActorRef<String> broadcast =
        kit.spawn(Broadcast.repeating(KEY, String.class, RelaysTest::subject, RelaysTest::gist));
    second.awaitAssert(() -> {
      broadcast.tell("a first");
      return second.expectMessage(Duration.ofMillis(100), "a first");
    });
    broadcast.tell("a second");
    second.fishForMessage(Duration.ofSeconds(3), until("a second"));
    first.fishForMessage(Duration.ofSeconds(3), until("a second"));
  }

  /** Words of these tests are "SUBJECT NEWS", and "SUBJECT NEWS, again". */
  private static char subject(String word) {
    return word.charAt(0);
  }

  private static String gist(String word) {
    return word.replace(", again", "");
  }

  /** Keeps what comes before it, too. */
  private static Function<String, FishingOutcome> toThe(String last) {
    return word ->
        word.equals(last) ? FishingOutcomes.complete() : FishingOutcomes.continueAndCollect();
  }

  private static Function<String, FishingOutcome> until(String last) {
    return word ->
        word.equals(last) ? FishingOutcomes.complete() : FishingOutcomes.continueAndIgnore();
  }

  private void listen(TestProbe<String> listener) {
    Relays.listen(kit.system(), KEY, String.class, listener.getRef());
  }

  private ActorRef<String> theOnlyOneRegistered() {
    TestProbe<Receptionist.Listing> listings = kit.createTestProbe(Receptionist.Listing.class);
    kit.system().receptionist().tell(Receptionist.subscribe(KEY, listings.getRef()));
    Set<ActorRef<String>> registered = Set.of();
    while (registered.isEmpty()) {
      registered = listings.receiveMessage().getServiceInstances(KEY);
    }
    assertEquals(1, registered.size());
    return registered.iterator().next();
  }
}
