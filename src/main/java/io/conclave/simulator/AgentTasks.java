package io.conclave.simulator;

import io.conclave.core.Configuration;
import io.conclave.core.EpochRow;
import io.conclave.core.Fenced;
import io.conclave.core.Gate;
import io.conclave.core.NodeReport.Problem;
import io.conclave.core.Order;
import io.conclave.core.OrderStatus.Outcome;
import io.conclave.core.SyncSetting;
import io.conclave.core.Task;
import io.conclave.core.agent.Arming;
import io.conclave.core.agent.PromotionRule;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Carries out the tasks of orders, one at a time, in steps with time in between: a new task gives up the one that is running,
 * wherever it is, save a rebuild, which a fence lets run on.
 */
final class AgentTasks {
  private static final long SESSION_MS = 2000;
  private static final long RESTART_MS = 60_000;
  private static final long CATCH_UP_MS = 500;

  final Agent agent;
  final World world;
  final Server server;
  private final AgentFence fence;
  private final AgentRejoin rejoin;
  private final AgentCommits commits;
  private int generation;
  private Order current;
  private boolean busy;

  private Arming<Integer> arming = Arming.unknown();

  AgentTasks(Agent agent) {
    this.agent = agent;
    this.world = agent.host.world;
    this.server = agent.server;
    this.fence = new AgentFence(this);
    this.rejoin = new AgentRejoin(this);
    this.commits = new AgentCommits(this);
  }

  /** A new incarnation of the agent: nothing runs. */
  void reset() {
    generation++;
    busy = false;
    current = null;
    arming = Arming.unknown();
    commits.cancel();
  }

  boolean isBusy() {
    return busy;
  }

  AgentFence fence() {
    return fence;
  }

  void serverIsGone() {
    commits.cancel();
  }

  void begin(Order order) {
    boolean fencing = order.task() instanceof Task.Fence;
    boolean rebuilding =
        busy && current != null && current.task() instanceof Task.Rejoin && agent.isRebuilding();
    if (fencing && rebuilding) {
      agent.ended(
          order, Outcome.DONE, "promised; being rebuilt", Optional.empty(), Optional.empty());
      return;
    }
    if (busy && current != null && current.task().equals(order.task()) && !fencing) {
      current = order;
      return;
    }
    generation++;
    if (fencing || order.task() instanceof Task.Promote) {
      commits.cancel();
    }
    busy = true;
    current = order;
    then(world.dice.below(3), () -> perform(order.task()));
  }

  private void perform(Task task) {
    if (writes(task) && agent.hasNoRoom()) {
      failed("no room on the disk");
      return;
    }
    if (task instanceof Task.Fence) {
      fence.fence();
    } else if (task instanceof Task.Recover) {
      world.faults.stories().happened(Stories.Moment.RECOVERING, server);
      fence.recover();
    } else if (task instanceof Task.Promote promote) {
      promote(promote);
    } else if (task instanceof Task.OpenGate open) {
      openGate(open.configuration());
    } else if (task instanceof Task.Follow follow) {
      rejoin.follow(follow.source(), this::done);
    } else if (task instanceof Task.Rejoin again) {
      agent.gate.commandClosed();
      rejoin.rejoin(again.source());
    } else if (task instanceof Task.Initialize initialize) {
      initialize(initialize.configuration(), initialize.sync());
    } else if (task instanceof Task.Adopt adopt) {
      adopt(adopt.configuration(), adopt.sync());
    } else if (task instanceof Task.ChangeSync change) {
      changeSync(change.sync(), () -> done("in force"));
    } else if (task instanceof Task.Barrier barrier) {
      onPrimary(() -> {
        commits.writeBarrier(barrier.id());
        done("barrier row");
      });
    } else if (task instanceof Task.Prepare) {
      then(world.dice.between(2, 20), () -> done("checkpoint"));
    } else if (task instanceof Task.StepDown) {
      stepDown();
    }
  }

  /** Whether it begins with a file. */
  private static boolean writes(Task task) {
    return !(task instanceof Task.Barrier || task instanceof Task.Prepare);
  }

  // Steps.

