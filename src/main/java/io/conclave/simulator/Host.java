package io.conclave.simulator;

import io.conclave.core.HostId;
import io.conclave.core.Region;

/**
 * A machine, and the one JVM of Conclave on it. A frozen JVM does nothing and finds everything waiting when it is thawed; a
 * killed one forgets all that is not on disk.
 */
final class Host {
  final World world;
  final int index;
  final HostId id;
  final Region region;
  final boolean isSentinel;
  Agent agent;
  Sentinel sentinel;
  Seat seat;
  Replica replica;
  Edge edge;
  /** Whether the machine has power. */
  boolean powered = true;

  /** Runs a coordinator that nobody has appointed, until then. */
  private long rogueUntil;

  private boolean alive;
  private long frozenUntil;
  private long startedMs;
  private long clockMs;
  private int drift;
  /** Rises with every start of the JVM: timers of an earlier one are void. */
  private int life;

  Host(World world, int index, HostId id, Region region, boolean isSentinel, Dice dice) {
    this.world = world;
    this.index = index;
    this.id = id;
    this.region = region;
    this.isSentinel = isSentinel;
    this.clockMs = dice.below(1_000_000_000);
    this.drift = dice.between(-20, 20);
  }

  long now() {
    return world.schedule.nowMs();
  }

  /** The monotonic clock of this host: an offset and a rate of its own. */
  long clock() {
    long now = now();
    return clockMs + now + now * drift / 10_000;
  }

  void jumpClock(long ms) {
    clockMs += ms;
    if (isAwake() && agent != null) {
      agent.gate.gap(ms);
    }
  }

  boolean isAlive() {
    return alive && powered;
  }

  boolean isFrozen() {
    return now() < frozenUntil;
  }

  /** Alive and not frozen. */
  boolean isAwake() {
    return isAlive() && !isFrozen();
  }

  /** Runs this in the JVM: at once, after the thaw, or never. */
  void run(Runnable handler) {
    if (!isAlive()) {
      return;
    }
    if (isFrozen()) {
      int mine = life;
      world.schedule.at(frozenUntil, () -> {
        if (life == mine) {
          run(handler);
        }
      });
      return;
    }
    handler.run();
  }

  /** A timer of this JVM. */
  void after(long ms, Runnable handler) {
    int mine = life;
    world.schedule.in(ms, () -> {
      if (life == mine) {
        run(handler);
      }
    });
  }

  /** The watchdog sees the gap within 10 ms of the thaw. */
  void freeze(long ms) {
    long began = now();
    frozenUntil = Math.max(frozenUntil, now() + ms);
    watchAt(frozenUntil, began);
  }

  private void watchAt(long at, long began) {
    int mine = life;
    world.schedule.at(at + world.dice.below(10), () -> {
      if (mine == life && isAwake() && agent != null) {
        agent.gate.gap(now() - began);
      }
    });
  }

  /** Since when its JVM runs without a pause. */
  long runningSinceMs() {
    return Math.max(frozenUntil, startedMs);
  }

  boolean isRogue() {
    return now() < rogueUntil;
  }

  /** Appoints itself. */
  void rogue(long ms) {
    rogueUntil = now() + ms;
    run(seat::start);
  }

  /** A report of any node. */
  void hear(io.conclave.core.NodeReport report) {
    if (sentinel != null) {
      sentinel.hear(report);
    }
    if (seat != null) {
      seat.hear(report);
    }
  }

  void losePower() {
    powered = false;
    kill();
    if (edge != null) {
      edge.end();
    }
  }

  void regainPower() {
    powered = true;
    start();
  }

  void thaw() {
    if (edge != null) {
      edge.balancer.thaw();
    }
    if (isFrozen()) {
      frozenUntil = now();
      watchAt(now(), now() - 10_000);
    }
  }

  void kill() {
    if (alive) {
      alive = false;
      life++;
      if (seat != null) {
        seat.stop();
      }
    }
  }

  void start() {
    if (alive || !powered) {
      return;
    }
    alive = true;
    startedMs = now();
    frozenUntil = 0;
    life++;
    if (agent != null) {
      agent.start();
    }
    if (replica != null) {
      replica.start();
    }
    if (sentinel != null) {
      sentinel.start();
    }
    if (edge != null) {
      edge.start();
    }
    beat(world.dice.below((int) world.timings.tickMs()));
  }

  private void beat(long inMs) {
    after(inMs, () -> {
      beat(world.timings.tickMs());
      if (agent != null) {
        agent.beat();
      }
      if (sentinel != null) {
        sentinel.beat();
      }
      if (seat != null) {
        seat.beat();
      }
      if (edge != null) {
        edge.beat();
      }
    });
  }
}
