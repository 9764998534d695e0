package io.conclave.simulator;

import java.util.ArrayList;
import java.util.List;

/** Faults of the network: links that are cut, and links that are slow. */
final class Links {
  private final World world;
  private final Faults faults;

  Links(World world, Faults faults) {
    this.world = world;
    this.faults = faults;
  }

  /** As the fault has drawn it: one host, one direction, pairs, or a side of all. */
  void cut(Fault fault, Host host) {
    List<int[]> links = new ArrayList<>();
    boolean out = (fault.draw() & 1) == 0;
    for (Host other : world.hosts) {
      if (other == host) {
        continue;
      }
      boolean drawn = ((fault.draw() >>> (20 + other.index)) & 1) == 0;
      switch (fault.kind()) {
        case CUT_OFF -> both(links, host, other);
        case CUT_FROM_PEERS -> {
          if (other.edge == null) {
            both(links, host, other);
          }
        }
        case CUT_ONE_WAY ->
          links.add(
              out ? new int[] {host.index, other.index} : new int[] {other.index, host.index});
        case CUT_PAIR -> {
          if (drawn) {
            both(links, host, other);
          }
        }
        default -> {
          for (Host third : world.hosts) {
            if (drawn && ((fault.draw() >>> (20 + third.index)) & 1) != 0) {
              both(links, other, third);
            }
          }
        }
      }
    }
    links.forEach(link -> world.network.cut(link[0], link[1], 1));
    faults.back(fault, () -> links.forEach(link -> world.network.cut(link[0], link[1], -1)));
  }

  private static void both(List<int[]> links, Host one, Host other) {
    links.add(new int[] {one.index, other.index});
    links.add(new int[] {other.index, one.index});
  }

  /** All links of a host. */
  void slow(Fault fault, Host host) {
    int ms = 20 + (int) (fault.draw() & 511);
    for (Host other : world.hosts) {
      world.network.slow(host.index, other.index, ms);
      world.network.slow(other.index, host.index, ms);
    }
    faults.back(fault, () -> {
      for (Host other : world.hosts) {
        world.network.slow(host.index, other.index, 0);
        world.network.slow(other.index, host.index, 0);
      }
    });
  }

  /** Cuts one side from all others; the way back is returned. */
  Runnable cut(Host host, List<Host> side) {
    List<int[]> links = new ArrayList<>();
    for (Host other : world.hosts) {
      if (!side.contains(other)) {
        side.forEach(one -> both(links, one, other));
      }
    }
    world.trace(
        "FAULT", () -> host.id.value() + " and its side of " + side.size() + " are cut off");
    links.forEach(link -> world.network.cut(link[0], link[1], 1));
    return once(() -> links.forEach(link -> world.network.cut(link[0], link[1], -1)));
  }

  /** A way back that is gone once at most. */
  private Runnable once(Runnable back) {
    boolean[] over = {false};
    return () -> {
      if (!over[0] && !faults.isOver()) {
        over[0] = true;
        back.run();
      }
    };
  }

  /** One host from all others. */
  void cutOff(Host host, long forMs) {
    Runnable back = cut(host, List.of(host));
    world.schedule.in(forMs, back);
  }

  /** From one host to another everything takes longer. */
  void slowly(Host from, Host to, int ms, long forMs) {
    world.trace("FAULT", () -> from.id.value() + " to " + to.id.value() + " takes " + ms + " ms");
    world.network.slow(from.index, to.index, ms);
    world.schedule.in(forMs, () -> world.network.slow(from.index, to.index, 0));
  }

  /** What one host sends to another waits; the way to let it go is returned. */
  Runnable hold(Host from, Host to) {
    world.trace("FAULT", () -> from.id.value() + " to " + to.id.value() + " hangs");
    world.network.hold(from.index, to.index);
    return once(() -> world.network.release(from.index, to.index));
  }

  /** Two hosts from one another. */
  void cutPair(Host one, Host other, long forMs) {
    world.schedule.in(forMs, cutPair(one, other));
  }

  /** Two hosts from one another; the way back is returned. */
  Runnable cutPair(Host one, Host other) {
    cutBothWays(one, other, 1);
    return once(() -> cutBothWays(one, other, -1));
  }

  private void cutBothWays(Host one, Host other, int by) {
    world.network.cut(one.index, other.index, by);
    world.network.cut(other.index, one.index, by);
  }
}
