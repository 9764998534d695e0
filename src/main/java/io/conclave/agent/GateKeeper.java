package io.conclave.agent;

import io.conclave.core.Gate;
import io.conclave.core.NodeReport.Problem;
import io.conclave.core.SyncSetting;
import io.conclave.core.agent.GateRule;
import io.conclave.postgres.Commits;
import io.conclave.postgres.Deadline;
import io.conclave.postgres.GateControl;
import io.conclave.postgres.PostgresException;
import io.conclave.postgres.Postmaster;
import io.conclave.postgres.ServerSettings;
import io.conclave.postgres.SessionException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
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
  private static final int SESSION_TIMEOUT_MS = 1000;

  private final AgentContext context;
  private final io.conclave.postgres.ServerProcess process;
  private final LongPredicate sentinelsHeardSince;
  private final Sessions sessions;
  private final ScheduledExecutorService thread;
  private volatile Optional<String> held = Optional.empty();

  /** Whether the server has read the rules that are on disk; if not, the gate counts as closed. */
  private volatile boolean inForce;

  /**
   * @param sentinelsHeardSince whether a majority of sentinels was heard since a moment of {@link System#nanoTime()}
   */
  GateKeeper(
      AgentContext context,
      io.conclave.postgres.ServerProcess process,
      LongPredicate sentinelsHeardSince) {
    this.context = context;
    this.process = process;
    this.sentinelsHeardSince = sentinelsHeardSince;
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
      sessions.close();
      if (onDisk() == Gate.OPEN) {
        open();
      }
    }));
  }

  /** The server has ended. Whoever starts a former primary by hand must not let clients in. */
  void serverIsGone() {
    inForce = false;
    thread.execute(() -> guarded(() -> {
      sessions.close();
      if (context.directory().exists()
          && GateRule.afterExit(context.directory().isStandby(), onDisk()) != onDisk()) {
        context.directory().writeGate(Gate.CLOSED);
      }
    }));
  }

  /** Why it is held closed, if it is. */
  Optional<Problem> problem() {
    return held.map(reason -> new Problem(Problem.Kind.ISOLATED, reason));
  }

  /** An order is about to close the gate, or the server stops being a primary: nothing is held any more. */
  void commandClosed() {
    held = Optional.empty();
    inForce = false;
  }

  /** Opens the gate; a held one only once the epoch is proven. */
  Result commandOpen() {
    if (held.isPresent()) {
      return Result.failed("the gate is held: " + held.get());
    }
    if (gate() == Gate.OPEN) {
      return Result.done("the gate is open");
    }
    try {
      GateControl.Result opened = thread.submit(this::open).get();
      return opened.done() ? Result.done("the gate is open") : Result.failed(opened.reason());
    } catch (ExecutionException e) {
      return Result.failed("the gate does not open: " + e.getCause().getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Result.failed("interrupted");
    }
  }

  private GateControl.Result open() {
    try {
      return openOnce();
    } catch (SessionException stale) {
      // A kept session may belong to a server that has ended since; the next one does not.
      sessions.close();
      return openOnce();
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
    return opened;
  }

  /** Closes the gate of a primary at once, and opens it again when the epoch is proven current. */
  void hold(String reason) {
    if (held.isEmpty()) {
      held = Optional.of(reason);
      long since = System.nanoTime();
      thread.execute(() -> close(since));
    }
  }

  private void close(long since) {
    Optional<Postmaster> postmaster = process.find();
    if (postmaster.isEmpty() || context.directory().isStandby() || onDisk() == Gate.CLOSED) {
      held = Optional.empty();
      return;
    }
    inForce = false;
    // Clients that were connected before the freeze read on at once: they end first, the rules
    // follow.
    guarded(() -> GateControl.endSessions(sessions.get()));
    log.warn("{}: gate closed: {}", context.node(), held.orElse(""));
    guarded(() -> GateControl.close(
        context.directory(), sessions.get(), postmaster.get(), Deadline.in(GATE_MS)));
    prove(since);
  }

  private void guarded(Runnable action) {
    try {
      action.run();
    } catch (SessionException | PostgresException e) {
      log.warn("{}: the gate does not move: {}", context.node(), e.getMessage());
    }
  }

  private void prove(long since) {
    if (held.isEmpty()) {
      return;
    }
    try {
      if (isProven(since)) {
        open();
        held = Optional.empty();
        log.info("{}: the epoch is current: gate open", context.node());
        return;
      }
    } catch (SessionException | PostgresException e) {
      log.info("{}: no proof: {}", context.node(), e.getMessage());
    }
    var unused = thread.schedule(() -> prove(since), PAUSE_MS, TimeUnit.MILLISECONDS);
  }

  private boolean isProven(long since) {
    SyncSetting sync =
        context.directory().settings().map(ServerSettings::sync).orElse(SyncSetting.WAIT);
    boolean acknowledged = sync.count() > 0 && isAcknowledged();
    return GateRule.isProven(sync, acknowledged, sentinelsHeardSince.test(since));
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
  }
}