  /** The next step of the running task, if nothing has given it up by then. */
  void then(long ms, Runnable step) {
    int mine = generation;
    agent.host.after(ms, () -> {
      if (mine == generation) {
        step.run();
      }
    });
  }

  /** For callbacks from the server. */
  Runnable guarded(Runnable step) {
    int mine = generation;
    return () -> agent.host.run(() -> {
      if (mine == generation) {
        step.run();
      }
    });
  }

  /** Looks again and again until it holds, or the time is over. */
  void until(BooleanSupplier condition, long boundMs, Runnable held, Runnable late) {
    until(condition, 3, agent.host.clock() + boundMs, held, late);
  }

  private void until(
      BooleanSupplier condition, long pauseMs, long deadline, Runnable held, Runnable late) {
    if (condition.getAsBoolean()) {
      held.run();
    } else if (agent.host.clock() >= deadline) {
      late.run();
    } else {
      then(pauseMs, () -> until(condition, Math.min(100, pauseMs * 2), deadline, held, late));
    }
  }

  void done(String detail) {
    end(Outcome.DONE, detail, Optional.empty(), Optional.empty());
  }

  void failed(String detail) {
    end(Outcome.FAILED, detail, Optional.empty(), Optional.empty());
  }

  void failed(Problem.Kind kind, String detail) {
    end(Outcome.FAILED, detail, Optional.empty(), Optional.of(kind));
  }

  void refused(String detail) {
    end(Outcome.REFUSED, detail, Optional.empty(), Optional.empty());
  }

  void end(Outcome outcome, String detail, Optional<Fenced> evidence, Optional<Problem.Kind> kind) {
    busy = false;
    generation++;
    Order order = current;
    agent.ended(order, outcome, detail, evidence, kind);
  }

  Order current() {
    return current;
  }

  /** Needs a server that answers. */
  private void onPrimary(Runnable step) {
    if (server.answers() && !server.stopping) {
      step.run();
    } else if (server.life == Server.Life.DOWN) {
      failed("the server does not run");
    } else {
      then(SESSION_MS, () -> failed("the server does not answer"));
    }
  }

  // What makes a primary.

  private void promote(Task.Promote task) {
    Configuration configuration = task.configuration();
    onPrimary(() -> {
      if (!PromotionRule.mayPromote(
          server.recovery, server.history(), task.base(), configuration)) {
        refused("the node is not what it was chosen as");
        return;
      }
      if (!PromotionRule.mayTake(server.recovery, server.newestTimeline(), task.timeline())) {
        refused("the timeline of the epoch is not free");
        return;
      }
      if (server.recovery && server.isMisled()) {
        server.stop(guarded(() -> fence.startFenced(() -> fence.fenceRunning(
            RESTART_MS, () -> promote(task), () -> failed("not fenced after a restart")))));
        return;
      }
      server.upstreamOnDisk = -1;
      arming = arming.writing(task.sync());
      server.syncOnDisk = task.sync();
      server.commits.reload();
      if (PromotionRule.staysOpen(
          agent.gate.reported(), server.recovery, server.history(), configuration)) {
        then(1, () -> promoted(task));
        return;
      }
      agent.gate.commandClose(
          PromotionRule.gateOfCandidate(),
          guarded(() -> {
            world.faults.stories().happened(Stories.Moment.PROMOTING, server);
            int takes =
                world.dice.oneIn(8) ? world.dice.between(50, 1500) : world.dice.between(5, 40);
            then(takes, () -> promoted(task));
          }),
          guarded(() -> failed("the gate does not close")));
    });
  }

  private void promoted(Task.Promote task) {
    if (!server.answers() || server.stopping) {
      failed("the server does not answer");
      return;
    }
    if (server.recovery) {
      world.invariants.promotes(agent, task.configuration());
      server.promote(task.timeline());
      world.faults.stories().happened(Stories.Moment.PROMOTED, server);
    }
    if (server.recovery) {
      failed("the promotion has not ended");
      return;
    }
    // Whoever dies in between leaves a timeline of which no row tells.
    then(world.dice.between(1, 6), () -> {
      commits.writeEpoch(task.configuration(), Optional.of(task.base()), task.beyond());
      done("promoted");
    });
  }

