package io.conclave.core.failover;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.core.Durability.WhenAlone;
import io.conclave.core.Order;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random faults in a world of values: hosts and servers die and return, receivers are cut off, orders are lost or arrive late
 * and twice, the register is away, coordinators are replaced. The world checks its laws after every step; when the faults
 * end, the group must become whole, with everything acknowledged.
 */
@Tag("search")
class SoakTest {
  private static final int RUNS = Integer.getInteger("soak.runs", 60);
  private static World LAST;
  private static final long SEED = Long.getLong("soak.seed", 1);

  @Test
  void nothingAcknowledgedIsLostAndTheGroupBecomesWholeAgain() {
    for (long seed = SEED; seed < SEED + RUNS; seed++) {
      try {
        soak(new Random(seed));
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            "seed " + seed + "; repeat with -Dsoak.runs=1 -Dsoak.seed=" + seed + ": "
                + e.getMessage() + (Boolean.getBoolean("soak.trace") ? LAST.trace() : ""),
            e);
      }
    }
  }

  private static void soak(Random random) {
    WhenAlone whenAlone = random.nextBoolean() ? WhenAlone.STRICT : WhenAlone.AVAILABLE;
    World world = World.steady(whenAlone, random.nextInt(3) == 0 ? 5 : 3);
    LAST = world;
    List<Node> nodes = new ArrayList<>(world.nodes.values());
    for (int i = 0; i < 40; i++) {
      fault(world, random, nodes.get(random.nextInt(nodes.size())));
      world.write();
      world.run(random.nextInt(8) == 0 ? 3000 : random.nextInt(6) * World.TICK_MS);
      if (world.state.phase() == Phase.RESIGNED) {
        world.start();
      }
    }
    heal(world, nodes);
    world.until("whole", () -> {
      if (world.state.phase() == Phase.RESIGNED) {
        world.start();
      }
      return world.isWhole();
    });
    assertTrue(world.primary().data.containsAll(world.acknowledged), world::summary);
  }

  private static void fault(World world, Random random, Node node) {
    switch (random.nextInt(11)) {
      case 0 -> node.kill();
      case 1 -> node.killHost();
      case 2, 3 -> {
        if (!node.hostUp) {
          node.hostReturns();
        }
      }
      case 4 -> node.cutOff = !node.cutOff;
      case 5 -> world.registerUp = !world.registerUp;
      case 6 -> world.ordersArrive = !world.ordersArrive;
      case 7 -> world.start();
      case 8 -> late(world, random);
      case 9 -> world.switchover("");
      default -> {
        world.registerUp = true;
        world.ordersArrive = true;
      }
    }
  }

  /** Orders of any coordinator, at any later time, in any order. */
  private static void late(World world, Random random) {
    List<Order> orders = world.effects.stream()
        .filter(Effect.Send.class::isInstance)
        .map(e -> ((Effect.Send) e).order())
        .toList();
    for (int i = 0; i < 10 && !orders.isEmpty(); i++) {
      world.deliver(orders.get(random.nextInt(orders.size())));
    }
  }

  private static void heal(World world, List<Node> nodes) {
    world.registerUp = true;
    world.ordersArrive = true;
    for (Node node : nodes) {
      node.cutOff = false;
      if (!node.hostUp) {
        node.hostReturns();
      }
    }
  }
}
