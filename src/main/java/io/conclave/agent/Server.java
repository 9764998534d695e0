package io.conclave.agent;

import io.conclave.core.EpochRow;
import io.conclave.core.Gate;
import io.conclave.core.Lsn;
import io.conclave.core.NodeReport.Problem;
import io.conclave.core.agent.FenceEvidence;
import io.conclave.core.agent.PromiseBook;
import io.conclave.postgres.Await;
import io.conclave.postgres.ControlData;
import io.conclave.postgres.DataDirectory;
import io.conclave.postgres.Deadline;
import io.conclave.postgres.Fencing;
import io.conclave.postgres.LocalSession;
import io.conclave.postgres.Observation;
import io.conclave.postgres.PostgresException;
import io.conclave.postgres.Postmaster;
import io.conclave.postgres.ServerProcess;
import io.conclave.postgres.ServerSettings;
import io.conclave.postgres.SessionException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * One PostgreSQL server as the tasks see it: start, stop, fence. All calls block; one task at a time.
 */
final class Server implements AutoCloseable {
  /** Crash recovery of a big server takes long; the order stays RUNNING meanwhile. */
  static final long START_MS = 600_000;

  /** A running standby is fenced within some ms, or it is stuck and has to be stopped. */
  private static final long FENCE_MS = 2000;

  private static final long CONFLICT_PAUSE_MS = 5;

  private static final int SESSION_TIMEOUT_MS = 2000;

  private final AgentContext context;
  private final ServerProcess process;
  private final PromiseBook promises;
  private final Sessions sessions;

  /** What the last fence showed, as long as nothing has lifted it. */
  private Optional<Fencing.Done> fence = Optional.empty();

  Server(AgentContext context, ServerProcess process, PromiseBook promises) {
    this.context = context;
    this.process = process;
    this.promises = promises;
    this.sessions = new Sessions(context.directory(), SESSION_TIMEOUT_MS);
  }

  AgentContext context() {
    return context;
  }

  DataDirectory directory() {
    return context.directory();
  }

  ServerProcess process() {
    return process;
  }

  PromiseBook promises() {
    return promises;
  }

  /** The session of the tasks. */
  LocalSession session() {
    return sessions.get();
  }

  boolean isRunning() {
    return process.find().isPresent();
  }

  Postmaster postmaster() {
    return process
        .find()
        .orElseThrow(() -> new PostgresException(
            PostgresException.Kind.NOT_FOUND, "no postmaster runs in " + directory()));
  }

  /** Starts the server and waits until it admits connections. */
  void start() {
    liftFence();
    process.start(Deadline.in(START_MS));
  }

  void stop() {
    liftFence();
    sessions.close();
    process.stop(context.timings().stopMs());
  }

  /** Ends a primary without a checkpoint. */
  void stopAtOnce() {
    liftFence();
    sessions.close();
    process.stop(ServerProcess.Stopped.IMMEDIATE, context.timings().stopMs());
  }

  /** The settings as they are on disk. */
  ServerSettings settings() {
    return directory().settings().orElse(ServerSettings.ALONE);
  }

  /**
   * Takes no more WAL from anybody, and says what it has. A standby that cannot be fenced while it runs is stopped and
   * started with the empty setting.
   */
  Result fence(io.conclave.core.Ballot ballot, long number) {
    if (promises.get().rebuilding().isPresent()) {
      return Result.done("promised; the node is being rebuilt and does not count");
    }
    if (!directory().exists()) {
      return Result.done("promised; there is no data directory");
    }
    if (!isRunning()) {
      if (isForeign()) {
        return Result.done("promised; the data directory is of another system and proves nothing");
      }
      directory().write(settings().withoutUpstream());
      return evidenceOfStopped(ballot, number);
    }
    try {
      Fencing.Result result = fenceRunning(Deadline.in(FENCE_MS));
      if (result instanceof Fencing.Done done) {
        return evidenceOf(ballot, number, done);
      }
      if (result instanceof Fencing.NotAStandby) {
        return stopPrimary(ballot, number);
      }
    } catch (SessionException e) {
      if (Thread.currentThread().isInterrupted()) {
        // Given up for another order, and the session closed for that: the server is well.
        throw e;
      }
      // It does not answer: only a stop makes sure. A primary stays down; a standby has to be
      // started to give evidence.
    }
    return fenceByRestart(ballot, number);
  }

