package io.conclave.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.testkit.typed.FishingOutcome;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.FishingOutcomes;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.receptionist.Receptionist;
import akka.actor.typed.receptionist.ServiceKey;
import java.time.Duration;
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

  /** Of words about the same thing it hears one a second, of others each. */
  @Test
  void whoeverLooksOnHearsSomeOfWhatIsRepeated() {
    Relays.overhear(kit.system(), KEY, String.class, first.getRef());
    ActorRef<String> broadcast =
        kit.spawn(Broadcast.repeating(KEY, String.class, word -> word.charAt(0)));
    first.awaitAssert(() -> {
      broadcast.tell("a first");
      return first.expectMessage(Duration.ofMillis(100), "a first");
    });
    broadcast.tell("a second");
    broadcast.tell("b first");
    first.expectMessage("b first");
    first.awaitAssert(() -> {
      broadcast.tell("a third");
      return first.expectMessage(Duration.ofMillis(100), "a third");
    });
  }

  /** They are on the same host, and the words are there. */
  @Test
  void whoeverLooksOnBesideAListenerHearsAll() {
    Relays.overhear(kit.system(), KEY, String.class, first.getRef());
    listen(second);
    ActorRef<String> broadcast =
        kit.spawn(Broadcast.repeating(KEY, String.class, word -> word.charAt(0)));
    second.awaitAssert(() -> {
      broadcast.tell("a first");
      return second.expectMessage(Duration.ofMillis(100), "a first");
    });
    broadcast.tell("a second");
    second.fishForMessage(Duration.ofSeconds(3), until("a second"));
    first.fishForMessage(Duration.ofSeconds(3), until("a second"));
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
