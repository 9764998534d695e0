package io.conclave.agent;

import io.conclave.core.EpochRow;
import io.conclave.core.Lsn;
import io.conclave.core.NodeReport.Problem;
import io.conclave.core.OrderStatus.Outcome;
import io.conclave.core.Task;
import io.conclave.core.agent.RebuildAttempts;
import io.conclave.core.agent.RejoinRule;
import io.conclave.postgres.Cloning;
import io.conclave.postgres.Deadline;
import io.conclave.postgres.DivergedWal;
import io.conclave.postgres.Filenodes;
import io.conclave.postgres.PostgresException;
import io.conclave.postgres.Rewinding;
import io.conclave.postgres.SessionException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The destructive rungs of the ladder, each bounded: rewind → clone → quarantine. Before the first of them comes a durable mark,
 * and the diverged WAL is kept aside. The detail of a result begins with the rung that was reached.
 */
final class Rebuilding {
  private static final long REWIND_MS = 600_000;
  private static final long CLONE_MS = 6 * 3_600_000L;

  private final Server server;
  private final Arrival arrival;
  private final Quarantine quarantine;
  private RebuildAttempts attempts = RebuildAttempts.NONE;

  Rebuilding(Server server, Arrival arrival) {
    this.server = server;
    this.arrival = arrival;
    this.quarantine = new Quarantine(server.directory());
  }

  Result rebuild(Task.Source source, Consumer<String> progress) {
    Map<String, String> tables = tables();
    server.stop();
    List<EpochRow> known = server.promises().get().history();
    Optional<Lsn> fork = RejoinRule.fork(known, source.history());
    if (fork.isEmpty()) {
      return cloneFrom(source, "no epoch in common", progress);
    }
    Optional<String> obstacle = obstacleToRewind(source);
    Optional<Rewinding.Prepared> prepared = Optional.empty();
    if (obstacle.isEmpty()) {
      try {
        prepared = Optional.of(Rewinding.prepare(
            server.directory(), Rejoining.upstream(source), Deadline.in(REWIND_MS)));
      } catch (SessionException e) {
        obstacle = Optional.of("rewind: the source cannot be prepared: " + e.getMessage());
      }
    }
    String diverged =
        DivergedWal.keep(server.directory(), server.context().binaries(), fork.get(), tables);
    if (prepared.isEmpty()) {
      return cloneFrom(source, diverged + "; " + obstacle.orElse(""), progress);
    }
    progress.accept("rewind; " + diverged);
    server.promises().rebuilding(Optional.of(UUID.randomUUID()));
    Result rewound = rewind(prepared.get(), source, diverged);
    if (rewound.outcome() == Outcome.DONE) {
      return rewound;
    }
    server.stop();
    return cloneFrom(source, diverged + "; " + rewound.detail(), progress);
  }

  private Result rewind(Rewinding.Prepared prepared, Task.Source source, String diverged) {
    Rewinding.Result result = Rewinding.rewind(
        server.directory(), server.context().binaries(), prepared, Deadline.in(REWIND_MS));
    if (result instanceof Rewinding.Failed failed) {
      return Result.failed("rewind: " + failed.reason());
    }
    if (result instanceof Rewinding.Unavailable unavailable) {
      return Result.failed("rewind: " + unavailable.reason());
    }
    if (!RejoinRule.isRewound(!(result instanceof Rewinding.NotRequired))) {
      // That would mean a prefix, and it was looked for before: it is no proof of anything.
      return Result.failed("rewind: pg_rewind found nothing to do");
    }
    try {
      server.start();
      return arrival.arrived("rewind; " + diverged, source);
    } catch (PostgresException startFailed) {
      return Result.failed("rewind: " + startFailed.getMessage());
    }
  }

  /** For the report only: a server that does not run any more has no names to tell. */
  private Map<String, String> tables() {
    try {
      return server.isRunning() ? Filenodes.of(server.directory()) : Map.of();
    } catch (SessionException notAnswering) {
      return Map.of();
    }
  }

  private Optional<String> obstacleToRewind(Task.Source source) {
    if (!server.context().binaries().hasRewind()) {
      return Optional.of("there is no pg_rewind");
    }
    int own = Math.max(
        server.directory().control().highestTimeline(), server.directory().newestWalTimeline());
    return RejoinRule.mayRewind(server.promises().get().history(), own, source.history())
        ? Optional.empty()
        : Optional.of("timeline %d is not below the source's".formatted(own));
  }

  /**
   * Copies the source, unless that has failed too often or just now.
   *
   * @param why no cheaper rung would do; for people
   */
  Result cloneFrom(Task.Source source, String why, Consumer<String> progress) {
    Optional<UUID> promotion = Arrival.newestPromotion(source);
    if (quarantine.isSet()) {
      return Result.refused(Problem.Kind.REBUILD_FAILED, quarantine.reason().orElse(""));
    }
    RebuildAttempts.Next next = attempts.next(promotion, nowMs());
    if (next instanceof RebuildAttempts.Wait wait) {
      return Result.failed(Problem.Kind.REBUILD_FAILED, waiting(wait.ms()));
    }
    if (next instanceof RebuildAttempts.LeaveAlone) {
      // Somebody has ended the quarantine.
      attempts = RebuildAttempts.NONE;
    }
    return cloneNow(source, why.isEmpty() ? "clone" : "clone; " + why, progress);
  }

  private String waiting(long ms) {
    return "clone: attempt %d of %d failed, the next one in %d s: %s"
        .formatted(
            attempts.failures(), RebuildAttempts.LIMIT, (ms + 999) / 1000, attempts.reason());
  }

  private Result cloneNow(Task.Source source, String rung, Consumer<String> progress) {
    progress.accept(rung);
    server.promises().rebuilding(Optional.of(UUID.randomUUID()));
    try {
      Cloning.clone(
          server.directory(),
          server.context().binaries(),
          Rejoining.upstream(source),
          Deadline.in(CLONE_MS),
          done -> progress.accept(
              "clone " + done.copiedBytes() + " of " + done.totalBytes() + " bytes"));
      server.start();
    } catch (PostgresException | SessionException e) {
      return isGivenUp(e) ? Result.failed("clone: given up") : failed(source, e.getMessage());
    }
    Result arrived = arrival.arrived(rung, source);
    if (arrived.outcome() == Outcome.DONE) {
      attempts = RebuildAttempts.NONE;
      return arrived;
    }
    return failed(source, arrived.detail());
  }

  /** By a newer order, which is nobody's failure. */
  private static boolean isGivenUp(RuntimeException e) {
    return e instanceof PostgresException failure
        && failure.kind() == PostgresException.Kind.INTERRUPTED;
  }

  private Result failed(Task.Source source, String reason) {
    attempts = attempts.failed(Arrival.newestPromotion(source), nowMs(), reason);
    if (!attempts.isExhausted()) {
      return Result.failed(Problem.Kind.REBUILD_FAILED, "clone: " + reason);
    }
    server.stop();
    quarantine.set("%d clones from %s failed, the last one: %s"
        .formatted(attempts.failures(), source.node(), reason));
    return Result.refused(
        Problem.Kind.REBUILD_FAILED, "quarantine: " + quarantine.reason().orElse(""));
  }

  private static long nowMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }
}
