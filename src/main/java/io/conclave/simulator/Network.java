package io.conclave.simulator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Messages between hosts: late, lost, doubled, out of order, in one direction only. A host reaches itself always. */
final class Network {
  private static final int REMEMBERED = 64;

  private final World world;
  private final Dice dice;
  private final int hosts;
  /** How many faults cut the link from one host to another. */
  private final int[] cuts;

  private final int[] slowMs;
  /** What waits on a link that hangs; null for all others. */
  private final List<List<Runnable>> held;

  private int lossPercent;
  private int doublePercent;
  private final List<Runnable> remembered = new ArrayList<>();

  Network(World world, int hosts) {
    this.world = world;
    this.dice = Dice.of(world.seed, 2);
    this.hosts = hosts;
    this.cuts = new int[hosts * hosts];
    this.slowMs = new int[hosts * hosts];
    this.held = new ArrayList<>(Collections.nCopies(hosts * hosts, null));
  }

  boolean reaches(int from, int to) {
    return from == to || cuts[from * hosts + to] == 0;
  }

  boolean connected(int one, int other) {
    return reaches(one, other) && reaches(other, one);
  }

  long delay(int from, int to) {
    return from == to ? 0 : 1 + dice.below(3) + slowMs[from * hosts + to];
  }

  /** To a process that may be gone or frozen when it arrives. */
  void send(int from, int to, Runnable handler) {
    if (from == to) {
      world.schedule.in(0, () -> world.hosts[to].run(handler));
      return;
    }
    if (!reaches(from, to) || (lossPercent > 0 && dice.below(100) < lossPercent)) {
      return;
    }
    long late = dice.oneIn(64) ? dice.below(400) : 0;
    Runnable arrives = () -> arrive(from, to, handler);
    List<Runnable> waiting = held.get(from * hosts + to);
    if (waiting != null) {
      waiting.add(arrives);
      return;
    }
    world.schedule.in(delay(from, to) + late, arrives);
    if (doublePercent > 0 && dice.below(100) < doublePercent) {
      world.schedule.in(delay(from, to) + dice.below(3000), arrives);
    }
    if (dice.oneIn(16)) {
      remember(arrives);
    }
  }

  private void arrive(int from, int to, Runnable handler) {
    if (reaches(from, to)) {
      world.hosts[to].run(handler);
    }
  }

  private void remember(Runnable arrives) {
    if (remembered.size() < REMEMBERED) {
      remembered.add(arrives);
    } else {
      remembered.set(dice.below(REMEMBERED), arrives);
    }
  }

  /** Messages that were delivered, or believed lost, arrive once more, in any order. */
  void echo(int count) {
    for (int i = 0; i < count && !remembered.isEmpty(); i++) {
      world.schedule.in(dice.below(500), remembered.get(dice.below(remembered.size())));
    }
  }

  void cut(int from, int to, int by) {
    cuts[from * hosts + to] += by;
  }

  void slow(int from, int to, int ms) {
    slowMs[from * hosts + to] = ms;
  }

  /** A connection that hangs: what is sent from now on waits for {@link #release}. */
  void hold(int from, int to) {
    if (held.get(from * hosts + to) == null) {
      held.set(from * hosts + to, new ArrayList<>());
    }
  }

  /**
   * Everything that was sent meanwhile arrives after all: in order, as it comes over one connection, and in quick succession. What is
   * sent from now on may overtake the end of it.
   */
  void release(int from, int to) {
    List<Runnable> waiting = held.set(from * hosts + to, null);
    long inMs = delay(from, to);
    if (waiting != null) {
      for (Runnable arrives : waiting) {
        inMs += dice.below(3);
        world.schedule.in(inMs, arrives);
      }
    }
  }

  void lose(int percent) {
    lossPercent = percent;
  }

  void duplicate(int percent) {
    doublePercent = percent;
  }

  void heal() {
    Arrays.fill(cuts, 0);
    Arrays.fill(slowMs, 0);
    for (int link = 0; link < held.size(); link++) {
      release(link / hosts, link % hosts);
    }
    lossPercent = 0;
    doublePercent = 0;
  }
}
