package io.conclave.simulator;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.core.Durability;
import io.conclave.core.Durability.Policy;
import io.conclave.core.Durability.WhenAlone;
import io.conclave.core.Gate;
import org.junit.jupiter.api.Test;

/** The gate of a primary that was superseded, and of which no coordinator hears. */
class GateTest {
  private static final int OLD = 0;

  private final Script script = new Script(3, 3, new Durability(Policy.QUORUM, WhenAlone.STRICT));

  private Server old() {
    return script.world.servers[OLD];
  }

  private void untilSuperseded() {
    script.until("superseded", () -> !script.primary().equals("n0"));
  }

  @Test
  void primaryThatHearsAndIsNotHeardClosesItsGate() {
    for (int other = 1; other < 3; other++) {
      script.world.network.cut(OLD, other, 1);
    }
    untilSuperseded();
    script.until("closed", () -> old().gate == Gate.CLOSED);
    script.run(10_000);
    assertFalse(old().serves(), "no proof opens it again");
    script.world.network.heal();
    script.untilWhole();
  }

  @Test
  void agentThatWasDeadClosesTheGateSoonAfterItsStart() {
    script.world.hosts[OLD].kill();
    old().freeze(1_000_000);
    untilSuperseded();
    old().thaw();
    script.run(3000);
    assertTrue(old().serves(), "nobody is there to close it");
    for (int other = 1; other < 3; other++) {
      script.world.network.cut(OLD, other, 1);
    }
    script.world.hosts[OLD].start();
    script.run(1000);
    assertFalse(old().serves());
    script.world.network.heal();
    script.untilWhole();
  }
}
