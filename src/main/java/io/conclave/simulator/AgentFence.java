package io.conclave.simulator;

import io.conclave.core.EpochRow;
import io.conclave.core.Fenced;
import io.conclave.core.Gate;
import io.conclave.core.Lsn;
import io.conclave.core.NodeReport.Receiver;
import io.conclave.core.Order;
import io.conclave.core.OrderStatus.Outcome;
import io.conclave.core.agent.FenceEvidence;
import java.util.List;
import java.util.Optional;

/** Fence and Recover: the receiver goes, durably, and is seen to be gone; then the node says what it has. */
final class AgentFence {
  private static final long FENCE_MS = 2000;
  private static final long SESSION_MS = 2000;

  private final AgentTasks tasks;
  private final Agent agent;
  private final Server server;
  private final World world;

  AgentFence(AgentTasks tasks) {
    this.tasks = tasks;
    this.agent = tasks.agent;
    this.server = tasks.server;
    this.world = tasks.world;
  }

  void fence() {
    if (agent.isRebuilding()) {
      tasks.done("promised; being rebuilt");
    } else if (!server.exists) {
      tasks.done("promised; there is no data directory");
    } else if (server.life == Server.Life.DOWN) {
      unfollow();
      evidenceOfStopped();
    } else if (!server.answers() || server.stopping) {
      unfollow();
      tasks.then(SESSION_MS, this::fenceByRestart);
    } else if (!server.recovery) {
      stopPrimary();
    } else {
      fenceRunning(FENCE_MS, this::evidence, this::fenceByRestart);
    }
  }

  void recover() {
    if (agent.isRebuilding() || !server.exists) {
      tasks.refused("there is no complete data directory");
    } else if (server.life != Server.Life.DOWN) {
      fence();
    } else {
      startFenced(this::fence);
    }
  }

  private void unfollow() {
    server.upstreamOnDisk = -1;
  }

  /** Waits until a running standby takes no WAL and has replayed what it had received. */
  void fenceRunning(long boundMs, Runnable fenced, Runnable stuck) {
    unfollow();
    server.replication.reload();
    tasks.until(
        () -> server.answers()
            && FenceEvidence.isComplete(
                server.upstreamShown < 0, server.receiver() == Receiver.NONE, server.atEndOfWal()),
        boundMs,
        fenced,
        stuck);
  }

  private void evidence() {
    if (!server.answers() || !server.recovery) {
      tasks.failed("the server has ended");
      return;
    }
    agent.know(server.history());
    Optional<EpochRow> row = newest(server.history());
    Order order = tasks.current();
    Optional<Fenced> evidence = FenceEvidence.ofStandby(
        order.ballot(),
        order.number(),
        server.history(),
        server.timeline(),
        server.position(),
        row.flatMap(this::forkAfter));
    if (evidence.isEmpty()) {
      tasks.refused("fenced, and the node shows no epoch row: it proves nothing");
    } else {
      tasks.end(Outcome.DONE, "fenced", evidence, Optional.empty());
    }
  }

  /** Where the WAL left the timeline of this row. */
  private Optional<Lsn> forkAfter(EpochRow row) {
    int left = world.wal.switchOf(server.last(), row.timeline());
    return left < 0 || left == Integer.MAX_VALUE
        ? Optional.empty()
        : Optional.of(Wal.position(left));
  }

  private void stopPrimary() {
    agent.know(server.history());
    unfollow();
    server.stop(tasks.guarded(this::evidenceOfStopped));
  }

  private void fenceByRestart() {
    boolean standby = server.standbySignal;
    server.stop(tasks.guarded(() -> {
      if (standby) {
        startFenced(() -> fenceRunning(60_000, this::evidence, () -> tasks.failed("not fenced")));
      } else {
        evidenceOfStopped();
      }
    }));
  }

  private void evidenceOfStopped() {
    Order order = tasks.current();
    Optional<Fenced> evidence = FenceEvidence.ofStopped(
        order.ballot(),
        order.number(),
        server.stoppedCleanly,
        agent.promise().history(),
        server.timeline(),
        Wal.position(Math.max(0, server.length - 1)));
    tasks.end(Outcome.DONE, "stopped", evidence, Optional.empty());
  }

  /** Starts the server as a standby that follows nobody. */
  void startFenced(Runnable up) {
    unfollow();
    server.gateOnDisk = Gate.CLOSED;
    server.standbySignal = true;
    tasks.starting(up);
  }

  static Optional<EpochRow> newest(List<EpochRow> history) {
    return history.isEmpty() ? Optional.empty() : Optional.of(history.get(history.size() - 1));
  }
}