  /** A look that replay has cancelled (a conflict with recovery) says nothing of the server, which answers. */
  private Fencing.Result fenceRunning(Deadline deadline) {
    while (true) {
      try {
        return Fencing.fence(directory(), session(), postmaster(), deadline);
      } catch (SessionException e) {
        if (!e.isConflict() || deadline.passed()) {
          throw e;
        }
        boolean unused =
            Await.until(() -> false, deadline.butAtMost(CONFLICT_PAUSE_MS), CONFLICT_PAUSE_MS);
      }
    }
  }

  /** Starts a stopped server as a standby that follows nobody, and gives the evidence of a fence. */
  Result recover(io.conclave.core.Ballot ballot, long number) {
    if (promises.get().rebuilding().isPresent() || !directory().exists()) {
      return Result.refused("there is no complete data directory");
    }
    if (isRunning()) {
      return fence(ballot, number);
    }
    if (isForeign()) {
      return Result.refused(
          Problem.Kind.WRONG_SYSTEM, "the data directory is not the one this node had");
    }
    startFenced();
    return fence(ballot, number);
  }

  /** Not what this node has promised about: of another system, or of no group yet. It is neither evidence nor ours to start. */
  private boolean isForeign() {
    return directory().settings().isEmpty()
        || promises.get().isForeign(directory().control().systemIdentifier());
  }

  /** Starts the server as a standby that follows nobody. */
  void startFenced() {
    directory().writeAll(settings().withoutUpstream(), Gate.CLOSED, true);
    start();
  }

  private Result fenceByRestart(io.conclave.core.Ballot ballot, long number) {
    boolean standby = directory().isStandby();
    stop();
    if (!standby) {
      return evidenceOfStopped(ballot, number);
    }
    startFenced();
    Fencing.Result again =
        Fencing.fence(directory(), session(), postmaster(), Deadline.in(START_MS));
    return again instanceof Fencing.Done done
        ? evidenceOf(ballot, number, done)
        : Result.failed(Problem.Kind.NOT_ANSWERING, "not fenced after a restart: " + again);
  }

  private Result stopPrimary(io.conclave.core.Ballot ballot, long number) {
    try {
      promises.know(session().observe().history());
    } catch (SessionException e) {
      // The rows it has shown before are kept.
    }
    directory().write(settings().withoutUpstream());
    stop();
    return evidenceOfStopped(ballot, number);
  }

  /** Only a primary that was stopped cleanly says by its control file where its WAL ends. */
  private Result evidenceOfStopped(io.conclave.core.Ballot ballot, long number) {
    ControlData control = directory().control();
    List<EpochRow> history = promises.get().history();
    boolean cleanly = control.state() == ControlData.State.SHUTDOWNED;
    return FenceEvidence.ofStopped(
            ballot, number, cleanly, history, control.timeline(), control.checkpoint())
        .map(Result::fenced)
        .orElseGet(() -> Result.done(
            "promised; the server is stopped and has to be started to show its evidence"));
  }

  /** The evidence of a fence that still holds; otherwise the server is fenced now. */
  Fencing.Result fenceAsItIs(Deadline deadline) {
    return fence.isPresent()
        ? fence.get()
        : Fencing.fence(directory(), session(), postmaster(), deadline);
  }

  /**
   * Fences a standby that is to follow somebody or to be promoted, and starts it again when it goes for a timeline that it has
   * nothing of.
   */
  Fencing.Result fenceOnOwnTimeline(Deadline deadline) {
    Fencing.Result result = fenceAsItIs(deadline);
    if (!(result instanceof Fencing.Done) || !directory().timelines().misleads()) {
      return result;
    }
    stop();
    startFenced();
    return fenceAsItIs(Deadline.in(START_MS));
  }

  /** What follows lets the server receive or write WAL again. */
  void liftFence() {
    fence = Optional.empty();
  }

  private Result evidenceOf(io.conclave.core.Ballot ballot, long number, Fencing.Done done) {
    Observation seen = done.evidence();
    fence = Optional.of(done);
    if (!seen.history().isEmpty()) {
      promises.know(seen.history());
    }
    Optional<Lsn> fork = seen.epochRow().flatMap(row -> endOf(row.timeline(), done.timeline()));
    return FenceEvidence.ofStandby(
            ballot, number, seen.history(), done.timeline(), seen.position(), fork)
        .map(Result::fenced)
        .orElseGet(
            () -> Result.refused("fenced, and the node shows no epoch row: it proves nothing"));
  }

  /** Where the newest timeline on disk left an older one. */
  Optional<Lsn> endOf(int timeline, int newest) {
    return newest <= timeline
        ? Optional.empty()
        : directory().history(newest).stream()
            .filter(fork -> fork.timeline() == timeline)
            .map(DataDirectory.Fork::end)
            .min(Comparator.naturalOrder());
  }

  @Override
  public void close() {
    sessions.close();
  }
}
