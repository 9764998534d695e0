package io.conclave.simulator;

import io.conclave.core.Configuration;
import io.conclave.core.EpochRow;
import io.conclave.core.Lsn;
import java.util.Optional;
import java.util.UUID;

/** Epoch rows and barrier rows, in the background: tried again until acknowledged, or given up for another one. */
final class AgentCommits {
  private static final long TRY_MS = 10_000;
  private static final long PAUSE_MS = 50;

  private final AgentTasks tasks;
  private final Server server;
  private int generation;

  AgentCommits(AgentTasks tasks) {
    this.tasks = tasks;
    this.server = tasks.server;
  }

  /** Gives up what is being written; whether it is there is then unknown. */
  void cancel() {
    generation++;
    server.commits.cancelOwn();
  }

  /**
   * @param base the newest row before; empty for the first configuration
   */
  void writeEpoch(Configuration configuration, Optional<EpochRow> base, Lsn beyond) {
    cancel();
    insist(
        generation,
        () -> epochRecord(configuration, base, beyond),
        configuration.sync().k() > 0);
  }

  void writeBarrier(UUID id) {
    cancel();
    insist(generation, () -> server.writeBarrier(id), true);
  }

  private interface Row {
    int write();
  }

  private int epochRecord(Configuration configuration, Optional<EpochRow> base, Lsn beyond) {
    while (Wal.position(server.length).compareTo(beyond) <= 0) {
      server.write(Wal.Kind.PAD);
    }
    boolean there = tasks.world.wal.history(server.last()).stream()
        .anyMatch(row -> row.promotion().equals(configuration.promotion()));
    EpochRow row = tasks.row(configuration, base);
    return there ? server.write(Wal.Kind.PAD) : server.writeEpoch(row);
  }

  private void insist(int mine, Row row, boolean waits) {
    if (mine != generation) {
      return;
    }
    if (!server.isPrimary() || !server.answers() || server.stopping || server.diskFull) {
      again(mine, row, waits);
      return;
    }
    int record = row.write();
    if (!waits) {
      server.flush();
      server.changed();
      return;
    }
    int process = server.process;
    server.commits.commit(record, false, end -> {
      if (end == Commits.End.UNKNOWN) {
        again(mine, row, true);
      }
    });
    server.changed();
    tasks.agent.host.after(TRY_MS, () -> {
      if (mine == generation && process == server.process) {
        server.commits.cancelOwn();
      }
    });
  }

  private void again(int mine, Row row, boolean waits) {
    tasks.agent.host.after(PAUSE_MS, () -> insist(mine, row, waits));
  }
}
