package io.conclave.simulator;

import io.conclave.core.EpochRow;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A client's session with a server, through HAProxy. A statement that was sent waits in the server for its thaw, and is
 * executed whatever has become of the session; what is answered comes through as long as HAProxy keeps it.
 */
final class EdgeSession {
  private static final long AGAIN_MS = 200;

  private final World world;
  private final Host edge;
  private final Server server;
  private final int process;
  private boolean open = true;
  private boolean asking;

  EdgeSession(World world, Host edge, Server server) {
    this.world = world;
    this.edge = edge;
    this.server = server;
    this.process = server.process;
  }

  Server server() {
    return server;
  }

  boolean isOpen() {
    return open;
  }

  /** Whether a statement has not been answered yet. */
  boolean isAsking() {
    // One that ends has forgotten the statement.
    open = open && server.process == process;
    return open && asking;
  }

  void end() {
    open = false;
  }

  /** Sends a statement. */
  void ask(boolean write, Runnable answered) {
    asking = true;
    eventually(edge.index, server.host.index, () -> execute(write, answered));
  }

  private void execute(boolean write, Runnable answered) {
    if (server.process != process) {
      open = false;
      return;
    }
    server.after(0, () -> {
      List<EpochRow> rows = server.history();
      long epoch = rows.isEmpty() ? 0 : rows.get(rows.size() - 1).epoch();
      if (!server.serves()) {
        // The gate has closed, and with it the session; or it is no primary any more.
        open = false;
      } else if (write) {
        write(epoch, answered);
      } else {
        answer(epoch, answered);
      }
    });
  }

  private void write(long epoch, Runnable answered) {
    if (server.diskFull) {
      server.crash();
      return;
    }
    int record = server.write(Wal.Kind.COMMIT);
    server.commits.commit(record, true, end -> {
      if (end == Commits.End.ACKNOWLEDGED) {
        // Safe from now on, and not when the client hears of it: this server may be gone by then.
        world.invariants.acknowledge(server, record);
        answer(epoch, answered);
      } else {
        open = false;
      }
    });
  }

  private void answer(long epoch, Runnable answered) {
    eventually(server.host.index, edge.index, () -> {
      asking = false;
      world.invariants.throughEdge(edge.edge, server, epoch);
      answered.run();
    });
  }

  /** TCP sends again until it comes through, or the session is over. */
  private void eventually(int from, int to, Runnable arrived) {
    eventually(() -> world.network.reaches(from, to), world.network.delay(from, to), arrived);
  }

  private void eventually(BooleanSupplier reaches, long delayMs, Runnable arrived) {
    world.schedule.in(delayMs, () -> {
      if (!open || !edge.powered) {
        open = false;
      } else if (reaches.getAsBoolean()) {
        arrived.run();
      } else {
        eventually(reaches, AGAIN_MS, arrived);
      }
    });
  }
}
