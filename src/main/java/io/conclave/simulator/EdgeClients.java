package io.conclave.simulator;

import java.util.Optional;

/** Two clients of an edge: one that writes, in a session that it keeps while it can, and one that reads, in a new one each time. */
final class EdgeClients {
  private static final int EVERY_MS = 500;
  private static final int READER = 0;
  private static final int WRITER = 1;

  private final World world;
  private final Edge edge;
  private final Dice dice;
  private final EdgeSession[] sessions = new EdgeSession[2];
  private final long[] answeredMs = new long[2];

  EdgeClients(World world, Edge edge) {
    this.world = world;
    this.edge = edge;
    this.dice = Dice.of(world.seed, 6);
  }

  void start() {
    world.schedule.in(dice.between(EVERY_MS / 2, EVERY_MS * 3 / 2), () -> {
      start();
      use(READER);
      use(WRITER);
    });
  }

  /** Since when each of them has been answered last, whoever waits longest. */
  long answeredMs() {
    return Math.min(answeredMs[READER], answeredMs[WRITER]);
  }

  boolean isAnybodyAsking() {
    return isAsking(READER) || isAsking(WRITER);
  }

  private boolean isAsking(int client) {
    return sessions[client] != null && sessions[client].isAsking();
  }

  private void use(int client) {
    if (edge.holds() || isAsking(client)) {
      return;
    }
    if (client == READER && sessions[client] != null) {
      sessions[client].end();
    }
    if (sessions[client] == null || !sessions[client].isOpen()) {
      Optional<EdgeSession> fresh = edge.balancer.connect();
      sessions[client] = fresh.orElse(null);
    }
    if (sessions[client] != null) {
      sessions[client].ask(client == WRITER, () -> answeredMs[client] = world.schedule.nowMs());
    }
  }
}