  private void stepDown() {
    if (server.life == Server.Life.DOWN) {
      done("the server does not run");
      return;
    }
    onPrimary(() -> {
      if (server.recovery) {
        refused("the server is a standby");
        return;
      }
      agent.know(server.history());
      agent.gate.commandClose(Gate.CLOSED, guarded(this::awaitStandbys), guarded(this::stopAtOnce));
    });
  }

  private void awaitStandbys() {
    if (server.answers()) {
      server.flush();
    }
    until(
        () -> !server.answers() || server.replication.allHaveEverything(),
        CATCH_UP_MS,
        this::stopAtOnce,
        this::stopAtOnce);
  }

  private void stopAtOnce() {
    then(server.isFrozen() ? world.timings.stopMs() : world.dice.between(2, 20), () -> {
      server.crash();
      done("stepped down");
    });
  }

  private void initialize(Configuration configuration, SyncSetting sync) {
    if (server.exists) {
      adopt(configuration, sync);
      return;
    }
    then(world.dice.between(50, 200), () -> {
      server.exists = true;
      server.halfBuilt = false;
      server.standbySignal = false;
      adopt(configuration, sync);
    });
  }

  private void adopt(Configuration configuration, SyncSetting sync) {
    if (server.standbySignal) {
      refused("the node is a standby");
      return;
    }
    server.upstreamOnDisk = -1;
    arming = arming.writing(sync);
    server.syncOnDisk = sync;
    server.gateOnDisk = Gate.CLOSED;
    starting(() -> {
      world.invariants.promotes(agent, configuration);
      server.commits.reload();
      agent.gate.commandClose(
          Gate.CLOSED,
          guarded(() -> {
            commits.writeEpoch(configuration, Optional.empty(), io.conclave.core.Lsn.ZERO);
            done("primary of the first configuration");
          }),
          guarded(() -> failed("the gate does not close")));
    });
  }

  /** Starts the server if it is down, and goes on when it answers. */
  void starting(Runnable up) {
    if (!server.start()) {
      failed(Problem.Kind.START_FAILED, "the server does not start");
      return;
    }
    until(
        () -> server.isUp() || server.life == Server.Life.DOWN,
        10_000,
        () -> {
          if (server.answers()) {
            up.run();
          } else {
            failed("the server does not answer");
          }
        },
        () -> failed("the server does not start in time"));
  }

  private void openGate(Configuration configuration) {
    onPrimary(() -> {
      if (!PromotionRule.mayOpen(server.recovery, server.history(), configuration)) {
        refused("the server is not the primary of " + configuration);
        return;
      }
      agent.know(server.history());
      changeSync(
          server.syncOnDisk,
          () -> agent.gate.commandOpen(
              guarded(() -> done("the gate is open")),
              guarded(() -> failed("the gate does not open"))));
    });
  }

  private void changeSync(SyncSetting sync, Runnable inForce) {
    onPrimary(() -> {
      int process = server.process;
      arming = arming.writing(sync);
      server.syncOnDisk = sync;
      server.commits.reload();
      until(
          () -> server.life == Server.Life.DOWN
              || (server.answers() && server.commits.isInForce(sync, arming.isKnownOf(process))),
          world.timings.stopMs(),
          () -> {
            if (server.answers()) {
              arming = arming.inForce(process, sync);
              inForce.run();
            } else {
              failed("the server does not answer");
            }
          },
          () -> failed("a WAL sender has not taken the new setting"));
    });
  }

  /** The row of a promotion: its history begins where it leaves the timeline of the row before. */
  EpochRow row(Configuration configuration, Optional<EpochRow> base) {
    int start = base.map(before -> world.wal.switchOf(server.last(), before.timeline()))
        .filter(left -> left >= 0 && left < Integer.MAX_VALUE)
        .orElse(server.length);
    return new EpochRow(
        configuration.epoch(),
        configuration.promotion(),
        agent.node(),
        server.timeline(),
        Wal.position(start));
  }
}
