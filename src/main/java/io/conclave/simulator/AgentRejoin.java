package io.conclave.simulator;

import io.conclave.core.EpochRow;
import io.conclave.core.Gate;
import io.conclave.core.NodeReport.Problem;
import io.conclave.core.NodeReport.Receiver;
import io.conclave.core.OrderStatus.Outcome;
import io.conclave.core.Task;
import io.conclave.core.agent.FollowRule;
import io.conclave.core.agent.RejoinRule;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** Follow and Rejoin: follow, rewind, clone. */
final class AgentRejoin {
  private static final long STREAM_MS = 10_000;
  private static final long FENCE_MS = 5000;
  private static final long RESTART_MS = 60_000;

  private final AgentTasks tasks;
  private final Agent agent;
  private final Server server;
  private final World world;

  AgentRejoin(AgentTasks tasks) {
    this.tasks = tasks;
    this.agent = tasks.agent;
    this.server = tasks.server;
    this.world = tasks.world;
  }

  /** Destroys nothing. */
  void follow(Task.Source source, Consumer<String> done) {
    follow(
        source,
        done,
        detail -> tasks.end(
            Outcome.REFUSED, detail, Optional.empty(), Optional.of(Problem.Kind.DIVERGED)),
        tasks::failed);
  }

  private void follow(
      Task.Source source,
      Consumer<String> done,
      Consumer<String> diverged,
      Consumer<String> failed) {
    if (!server.exists || agent.isRebuilding()) {
      tasks.refused("there is no complete data directory");
    } else if (server.life == Server.Life.DOWN) {
      tasks.fence().startFenced(() -> followRunning(source, done, diverged, failed));
    } else if (!server.answers()) {
      tasks.then(2000, () -> failed.accept("the server does not answer"));
    } else {
      followRunning(source, done, diverged, failed);
    }
  }

  private void followRunning(
      Task.Source source,
      Consumer<String> done,
      Consumer<String> diverged,
      Consumer<String> failed) {
    if (!server.answers() || !server.recovery) {
      tasks.refused("the server is no standby");
    } else if (server.upstreamOnDisk == world.indexOf(source.node())) {
      openGate(() -> done.accept("follows already"));
    } else {
      tasks
          .fence()
          .fenceRunning(
              FENCE_MS,
              () -> followFenced(source, done, diverged),
              () -> failed.accept("the receiver does not end"));
    }
  }

  private void followFenced(Task.Source source, Consumer<String> done, Consumer<String> diverged) {
    List<EpochRow> shown = server.history();
    boolean may =
        FollowRule.mayFollow(shown, server.timeline(), server.position(), source.history());
    if (!may) {
      diverged.accept("the WAL is no prefix of the source's history");
      return;
    }
    if (server.isMisled()) {
      server.stop(tasks.guarded(() -> tasks
          .fence()
          .startFenced(() -> tasks
              .fence()
              .fenceRunning(
                  RESTART_MS,
                  () -> followFenced(source, done, diverged),
                  () -> tasks.failed("not fenced after a restart")))));
      return;
    }
    server.upstreamOnDisk = world.indexOf(source.node());
    server.replication.reload();
    world.faults.stories().happened(Stories.Moment.RELEASED, server);
    // Whoever is lost in between leaves a standby that follows, and nobody was told.
    tasks.then(world.dice.between(1, 4), () -> openGate(() -> done.accept("follow")));
  }

  private void openGate(Runnable done) {
    agent.gate.openForReaders(tasks.guarded(done));
  }

  // The ladder: whatever keeps the node from following leads to the next rung.

  void rejoin(Task.Source source) {
    if (!server.exists) {
      copyFrom(source);
    } else if (agent.isRebuilding()) {
      server.stop(tasks.guarded(() -> copyFrom(source)));
    } else if (server.answers() && server.recovery) {
      follow(
          source,
          detail -> streams(source, 2000, () -> tasks.done("follow"), () -> rebuild(source)),
          detail -> rebuild(source),
          detail -> rebuild(source));
    } else {
      server.stop(tasks.guarded(() -> rejoinStopped(source)));
    }
  }

