package io.conclave.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.core.Ballot;
import io.conclave.core.Configuration;
import io.conclave.core.Durability;
import io.conclave.core.Durability.Policy;
import io.conclave.core.Durability.WhenAlone;
import io.conclave.core.Gate;
import io.conclave.core.Member;
import io.conclave.core.NodeId;
import io.conclave.core.Order;
import io.conclave.core.Task;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The gate of a primary that was superseded, and of which no coordinator hears. */
class GateTest {
  private static final int OLD = 0;
  private static final long SYSTEM = 42;

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

  @Test
  void holdThatBeginsOnceTheNodeIsToRejoinKeepsNoStandbyShut() {
    script.world.hosts[OLD].kill();
    old().freeze(1_000_000);
    untilSuperseded();
    old().thaw();
    for (int other = 1; other < 3; other++) {
      script.world.network.cut(other, OLD, 1);
    }
    script.world.hosts[OLD].start();
    script.world.hosts[OLD].agent.obey(toRejoin());
    script.until("stopping", () -> old().stopping);
    AgentGate gate = script.world.hosts[OLD].agent.gate;
    gate.gap(10_000);
    assertTrue(gate.problem().isPresent(), "the server is a primary still");
    old().crash();
    script.world.network.heal();
    script.untilWhole();
    assertEquals(Gate.OPEN, old().gate);
    assertEquals(Optional.empty(), gate.problem());
  }

  @Test
  void orderThatComesLateDoesNotOpenTheGateOfAnIsolatedPrimary() {
    Configuration own = script.world.invariants.newest().orElseThrow();
    for (int other = 1; other < 3; other++) {
      script.world.network.cut(OLD, other, 1);
      script.world.network.cut(other, OLD, 1);
    }
    untilSuperseded();
    script.until("closed", () -> old().gate == Gate.CLOSED);
    script.run(10_000);
    Agent agent = script.world.hosts[OLD].agent;
    agent.gate.commandClosed();
    agent.obey(order(agent.promise().ballot(), new Task.OpenGate(own)));
    script.run(1000);
    assertEquals(Gate.CLOSED, old().gate, "nor was it open in between: I5");
    script.world.network.heal();
    script.untilWhole();
  }

  /** By the coordinator that has made the new primary; its next orders are of a higher ballot. */
  private Order toRejoin() {
    Server primary = script.world.server(new NodeId(script.primary()));
    Member member = primary.host.agent.member;
    Task.Source source =
        new Task.Source(primary.id, member.address(), member.port(), SYSTEM, primary.history());
    return order(primary.host.agent.promise().ballot(), new Task.Rejoin(source));
  }

  private Order order(Ballot ballot, Task task) {
    return new Order(script.world.rules.group().group(), old().id, ballot, Long.MAX_VALUE, task);
  }
}
