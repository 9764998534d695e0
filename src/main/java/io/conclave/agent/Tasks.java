package io.conclave.agent;

import io.conclave.core.Order;
import io.conclave.core.Task;
import io.conclave.postgres.PostgresException;
import io.conclave.postgres.SessionException;
import java.io.UncheckedIOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out the tasks of orders, one at a time on a thread of its own. A new task gives up the one that is running, save
 * a rebuild, which a fence lets run on: the node does not count while it lasts; and an adoption or a promotion, which the gate's
 * opening waits for.
 */
final class Tasks implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Tasks.class);
  private static final long NOBODY = 0;

  private final Server server;
  private final Commitments commitments;
  private final GateKeeper gate;
  private final Promoting promoting;
  private final Rejoining rejoining;
  private final SteppingDown steppingDown;
  private final ExecutorService thread;
  private Future<?> running;

  /** Rises with every run of the thread. */
  private long runs;

  /** The run whose end is the answer to the current order; a run that was given up answers nobody. */
  private long awaited = NOBODY;

  private Order current;

  Tasks(Server server, Commitments commitments, GateKeeper gate) {
    this.server = server;
    this.commitments = commitments;
    this.gate = gate;
    this.promoting = new Promoting(server, commitments, gate);
    this.rejoining = new Rejoining(server, gate);
    this.steppingDown = new SteppingDown(server, gate);
    this.thread = Executors.newSingleThreadExecutor(body -> {
      Thread taskThread = new Thread(body, "tasks-" + server.context().node());
      taskThread.setDaemon(true);
      return taskThread;
    });
  }

  /**
   * @param onProgress told how far a long task is, on the task's thread
   * @param onEnd told the result, on the task's thread
   */
  synchronized void begin(
      Order order, Consumer<String> onProgress, BiConsumer<Order, Result> onEnd) {
    boolean fence = order.task() instanceof Task.Fence;
    if (fence && isRebuilding()) {
      onEnd.accept(order, Result.done("promised; the node is being rebuilt and does not count"));
      return;
    }
    boolean underWay = awaited != NOBODY && isBusy() && current != null;
    if (underWay && current.task().equals(order.task()) && !fence) {
      // The same again under a newer ballot: what is being done answers it.
      current = order;
      return;
    }
    if (!isAwaitedBy(order.task())) {
      giveUp(fence || order.task() instanceof Task.Promote);
    }
    current = order;
    long run = nextRun();
    running = thread.submit(() -> {
      Result result = guarded(() -> perform(order, onProgress));
      onEnd.accept(answeredBy(run, order), result);
    });
  }

  private long nextRun() {
    runs++;
    awaited = runs;
    return runs;
  }

  private synchronized Order answeredBy(long run, Order begun) {
    return conclude(run) ? current : begun;
  }

  /** A run has ended; returns whether its end is awaited. What is ordered from then on is another run's. */
  private synchronized boolean conclude(long run) {
    boolean wasAwaited = run == awaited;
    if (wasAwaited) {
      awaited = NOBODY;
    }
    return wasAwaited;
  }

  /** A server was found that answers: sessions to it are opened now, not on the path of a failover. */
  synchronized void serverIsThere() {
    commitments.serverIsThere();
    if (!isBusy()) {
      server.close();
      current = null;
      awaited = NOBODY;
      running = thread.submit(() -> guarded(() -> {
        if (!server.session().observe().inRecovery()) {
          promoting.primaryIsThere();
        }
        return Result.done("warm");
      }));
    }
  }

  /** Sessions to a server that has ended are of no use any more. */
  void serverIsGone() {
    server.close();
    commitments.cancel();
  }

  /** A start that no order asked for: a standby whose server has ended is started again as it is. */
  synchronized void restart(Consumer<Result> onEnd) {
    if (!isBusy()) {
      current = null;
      long run = nextRun();
      running = thread.submit(() -> {
        Result result = guarded(() -> {
          server.start();
          return Result.done("started");
        });
        // One that an order has cut short says nothing of the server.
        if (conclude(run)) {
          onEnd.accept(result);
        }
      });
    }
  }

  synchronized boolean isBusy() {
    return running != null && !running.isDone();
  }

  private boolean isRebuilding() {
    return isBusy()
        && current != null
        && current.task() instanceof Task.Rejoin
        && server.promises().get().rebuilding().isPresent();
  }

  /** A primary shows its epoch before all is done that clients rest on: they are let in after it. */
  private boolean isAwaitedBy(Task next) {
    return next instanceof Task.OpenGate
        && isBusy()
        && current != null
        && (current.task() instanceof Task.Adopt || current.task() instanceof Task.Promote);
  }

  private void giveUp(boolean alsoCommitments) {
    if (isBusy()) {
      running.cancel(true);
      server.close();
    }
    if (alsoCommitments) {
      commitments.cancel();
    }
  }

  private Result perform(Order order, Consumer<String> onProgress) {
    Task task = order.task();
    if (task instanceof Task.Fence) {
      return server.fence(order.ballot(), order.number());
    } else if (task instanceof Task.Recover) {
      return server.recover(order.ballot(), order.number());
    } else if (task instanceof Task.Promote promote) {
      return promoting.promote(promote);
    } else if (task instanceof Task.OpenGate open) {
      return promoting.openGate(open.configuration());
    } else if (task instanceof Task.Follow follow) {
      return rejoining.follow(follow.source());
    } else if (task instanceof Task.Rejoin rejoin) {
      gate.commandClosed();
      return rejoining.rejoin(rejoin.source(), onProgress);
    } else if (task instanceof Task.Initialize initialize) {
      return promoting.initialize(initialize);
    } else if (task instanceof Task.Adopt adopt) {
      return promoting.adopt(adopt.configuration(), adopt.sync());
    } else if (task instanceof Task.ChangeSync change) {
      return promoting.changeSync(change.sync());
    } else if (task instanceof Task.Barrier barrier) {
      return promoting.barrier(barrier);
    } else if (task instanceof Task.Prepare) {
      return promoting.prepare();
    } else if (task instanceof Task.StepDown) {
      return steppingDown.stepDown();
    }
    throw new IllegalArgumentException("no way to do " + task);
  }

  private Result guarded(Supplier<Result> task) {
    try {
      return task.get();
    } catch (SessionException | PostgresException | UncheckedIOException e) {
      return Result.failed(e.getMessage());
    } catch (RuntimeException | Error e) {
      // Whatever it was, the order must not look as if it were being done for ever.
      log.error("{}: a task ended unexpectedly", server.context().node(), e);
      return Result.failed(e.toString());
    }
  }

  @Override
  public void close() {
    commitments.close();
    thread.shutdownNow();
    server.close();
    Threads.end(thread, "the tasks of " + server.context().node());
    server.close();
  }
}
