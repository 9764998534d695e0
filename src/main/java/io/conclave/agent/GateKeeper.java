package io.conclave.agent;

import io.conclave.core.Gate;
import io.conclave.core.Incumbent;
import io.conclave.core.NodeReport.Problem;
import io.conclave.core.OrderStatus;
import io.conclave.core.SyncSetting;
import io.conclave.core.agent.GateRule;
import io.conclave.postgres.Commits;
import io.conclave.postgres.Deadline;
import io.conclave.postgres.GateControl;
import io.conclave.postgres.LocalSession;
import io.conclave.postgres.Observation;
import io.conclave.postgres.PostgresException;
import io.conclave.postgres.Postmaster;
import io.conclave.postgres.ServerSettings;
import io.conclave.postgres.SessionException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gate of one server. Orders command it; a thaw or an isolation holds it closed until the epoch is proven current, by a
 * commit that the sync standbys acknowledge: fenced standbys never would (design, section 3.6).
 */
final class GateKeeper implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(GateKeeper.class);
  private static final long GATE_MS = 5000;
  private static final long PROOF_MS = 1000;
  private static final long PAUSE_MS = 100;
  private static final long AGAIN_MS = 1000;
  private static final int SESSION_TIMEOUT_MS = 1000;
  private static final long CUT_MS = 1000;
  private static final long CUT_STEP_NANOS = 5_000_000;

  private final AgentContext context;
  private final io.conclave.postgres.ServerProcess process;
  private final Surroundings surroundings;
  private final Sessions sessions;
  private final ScheduledExecutorService thread;

  /** One move of the gate at a time, whichever thread makes it. */
  private final Object moves = new Object();

  /**
   * Rises with every order that closes the gate. Opening it takes some time, on another thread than the orders': what was begun
   * before such an order must not open the gate after it.
   */
  private final AtomicLong closings = new AtomicLong();

  private volatile Optional<String> held = Optional.empty();

  private Future<?> openingAgain = CompletableFuture.completedFuture(null);

  /** Whether the server has read the rules that are on disk; if not, the gate counts as closed. */
  private volatile boolean inForce;

  GateKeeper(
      AgentContext context, io.conclave.postgres.ServerProcess process, Surroundings surroundings) {
    this.context = context;
    this.process = process;
    this.surroundings = surroundings;
    this.sessions = new Sessions(context.directory(), SESSION_TIMEOUT_MS);
    this.thread = Executors.newSingleThreadScheduledExecutor(body -> {
      Thread gateThread = new Thread(body, "gate-" + context.node());
      gateThread.setDaemon(true);
      return gateThread;
    });
  }

  /** As the rules on disk say, if the server has read them. */
  Gate gate() {
    boolean open = inForce && context.directory().exists() && onDisk() == Gate.OPEN;
    return open ? Gate.OPEN : Gate.CLOSED;
  }

  private Gate onDisk() {
    return context.directory().gate().orElse(Gate.CLOSED);
  }

  /** A server that was just started, or found running, is made to read the rules that are on disk. */
  void serverIsThere() {
    thread.execute(() -> guarded(() -> {
      synchronized (moves) {
        sessions.close();
        if (onDisk() == Gate.OPEN) {
          open(closings.get());
        } else if (isOurs()) {
          shut();
        }
      }
    }));
  }

  /** The rules of a server that was not adopted yet are somebody else's. */
  private boolean isOurs() {
    return context.directory().exists() && context.directory().gate().isPresent();
  }

  /** A server that somebody has started by hand may have read the rules of before. */
  private void shut() {
    process
        .find()
        .ifPresent(postmaster -> GateControl.close(
            context.directory(), sessions.get(), postmaster, Deadline.in(GATE_MS)));
  }

  /** The server has ended. Whoever starts a former primary by hand must not let clients in. */
  void serverIsGone() {
    inForce = false;
    thread.execute(() -> guarded(() -> {
      synchronized (moves) {
        sessions.close();
        if (isOurs()) {
          Gate left = GateRule.afterExit(context.directory().isStandby(), onDisk());
          if (left != onDisk()) {
            context.directory().writeGate(left);
          }
          if (!context.directory().isStandby()) {
            shut();
          }
        }
      }
    }));
  }

  /** Why it is held closed, if it is. */
  Optional<Problem> problem() {
    return held.map(reason -> new Problem(Problem.Kind.ISOLATED, reason));
  }

  /** An order is about to close the gate, or the server stops being a primary: nothing is held any more. */
  void commandClosed() {
    closings.incrementAndGet();
    held = Optional.empty();
    inForce = false;
  }

  /** Closes the gate; an opening that was begun before, and not ended, has no effect afterwards. */
  GateControl.Result commandClose(LocalSession session, Postmaster postmaster, Deadline deadline) {
    commandClosed();
    synchronized (moves) {
      return GateControl.close(context.directory(), session, postmaster, deadline);
    }
  }

  /** Opens the gate of a primary. An isolated one may have been superseded, whoever has ordered this and however long ago. */
  Result commandOpen(SyncSetting sync, Observation primary) {
    return surroundings.isolation(sync, primary).map(Result::failed).orElseGet(this::commandOpen);
  }

  /** Opens the gate; a held one only once the epoch is proven. */
  Result commandOpen() {
    Optional<Incumbent> successor =
        surroundings.successor().filter(incumbent -> !context.directory().isStandby());
    if (successor.isPresent()) {
      return Result.failed(Surroundings.superseded(successor.get()));
    }
    if (held.isEmpty() && gate() == Gate.OPEN) {
      return Result.done("the gate is open");
    }
    long asOf = closings.get();
    try {
      // On the gate's thread, behind a thaw.
      GateControl.Result opened = thread.submit(() -> openUnlessHeld(asOf)).get();
      return opened.done() ? Result.done("the gate is open") : Result.failed(opened.reason());
    } catch (ExecutionException e) {
      return Result.failed("the gate does not open: " + e.getCause().getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Result.failed("interrupted");
    }
  }

  /** Opens the gate of a standby that follows; in vain, it is tried again until an order closes it. Nothing but readers waits for it. */
  void openForReaders() {
    long asOf = closings.get();
    Result opened = commandOpen();
    if (opened.outcome() != OrderStatus.Outcome.DONE) {
      log.warn("{}: shut for readers: {}", context.node(), opened.detail());
      openAgainSoon(asOf);
    }
  }

  /** The last attempt is the only one: each order to follow begins anew. */
  private synchronized void openAgainSoon(long asOf) {
    openingAgain.cancel(false);
    openingAgain =
        thread.schedule(() -> guarded(() -> openAgain(asOf)), AGAIN_MS, TimeUnit.MILLISECONDS);
  }

  private void openAgain(long asOf) {
    boolean wanted = closings.get() == asOf && context.directory().isStandby();
    if (!wanted || gate() == Gate.OPEN) {
      return;
    }
    try {
      if (open(asOf).done()) {
        return;
      }
    } catch (SessionException | PostgresException e) {
      log.info("{}: still shut for readers: {}", context.node(), e.getMessage());
    }
    openAgainSoon(asOf);
  }

  /** On the gate's thread. */
  private Optional<String> stillHeld() {
    held = GateRule.stillHeld(held, context.directory().isStandby());
    return held;
  }

  private GateControl.Result openUnlessHeld(long asOf) {
    Optional<String> reason = stillHeld();
    return reason.isPresent()
        ? new GateControl.Result(false, "the gate is held: " + reason.get(), 0)
        : open(asOf);
  }

  private GateControl.Result open(long asOf) {
    synchronized (moves) {
      if (closings.get() != asOf) {
        return new GateControl.Result(false, "an order has closed it meanwhile", 0);
      }
      try {
        return openOnce();
      } catch (SessionException stale) {
        // A kept session may belong to a server that has ended since; the next one does not.
        sessions.close();
        return openOnce();
      }
    }
  }

  private GateControl.Result openOnce() {
    Optional<Postmaster> postmaster = process.find();
    if (postmaster.isEmpty()) {
      return new GateControl.Result(false, "the server does not run", 0);
    }
    inForce = false;
    GateControl.Result opened = GateControl.open(
        context.directory(), sessions.get(), postmaster.get(), Deadline.in(GATE_MS));
    inForce = opened.done();
    thread.execute(() -> guarded(context.directory()::syncGate));
    return opened;
  }

  /** Closes the gate of a primary, and opens it again when the epoch is proven current. */
  void hold(String reason) {
    var unused = beginHold(reason);
  }

  /**
   * As {@link #hold}, after a thaw: clients that were connected before it, and those who waited for a connection, would read
   * on until the rules are in force. Until then, and for at most {@value #CUT_MS} ms, the caller's thread ends them.
   */
  void holdThawed(String reason) {
    Future<?> closed = beginHold(reason);
    Deadline deadline = Deadline.in(CUT_MS);
    while (!closed.isDone() && !deadline.passed() && !context.directory().isStandby()) {
      guarded(() -> process.find().ifPresent(GateControl::endSessions));
      LockSupport.parkNanos(CUT_STEP_NANOS);
    }
  }

  /** Done when the gate was closed for the first time, or need not be. */
  private Future<?> beginHold(String reason) {
    if (held.isPresent()) {
      return CompletableFuture.completedFuture(null);
    }
    held = Optional.of(reason);
    Hold hold = new Hold(System.nanoTime(), closings.get());
    return thread.submit(() -> {
      if (needsNoHold()) {
        held = Optional.empty();
      } else {
        log.warn("{}: gate closed: {}", context.node(), reason);
        boolean closed = cut();
        var unused = thread.submit(() -> prove(hold, closed));
      }
    });
  }

  /**
   * @param since what proves the epoch must be later than this moment of {@link System#nanoTime()}
   * @param asOf an order that closes the gate after this one ends the hold
   */
  private record Hold(long since, long asOf) {}

  private boolean needsNoHold() {
    try {
      return process.find().isEmpty() || context.directory().isStandby() || onDisk() == Gate.CLOSED;
    } catch (PostgresException e) {
      // Whatever cannot be read: held, and looked at again, rather than held and forgotten.
      doesNotMove(e);
      return false;
    }
  }

  /** Whether the closed rules are in force, and nobody is left who was let in by others. */
  private boolean cut() {
    synchronized (moves) {
      inForce = false;
      try {
        return process
            .find()
            .map(postmaster -> GateControl.cut(
                context.directory(), sessions.get(), postmaster, Deadline.in(GATE_MS)))
            .map(GateControl.Result::done)
            .orElse(true);
      } catch (SessionException | PostgresException e) {
        doesNotMove(e);
        return false;
      }
    }
  }

  private void guarded(Runnable action) {
    try {
      action.run();
    } catch (SessionException | PostgresException e) {
      doesNotMove(e);
    }
  }

  private void doesNotMove(RuntimeException why) {
    log.warn("{}: the gate does not move: {}", context.node(), why.getMessage());
  }

  /**
   * Opens the gate when the epoch is proven; until then, tries again. A gate that could not be closed is tried again, too: the
   * server may serve whoever was there.
   */
  private void prove(Hold hold, boolean closedBefore) {
    if (stillHeld().isEmpty() || closings.get() != hold.asOf()) {
      return;
    }
    boolean closed = closedBefore || cut();
    try {
      if (isProven(hold.since()) && open(hold.asOf()).done()) {
        held = Optional.empty();
        log.info("{}: the epoch is current: gate open", context.node());
        return;
      }
    } catch (SessionException | PostgresException e) {
      log.info("{}: no proof: {}", context.node(), e.getMessage());
    }
    var unused = thread.schedule(() -> prove(hold, closed), PAUSE_MS, TimeUnit.MILLISECONDS);
  }

  private boolean isProven(long since) {
    SyncSetting sync =
        context.directory().settings().map(ServerSettings::sync).orElse(SyncSetting.WAIT);
    if (surroundings.successor().isPresent()) {
      // Not even an attempt to commit under an old epoch.
      return false;
    }
    boolean acknowledged = sync.count() > 0 && isAcknowledged();
    return GateRule.isProven(
        sync,
        acknowledged,
        surroundings.sentinelsHeardSince(since),
        surroundings.successor().isPresent());
  }

  private boolean isAcknowledged() {
    try (Commits commits = new Commits(context.directory())) {
      return commits.proveCurrent(Deadline.in(PROOF_MS)) == Commits.Outcome.ACKNOWLEDGED;
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
    sessions.close();
    Threads.end(thread, "the gate of " + context.node());
    sessions.close();
  }
}
