package io.conclave.agent;

import io.conclave.core.EpochRow;
import io.conclave.core.Gate;
import io.conclave.core.Lsn;
import io.conclave.core.NodeReport.Problem;
import io.conclave.core.NodeReport.Receiver;
import io.conclave.core.OrderStatus;
import io.conclave.core.Prefix;
import io.conclave.core.Task;
import io.conclave.core.agent.FollowRule;
import io.conclave.core.agent.RejoinRule;
import io.conclave.postgres.Await;
import io.conclave.postgres.Cloning;
import io.conclave.postgres.ControlData;
import io.conclave.postgres.Deadline;
import io.conclave.postgres.Fencing;
import io.conclave.postgres.Observation;
import io.conclave.postgres.PostgresException;
import io.conclave.postgres.Rewinding;
import io.conclave.postgres.ServerSettings;
import io.conclave.postgres.SessionException;
import io.conclave.postgres.Upstream;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * How a node becomes a standby of a source: follow when its WAL is a prefix of the source's history; otherwise the ladder
 * rewind → clone, each rung bounded, and before the first destructive step a durable mark.
 */
final class Rejoining {
  private static final long REWIND_MS = 600_000;
  private static final long CLONE_MS = 6 * 3_600_000L;
  private static final long STREAM_MS = 60_000;

  private final Server server;
  private final GateKeeper gate;

  Rejoining(Server server, GateKeeper gate) {
    this.server = server;
    this.gate = gate;
  }

  /** Non-destructive: sets the upstream, if the own WAL is a prefix of the source's history. */
  Result follow(Task.Source source) {
    if (!server.directory().exists() || server.promises().get().rebuilding().isPresent()) {
      return Result.refused("there is no complete data directory");
    }
    if (isOfAnotherSystem(source)) {
      return wrongSystem(source);
    }
    if (!server.isRunning()) {
      server.startFenced();
    }
    Observation seen = server.session().observe();
    if (!seen.inRecovery()) {
      return Result.refused("the server runs as a primary");
    }
    if (followsAlready(source)) {
      // An order to rejoin has closed it for what might have become a rebuild.
      gate.commandOpen();
      return Result.done("follow");
    }
    Fencing.Result fenced = server.fenceAsItIs(Deadline.in(5000));
    if (!(fenced instanceof Fencing.Done done)) {
      return Result.failed("the receiver does not end: " + fenced);
    }
    return followFenced(source, done.evidence(), done.timeline());
  }

  private Result followFenced(Task.Source source, Observation seen, int timeline) {
    if (!FollowRule.mayFollow(seen.epochRow(), timeline, seen.position(), source.history())) {
      return Result.refused(
          Problem.Kind.DIVERGED,
          "the WAL up to %s on timeline %d is no prefix of the history of %s (%s)"
              .formatted(
                  seen.position(),
                  timeline,
                  source.node(),
                  Prefix.of(seen.epochRow(), seen.position(), source.history())));
    }
    server.liftFence();
    server.directory().write(server.settings().withUpstream(upstream(source)));
    server.session().reload();
    gate.commandOpen();
    return Result.done("follow");
  }

  private boolean followsAlready(Task.Source source) {
    return server.settings().upstream().filter(upstream(source)::equals).isPresent();
  }

  private static Upstream upstream(Task.Source source) {
    return new Upstream(source.node(), source.host(), source.port());
  }

  private boolean isOfAnotherSystem(Task.Source source) {
    return source.systemIdentifier() != 0
        && server.directory().control().systemIdentifier() != source.systemIdentifier();
  }

  private Result wrongSystem(Task.Source source) {
    return Result.refused(
        Problem.Kind.WRONG_SYSTEM,
        "this data directory belongs to another system (%d) than %s (%d): move it aside to have the node cloned"
            .formatted(
                server.directory().control().systemIdentifier(),
                source.node(),
                source.systemIdentifier()));
  }

  /** The ladder. The detail of its result begins with the rung that was reached. */
  Result rejoin(Task.Source source, Consumer<String> progress) {
    boolean halfBuilt = server.promises().get().rebuilding().isPresent();
    if (!server.directory().exists()) {
      return cloneFrom(source, progress);
    }
    if (isOfAnotherSystem(source)) {
      return wrongSystem(source);
    }
    if (halfBuilt) {
      server.stop();
      return cloneFrom(source, progress);
    }
    Optional<Result> cheap = withoutRebuild(source, progress);
    return cheap.isPresent() ? cheap.get() : rebuild(source, progress);
  }

