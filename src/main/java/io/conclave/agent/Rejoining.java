package io.conclave.agent;

import io.conclave.core.EpochRow;
import io.conclave.core.Gate;
import io.conclave.core.NodeReport.Problem;
import io.conclave.core.OrderStatus;
import io.conclave.core.Prefix;
import io.conclave.core.Task;
import io.conclave.core.agent.FollowRule;
import io.conclave.core.agent.RejoinRule;
import io.conclave.postgres.ControlData;
import io.conclave.postgres.Deadline;
import io.conclave.postgres.Fencing;
import io.conclave.postgres.Observation;
import io.conclave.postgres.ServerSettings;
import io.conclave.postgres.SessionException;
import io.conclave.postgres.Upstream;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How a node becomes a standby of a source: follow when its WAL is a prefix of the source's history; otherwise it is rebuilt.
 */
final class Rejoining {
  private static final long FOLLOW_MS = 10_000;

  private final Server server;
  private final GateKeeper gate;
  private final Arrival arrival;
  private final Rebuilding rebuilding;

  Rejoining(Server server, GateKeeper gate) {
    this.server = server;
    this.gate = gate;
    this.arrival = new Arrival(server, gate);
    this.rebuilding = new Rebuilding(server, arrival);
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
      // The order before may have been cut short between the file and the server.
      server.session().reload();
      // An order to rejoin has closed it for what might have become a rebuild.
      gate.openForReaders();
      return Result.done("follow");
    }
    Fencing.Result fenced = server.fenceOnOwnTimeline(Deadline.in(5000));
    if (!(fenced instanceof Fencing.Done done)) {
      return Result.failed("the receiver does not end: " + fenced);
    }
    return followFenced(source, done.evidence(), done.timeline());
  }

  private Result followFenced(Task.Source source, Observation seen, int timeline) {
    if (!FollowRule.mayFollow(seen.history(), timeline, seen.position(), source.history())) {
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
    server.directory().show(server.settings().withUpstream(upstream(source)));
    server.session().reload();
    // While it connects.
    server.directory().syncSettings();
    gate.openForReaders();
    return Result.done("follow");
  }

  private boolean followsAlready(Task.Source source) {
    return server.settings().upstream().filter(upstream(source)::equals).isPresent();
  }

  static Upstream upstream(Task.Source source) {
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
      return rebuilding.cloneFrom(source, "", progress);
    }
    if (isOfAnotherSystem(source)) {
      return wrongSystem(source);
    }
    if (halfBuilt) {
      server.stop();
      return rebuilding.cloneFrom(source, "", progress);
    }
    Optional<Result> cheap = withoutRebuild(source, progress);
    return cheap.isPresent() ? cheap.get() : rebuilding.rebuild(source, progress);
  }

  /** A standby that may follow as it is, or a primary that was stopped cleanly with nothing that the source lacks. */
  private Optional<Result> withoutRebuild(Task.Source source, Consumer<String> progress) {
    progress.accept("follow");
    if (server.isRunning() && isStandby()) {
      Result followed = follow(source);
      boolean good = followed.outcome() == OrderStatus.Outcome.DONE;
      return good && arrival.streams(source, Deadline.in(FOLLOW_MS))
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
    // A primary's shutdown checkpoint is the last of its WAL, on the timeline that it wrote.
    List<EpochRow> known = server.promises().get().history();
    if (!RejoinRule.mayFollowWhenStopped(
        known, control.timeline(), control.checkpoint(), source.history())) {
      return Optional.empty();
    }
    server
        .directory()
        .writeAll(ServerSettings.ALONE.withUpstream(upstream(source)), Gate.CLOSED, true);
    server.start();
    return Optional.of(arrival.arrived("follow", source));
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
    return good && arrival.streams(source, Deadline.in(FOLLOW_MS))
        ? Optional.of(arrival.arrived("follow", source))
        : Optional.empty();
  }
}