  private void rejoinStopped(Task.Source source) {
    if (!server.stoppedCleanly) {
      tasks
          .fence()
          .startFenced(() -> follow(
              source,
              detail ->
                  streams(source, 2000, () -> arrived(source, "follow"), () -> rebuild(source)),
              detail -> rebuild(source),
              detail -> rebuild(source)));
    } else if (RejoinRule.mayFollowWhenStopped(
        agent.promise().history(),
        server.timeline(),
        Wal.position(Math.max(0, server.length - 1)),
        source.history())) {
      become(source);
      tasks.starting(() -> arrived(source, "follow"));
    } else {
      rebuild(source);
    }
  }

  private void become(Task.Source source) {
    server.upstreamOnDisk = world.indexOf(source.node());
    server.gateOnDisk = Gate.CLOSED;
    server.standbySignal = true;
  }

  private void rebuild(Task.Source source) {
    server.stop(tasks.guarded(() -> {
      if (RejoinRule.mayRewind(agent.promise().history(), server.timeline(), source.history())) {
        rewind(source);
      } else {
        copyFrom(source);
      }
    }));
  }

  private void mark(Server from) {
    if (!agent.isRebuilding()) {
      world.invariants.marked(server);
      UUID incarnation = world.uuid();
      agent.rebuilding(Optional.of(incarnation));
      world.faults.stories().happened(Stories.Moment.REBUILDING, from);
    }
  }

  private boolean canCopy(Server from) {
    return from.isPrimary()
        && from.answers()
        && !server.diskFull
        && world.network.connected(server.host.index, from.host.index);
  }

  private void rewind(Task.Source source) {
    Server from = world.server(source.node());
    mark(from);
    if (!canCopy(from)) {
      copyFrom(source);
      return;
    }
    server.halfBuilt = true;
    tasks.then(world.dice.between(50, 600), () -> {
      if (canCopy(from)) {
        rewound(source, Rebuilding.rewind(server, from));
      } else {
        copyFrom(source);
      }
    });
  }

  private void rewound(Task.Source source, boolean somethingToDo) {
    if (RejoinRule.isRewound(somethingToDo)) {
      become(source);
      tasks.starting(() -> arrived(source, "rewind"));
    } else {
      copyFrom(source);
    }
  }

  private void copyFrom(Task.Source source) {
    Server from = world.server(source.node());
    mark(from);
    if (!canCopy(from)) {
      tasks.failed(Problem.Kind.REBUILD_FAILED, "clone: the source is out of reach");
      return;
    }
    Rebuilding.empty(server);
    tasks.then(world.dice.between(100, 1500), () -> {
      if (canCopy(from)) {
        Rebuilding.copy(server, from);
        become(source);
        tasks.starting(() -> arrived(source, "clone"));
      } else {
        tasks.failed(Problem.Kind.REBUILD_FAILED, "clone: the source was lost");
      }
    });
  }

  /** Streaming, and the source's newest epoch shown: from here on the node counts again. */
  private void arrived(Task.Source source, String rung) {
    streams(
        source,
        STREAM_MS,
        () -> {
          agent.rebuilding(Optional.empty());
          agent.gate.commandOpen(
              tasks.guarded(() -> tasks.done(rung)),
              tasks.guarded(() -> tasks.failed(rung + ": the gate does not open")));
        },
        () -> tasks.failed(rung + ": the node does not stream"));
  }

  private void streams(Task.Source source, long boundMs, Runnable yes, Runnable no) {
    tasks.until(
        () -> server.answers()
            && server.receiver() == Receiver.STREAMING
            && RejoinRule.hasArrived(server.history(), source.history()),
        boundMs,
        yes,
        no);
  }
}
