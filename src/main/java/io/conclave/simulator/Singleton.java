package io.conclave.simulator;

/**
 * Akka's singleton, which appoints one seat: after a while, sometimes another one than before, and a seat that it cannot reach
 * goes on. It gives order; safety must not need it.
 */
final class Singleton {
  private static final long EVERY_MS = 500;
  private static final long SILENCE_MS = 2500;

  private final World world;
  private final long[] heardMs;
  private int appointed;

  Singleton(World world) {
    this.world = world;
    this.heardMs = new long[world.hosts.length];
  }

  void start() {
    world.schedule.in(EVERY_MS, this::appoint);
    world.hosts[appointed].seat.start();
  }

  /** A pulse of a sentinel. */
  void hear(int host) {
    if (reachesMajority(world.hosts[host])) {
      heardMs[host] = world.schedule.nowMs();
    }
  }

  private boolean reachesMajority(Host host) {
    int reached = 0;
    for (Host other : world.hosts) {
      if (other.isSentinel && other.isAlive() && world.network.connected(host.index, other.index)) {
        reached++;
      }
    }
    return reached >= world.rules.sentinels().majority();
  }

  private void appoint() {
    world.schedule.in(EVERY_MS, this::appoint);
    long now = world.schedule.nowMs();
    if (now - heardMs[appointed] > SILENCE_MS) {
      for (Host host : world.hosts) {
        if (host.isSentinel && now - heardMs[host.index] <= SILENCE_MS) {
          appointed = host.index;
          break;
        }
      }
    }
    Host chosen = world.hosts[appointed];
    for (Host host : world.hosts) {
      if (host.isSentinel) {
        boolean self = host == chosen;
        world.network.send(chosen.index, host.index, () -> {
          if (self) {
            host.seat.start();
          } else if (!host.isRogue()) {
            host.seat.stop();
          }
        });
      }
    }
  }
}
