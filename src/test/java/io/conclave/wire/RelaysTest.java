package io.conclave.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.receptionist.Receptionist;
import akka.actor.typed.receptionist.ServiceKey;
import java.util.Set;
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
