package io.conclave.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.conclave.core.Durability;
import io.conclave.core.NodeId;
import io.conclave.core.SyncSet;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** A simulated group in which only that happens what a test says. */
final class Script {
  private static final long PATIENCE_MS = 60_000;

  final World world;

  Script(int nodes, int sentinels, Durability durability) {
    world = new World(1, Scenario.quiet(nodes, sentinels, durability), true);
    world.begin();
    until("whole", world::isWhole);
  }

  void until(String what, BooleanSupplier condition) {
    long deadline = world.schedule.nowMs() + PATIENCE_MS;
    while (!condition.getAsBoolean()) {
      world.step();
      if (world.schedule.nowMs() > deadline) {
        fail("never " + what + world.summary() + "\n" + trace());
      }
      assertSafe();
    }
  }

  void run(long ms) {
    long end = world.schedule.nowMs() + ms;
    while (world.schedule.nowMs() < end) {
      world.step();
      assertSafe();
    }
  }

  private void assertSafe() {
    if (world.invariants.violation().isPresent()) {
      fail(world.invariants.violation().get() + "\n" + trace());
    }
  }

  private String trace() {
    List<String> lines = world.trace.lines();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 80), lines.size()));
  }

  void powerOff(int host) {
    world.hosts[host].losePower();
    world.servers[host].powerLoss();
  }

  void powerOn(int host) {
    world.hosts[host].regainPower();
  }

  /** The server stands still; its agent does not. */
  void freeze(int node) {
    world.servers[node].freeze(1_000_000);
  }

  void thaw(int node) {
    world.servers[node].thaw();
  }

  String primary() {
    return world.invariants.newest().orElseThrow().primary().value();
  }

  /** What the register holds, by the coordinator at rest. */
  Optional<SyncSet> registered() {
    for (Host host : world.hosts) {
      if (host.seat != null && host.seat.state().isPresent()) {
        return host.seat.state().get().established().map(now -> now.sync());
      }
    }
    return Optional.empty();
  }

  void untilSync(int k, int... nodes) {
    List<NodeId> members =
        IntStream.of(nodes).mapToObj(i -> new NodeId("n" + i)).toList();
    SyncSet wanted = new SyncSet(members, k);
    until("sync set " + wanted, () -> registered().filter(wanted::equals).isPresent());
  }

  /** Commits wait for a majority of these. */
  void untilSyncOf(List<Integer> nodes) {
    untilSync(
        SyncSet.majorityOf(nodes.size()),
        nodes.stream().mapToInt(Integer::intValue).toArray());
  }

  /** A write from now on is acknowledged. */
  void untilWritable() {
    long now = world.schedule.nowMs();
    until("writable", () -> world.clients.lastAcknowledgedMs() > now);
  }

  boolean wasWritable(long ms) {
    return world.schedule.nowMs() - world.clients.lastAcknowledgedMs() < ms;
  }

  void untilWhole() {
    until("whole again", world::isWhole);
    untilWritable();
    world.invariants.atTheEnd();
    assertEquals(Optional.empty(), world.invariants.violation());
  }
}
