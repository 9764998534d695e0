package io.conclave.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.conclave.core.Durability;
import io.conclave.core.Durability.Policy;
import io.conclave.core.Durability.WhenAlone;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A connection that hangs keeps what is sent, and delivers it in order. */
class NetworkTest {
  private final Script script = new Script(3, 3, new Durability(Policy.QUORUM, WhenAlone.STRICT));
  private final Network network = script.world.network;
  private final List<String> heard = new ArrayList<>();

  private void send(String word) {
    network.send(0, 1, () -> heard.add(word));
  }

  @Test
  void whatHangsArrivesLaterAndInOrder() {
    network.hold(0, 1);
    send("first");
    send("second");
    network.send(1, 0, () -> heard.add("the other way"));
    script.run(500);
    assertEquals(List.of("the other way"), heard);
    network.release(0, 1);
    script.run(20);
    assertEquals(List.of("the other way", "first", "second"), heard);
    network.release(0, 1);
    send("third");
    script.run(500);
    assertEquals(List.of("the other way", "first", "second", "third"), heard);
  }
}
