package io.conclave.simulator;

/** Clients that write to every server that lets them in, and keep a ledger of what they were told is safe. */
final class Clients {
  private static final int EVERY_MS = 400;

  private final World world;
  private final Dice dice;
  private long lastAcknowledgedMs;

  Clients(World world) {
    this.world = world;
    this.dice = Dice.of(world.seed, 3);
  }

  void start() {
    world.schedule.in(dice.between(EVERY_MS / 2, EVERY_MS * 3 / 2), () -> {
      start();
      write();
    });
  }

  /** When a write was last acknowledged. */
  long lastAcknowledgedMs() {
    return lastAcknowledgedMs;
  }

  /** Some writes in quick succession: what is under way when something breaks is what can be lost. */
  void burst() {
    for (int i = dice.below(4); i >= 0; i--) {
      world.schedule.in(dice.below(250), this::write);
    }
  }

  private void write() {
    for (Server server : world.servers) {
      if (server.serves()) {
        world.invariants.served(server);
        if (server.diskFull) {
          server.crash();
        } else {
          writeTo(server);
        }
      }
    }
  }

  private void writeTo(Server server) {
    int record = server.write(Wal.Kind.COMMIT);
    server.commits.commit(record, true, end -> {
      if (end == Commits.End.ACKNOWLEDGED) {
        lastAcknowledgedMs = world.schedule.nowMs();
        world.invariants.acknowledge(server, record);
      }
    });
  }
}
