package io.conclave.agent;

import io.conclave.core.Configuration;
import io.conclave.core.Gate;
import io.conclave.core.Lsn;
import io.conclave.core.NodeReport.Problem;
import io.conclave.core.OrderStatus;
import io.conclave.core.SyncSetting;
import io.conclave.core.Task;
import io.conclave.core.agent.Arming;
import io.conclave.core.agent.PromotionRule;
import io.conclave.fault.FaultPoint;
import io.conclave.fault.FaultPoints;
import io.conclave.postgres.Await;
import io.conclave.postgres.Commits;
import io.conclave.postgres.Deadline;
import io.conclave.postgres.Fencing;
import io.conclave.postgres.GateControl;
import io.conclave.postgres.Observation;
import io.conclave.postgres.Postmaster;
import io.conclave.postgres.Promotion;
import io.conclave.postgres.ServerSettings;
import io.conclave.postgres.SyncControl;
import java.util.Optional;

/** The tasks that make a server the primary of a configuration, and those that only a primary does. */
final class Promoting {
  private static final long INITDB_MS = 120_000;
  private static final long GATE_MS = 3000;
  private static final long FENCE_MS = 5000;
  private static final long ANNOUNCE_MS = 10_000;
  private static final long IN_FORCE_MS = 500;

  private final Server server;
  private final Commitments commitments;
  private final GateKeeper gate;
  private final PromotionCheckpoint checkpoint;

  /** A setting that every process of a server was seen to work by; those that begin later have it from the postmaster. */
  private record InForce(Postmaster postmaster, SyncSetting sync) {}

  private Arming<Postmaster> arming = Arming.unknown();
  private Optional<InForce> inForce = Optional.empty();

  Promoting(Server server, Commitments commitments, GateKeeper gate) {
    this.server = server;
    this.commitments = commitments;
    this.gate = gate;
    this.checkpoint = new PromotionCheckpoint(server.context());
  }

  /** Sync setting, gate closed, promotion, epoch row: in this order, each repeatable. */
  Result promote(Task.Promote task) {
    Configuration configuration = task.configuration();
    if (!server.isRunning()) {
      return Result.failed("the server does not run");
    }
    Observation before = server.session().observe();
    boolean promotedAlready = !before.inRecovery();
    if (!PromotionRule.mayPromote(
        before.inRecovery(), before.history(), task.base(), configuration)) {
      return Result.refused("the node shows %s; it was chosen by %s, and is promoted once at most"
          .formatted(before.epochRow(), task.base()));
    }
    Optional<Result> obstacle = takesTimeline(task, before);
    if (obstacle.isPresent()) {
      return obstacle.get();
    }
    server.liftFence();
    Laps laps = new Laps();
    writing(task.sync());
    server.directory().show(new ServerSettings(Optional.empty(), task.sync()));
    laps.lap("settings");
    if (PromotionRule.staysOpen(
        gate.gate(), before.inRecovery(), before.history(), configuration)) {
      server.directory().syncSettings();
      server.session().reload();
    } else {
      // This has the server read its settings, too, and makes them durable with the rules.
      Result closed = closeGate();
      if (closed != null) {
        return closed;
      }
    }
    laps.lap("gate");
    if (!promotedAlready) {
      server.directory().timelines().passOver(task.base().timeline(), task.timeline());
      if (!Promotion.promote(
          server.session(), Deadline.in(server.context().timings().promoteDeadlineMs()))) {
        return Result.failed("the promotion has not ended in time");
      }
    }
    FaultPoints.reach(FaultPoint.PROMOTED);
    laps.lap("promotion");
    int timeline = server.session().observe().timeline();
    if (timeline != task.timeline()) {
      // Of another epoch's number: nobody may take any of it.
      server.stop();
      return Result.failed(
          "promoted to timeline %d instead of %d".formatted(timeline, task.timeline()));
    }
    commitEpoch(configuration, timeline, start(task, before), task.beyond());
    // While standbys get the row: whoever opens the gate need not wait for it then. In vain, it is
    // waited for again.
    Result unused = changeSync(task.sync(), Deadline.in(IN_FORCE_MS));
    return Result.done("promoted: " + laps);
  }

  /** What keeps the server from beginning the timeline of the epoch, and no other. */
  private Optional<Result> takesTimeline(Task.Promote task, Observation before) {
    int newest = before.inRecovery() ? server.directory().timelines().newest() : before.timeline();
    if (!PromotionRule.mayTake(before.inRecovery(), newest, task.timeline())) {
      return Optional.of(Result.refused("the node is on timeline %d; the epoch's would be %d"
          .formatted(newest, task.timeline())));
    }
    if (!before.inRecovery() || !server.directory().timelines().misleads()) {
      return Optional.empty();
    }
    Fencing.Result fenced = server.fenceOnOwnTimeline(Deadline.in(FENCE_MS));
    return fenced instanceof Fencing.Done
        ? Optional.empty()
        : Optional.of(Result.failed("not fenced after a restart: " + fenced));
  }

  /**
   * Where the history leaves that of the epoch before. It may have left its timeline earlier than the newest one began: for a
   * promotion that came to nothing, and of which no row tells. A standby with more WAL than that is no prefix.
   */
  private Lsn start(Task.Promote task, Observation before) {
    return server.endOf(task.base().timeline(), task.timeline()).orElse(before.position());
  }