  /** A standby that may follow as it is, or a primary that was stopped cleanly with nothing that the source lacks. */
  private Optional<Result> withoutRebuild(Task.Source source, Consumer<String> progress) {
    progress.accept("follow");
    if (server.isRunning() && isStandby()) {
      Result followed = follow(source);
      boolean good = followed.outcome() == OrderStatus.Outcome.DONE;
      return good && streams(source, Deadline.in(STREAM_MS / 6))
          ? Optional.of(followed)
          : Optional.empty();
    }
    server.stop();
    ControlData control = server.directory().control();
    if (control.state() != ControlData.State.SHUTDOWNED) {
      // Only a start shows where the WAL of a crashed server ends.
      server.startFenced();
      return followIfPrefix(source);
    }
    List<EpochRow> known = server.promises().get().history();
    if (!RejoinRule.mayFollowWhenStopped(known, control.checkpoint(), source.history())) {
      return Optional.empty();
    }
    server
        .directory()
        .writeAll(ServerSettings.ALONE.withUpstream(upstream(source)), Gate.CLOSED, true);
    server.start();
    return Optional.of(arrived("follow", source));
  }

  /** A server that does not answer is on its way down, or has to be stopped. */
  private boolean isStandby() {
    try {
      return server.session().isInRecovery();
    } catch (SessionException notAnswering) {
      return false;
    }
  }

  private Optional<Result> followIfPrefix(Task.Source source) {
    Result followed = follow(source);
    boolean good = followed.outcome() == OrderStatus.Outcome.DONE;
    return good && streams(source, Deadline.in(STREAM_MS / 6))
        ? Optional.of(arrived("follow", source))
        : Optional.empty();
  }

  private static Optional<UUID> newestPromotion(Task.Source source) {
    List<EpochRow> history = source.history();
    return history.isEmpty()
        ? Optional.empty()
        : Optional.of(history.get(history.size() - 1).promotion());
  }

  private Result rebuild(Task.Source source, Consumer<String> progress) {
    server.stop();
    Optional<Lsn> fork = RejoinRule.fork(server.promises().get().history(), source.history());
    if (fork.isEmpty() || !canRewind(source)) {
      fork.ifPresent(from -> Rewinding.keepDiverged(server.directory(), from));
      return cloneFrom(source, progress);
    }
    progress.accept("rewind");
    server.promises().rebuilding(Optional.of(UUID.randomUUID()));
    Rewinding.Result result = Rewinding.rewind(
        server.directory(),
        server.context().binaries(),
        upstream(source),
        fork.get(),
        Deadline.in(REWIND_MS));
    // "Not required" would mean a prefix, and that was looked for before: it is no proof of
    // anything.
    if (result instanceof Rewinding.Rewound) {
      try {
        server.start();
        Result arrived = arrived("rewind", source);
        if (arrived.outcome() == OrderStatus.Outcome.DONE) {
          return arrived;
        }
      } catch (PostgresException startFailed) {
        progress.accept("rewind was in vain: " + startFailed.getMessage());
      }
      server.stop();
    }
    return cloneFrom(source, progress);
  }

  private boolean canRewind(Task.Source source) {
    if (!server.context().binaries().hasRewind()) {
      return false;
    }
    int own = Math.max(
        server.directory().control().highestTimeline(), server.directory().newestWalTimeline());
    return RejoinRule.mayRewind(server.promises().get().history(), own, source.history());
  }

  private Result cloneFrom(Task.Source source, Consumer<String> progress) {
    progress.accept("clone");
    server.promises().rebuilding(Optional.of(UUID.randomUUID()));
    try {
      Cloning.clone(
          server.directory(),
          server.context().binaries(),
          upstream(source),
          Deadline.in(CLONE_MS),
          done -> progress.accept(
              "clone " + done.copiedBytes() + " of " + done.totalBytes() + " bytes"));
      server.start();
    } catch (PostgresException | SessionException e) {
      return Result.failed(Problem.Kind.REBUILD_FAILED, "clone: " + e.getMessage());
    }
    return arrived("clone", source);
  }

  /** Streaming, and the source's newest epoch shown: from here on the node counts again. */
  private Result arrived(String rung, Task.Source source) {
    if (!streams(source, Deadline.in(STREAM_MS))) {
      return Result.failed(rung + ": the node does not stream from " + source.node());
    }
    server.promises().rebuilding(Optional.empty());
    Result opened = gate.commandOpen();
    return opened.outcome() == OrderStatus.Outcome.DONE
        ? Result.done(rung)
        : Result.failed(rung + ": " + opened.detail());
  }

  private boolean streams(Task.Source source, Deadline deadline) {
    Optional<UUID> newest = newestPromotion(source);
    return Await.until(
        () -> {
          try {
            Observation seen = server.session().observe();
            boolean shows = newest.isEmpty()
                || seen.history().stream().anyMatch(row -> row.promotion().equals(newest.get()));
            return seen.receiver() == Receiver.STREAMING && shows;
          } catch (SessionException notYet) {
            return false;
          }
        },
        deadline,
        10);
  }
}