  private void commitEpoch(Configuration configuration, int timeline, Lsn start, Lsn beyond) {
    commitments.writeEpoch(
        configuration, timeline, start, beyond, configuration.sync().k() > 0);
  }

  private Result closeGate() {
    GateControl.Result closed =
        gate.commandClose(server.session(), server.postmaster(), Deadline.in(GATE_MS));
    return closed.done() ? null : Result.failed("the gate does not close: " + closed.reason());
  }

  /** From an empty directory to the primary of the first configuration. */
  Result initialize(Task.Initialize task) {
    if (!server.directory().exists()) {
      server.directory().initialize(server.context().binaries(), Deadline.in(INITDB_MS));
    }
    return adopt(task.configuration(), task.sync());
  }

  /**
   * Settings, roles, schema and epoch row, on a server that is or is about to be a primary. One that runs goes on serving:
   * nobody competes for a first configuration.
   */
  Result adopt(Configuration configuration, SyncSetting sync) {
    if (server.directory().isStandby()) {
      return Result.refused("the node is a standby");
    }
    boolean ran = server.isRunning();
    if (ran) {
      announce(configuration);
    }
    writing(sync);
    server.directory().writeAll(new ServerSettings(Optional.empty(), sync), Gate.CLOSED, false);
    if (ran) {
      server.session().reload();
      return Result.done("primary of the first configuration; it ran before");
    }
    server.start();
    Result closed = closeGate();
    if (closed != null) {
      return closed;
    }
    Commits.prepare(server.directory(), server.session(), server.context().passwords());
    Observation seen = server.session().observe();
    commitEpoch(configuration, seen.timeline(), seen.position(), Lsn.ZERO);
    return Result.done("primary of the first configuration");
  }

  /**
   * Standbys that follow a server from before Conclave show by the epoch row that their WAL is a prefix of its own; they get it over
   * the stream that they have, which the new rules would not admit again.
   */
  private void announce(Configuration configuration) {
    Commits.prepare(server.directory(), server.session(), server.context().passwords());
    Observation before = server.session().observe();
    try (Commits commits = new Commits(server.directory())) {
      commits.writeEpoch(
          configuration,
          before.timeline(),
          before.position(),
          Lsn.ZERO,
          false,
          Deadline.in(ANNOUNCE_MS));
    }
    Lsn row = server.session().observe().position();
    // One that is too far behind shows no prefix later, and is cloned.
    boolean unused = Await.until(
        () -> server.session().observe().senders().stream()
            .filter(Observation.Sender::streaming)
            .allMatch(sender -> sender.flushed().isAtLeast(row)),
        Deadline.in(ANNOUNCE_MS),
        20);
  }

  /** Lets clients in, when the server is the primary of this configuration and its sync setting is in force. */
  Result openGate(Configuration configuration) {
    Observation seen = server.session().observe();
    if (!PromotionRule.mayOpen(seen.inRecovery(), seen.history(), configuration)) {
      return Result.refused("the server is not the primary of " + configuration);
    }
    // On disk before the first client commits: once stopped, the server is compared by the epoch
    // known here (I2).
    server.promises().know(seen.history());
    SyncSetting sync = server.settings().sync();
    if (!isInForce(sync, seen)) {
      Result changed = changeSync(sync);
      if (changed.outcome() != OrderStatus.Outcome.DONE) {
        return changed;
      }
      seen = server.session().observe();
    }
    Result opened = gate.commandOpen(sync, seen);
    if (opened.outcome() == OrderStatus.Outcome.DONE) {
      checkpoint.begin();
    }
    return opened;
  }

  /** Whatever was known of the setting of before says nothing of this one. */
  private void writing(SyncSetting sync) {
    arming = arming.writing(sync);
    inForce = Optional.empty();
  }

  private boolean isInForce(SyncSetting sync, Observation seen) {
    return inForce.equals(Optional.of(new InForce(server.postmaster(), sync)))
        && seen.synchronousStandbyNames().equals(sync.toPostgres());
  }

  Result changeSync(SyncSetting sync) {
    return changeSync(sync, Deadline.in(server.context().timings().stopMs()));
  }

  private Result changeSync(SyncSetting sync, Deadline deadline) {
    writing(sync);
    Postmaster postmaster = server.postmaster();
    SyncControl.Result result = SyncControl.change(
        server.directory(),
        server.session(),
        postmaster,
        sync,
        arming.isKnownOf(postmaster),
        deadline);
    if (result instanceof SyncControl.NotInForce not) {
      return Result.failed(not.reason());
    }
    arming = arming.inForce(postmaster, sync);
    var overridden = server.directory().overridden();
    if (!overridden.isEmpty()) {
      return Result.failed(
          Problem.Kind.SETTING_OVERRIDDEN, "postgresql.auto.conf overrides " + overridden.keySet());
    }
    inForce = Optional.of(new InForce(postmaster, sync));
    return Result.done(sync.toPostgres());
  }

  Result barrier(Task.Barrier task) {
    commitments.writeBarrier(task.id());
    return Result.done("barrier row");
  }

  /** A primary was found: the agent before may have ended before it has asked for the checkpoint. */
  void primaryIsThere() {
    checkpoint.begin();
  }

  Result prepare() {
    server.session().checkpoint();
    return Result.done("checkpoint");
  }
}
