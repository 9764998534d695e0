package io.conclave.agent;

import io.conclave.core.Configuration;
import io.conclave.core.Gate;
import io.conclave.core.Lsn;
import io.conclave.core.NodeReport.Problem;
import io.conclave.core.SyncSetting;
import io.conclave.core.Task;
import io.conclave.core.agent.PromotionRule;
import io.conclave.postgres.Commits;
import io.conclave.postgres.DataDirectory;
import io.conclave.postgres.Deadline;
import io.conclave.postgres.GateControl;
import io.conclave.postgres.Observation;
import io.conclave.postgres.Promotion;
import io.conclave.postgres.ServerSettings;
import io.conclave.postgres.SyncControl;
import java.util.List;

/** The tasks that make a server the primary of a configuration, and those that only a primary does. */
final class Promoting {
  private static final long INITDB_MS = 120_000;
  private static final long GATE_MS = 3000;

  private final Server server;
  private final Commitments commitments;
  private final GateKeeper gate;

  Promoting(Server server, Commitments commitments, GateKeeper gate) {
    this.server = server;
    this.commitments = commitments;
    this.gate = gate;
  }

  /** Gate closed, sync setting, promotion, epoch row: in this order, each repeatable. */
  Result promote(Task.Promote task) {
    Configuration configuration = task.configuration();
    if (!server.isRunning()) {
      return Result.failed("the server does not run");
    }
    Observation before = server.session().observe();
    boolean promotedAlready = !before.inRecovery();
    if (!PromotionRule.mayPromote(before.history(), task.base(), configuration)) {
      return Result.refused("the node shows %s, not the epoch row %s it was chosen by"
          .formatted(before.epochRow(), task.base()));
    }
    server.liftFence();
    Laps laps = new Laps();
    Result closed = closeGate();
    if (closed != null) {
      return closed;
    }
    laps.lap("gate");
    server.directory().write(new ServerSettings(java.util.Optional.empty(), task.sync()));
    server.session().reload();
    laps.lap("settings");
    if (!promotedAlready
        && !Promotion.promote(
            server.session(), Deadline.in(server.context().timings().promoteDeadlineMs()))) {
      return Result.failed("the promotion has not ended in time");
    }
    laps.lap("promotion");
    commitEpoch(configuration, start(before), task.beyond());
    return Result.done("promoted: " + laps);
  }

  /** Where the new timeline branches off: the last entry of its history file. */
  private Lsn start(Observation before) {
    Observation now = server.session().observe();
    List<DataDirectory.Fork> forks = server.directory().history(now.timeline());
    return forks.isEmpty() ? before.position() : forks.get(forks.size() - 1).end();
  }

  private void commitEpoch(Configuration configuration, Lsn start, Lsn beyond) {
    commitments.writeEpoch(configuration, start, beyond, configuration.sync().k() > 0);
  }

  private Result closeGate() {
    gate.commandClosed();
    GateControl.Result closed = GateControl.close(
        server.directory(), server.session(), server.postmaster(), Deadline.in(GATE_MS));
    return closed.done() ? null : Result.failed("the gate does not close: " + closed.reason());
  }

  /** From an empty directory to the primary of the first configuration. */
  Result initialize(Task.Initialize task) {
    if (!server.directory().exists()) {
      server.directory().initialize(server.context().binaries(), Deadline.in(INITDB_MS));
    }
    return adopt(task.configuration(), task.sync());
  }

  /** Settings, roles, schema and epoch row, on a server that is or is about to be a primary. */
  Result adopt(Configuration configuration, SyncSetting sync) {
    if (server.directory().isStandby()) {
      return Result.refused("the node is a standby");
    }
    server
        .directory()
        .writeAll(new ServerSettings(java.util.Optional.empty(), sync), Gate.CLOSED, false);
    if (!server.isRunning()) {
      server.start();
    }
    Result closed = closeGate();
    if (closed != null) {
      return closed;
    }
    Commits.prepare(server.session(), server.context().passwords());
    Lsn position = server.session().observe().position();
    commitEpoch(configuration, position, Lsn.ZERO);
    return Result.done("primary of the first configuration");
  }

  /** Lets clients in, when the server is the primary of this configuration and its sync setting is in force. */
  Result openGate(Configuration configuration) {
    Observation seen = server.session().observe();
    if (!PromotionRule.mayOpen(seen.inRecovery(), seen.history(), configuration)) {
      return Result.refused("the server is not the primary of " + configuration);
    }
    // On disk before the first client commits: once stopped, the server is compared by the epoch
    // known here (I2).
    server.promises().know(Server.newest(seen.history()));
    Result inForce = changeSync(server.settings().sync());
    if (inForce.outcome() != io.conclave.core.OrderStatus.Outcome.DONE) {
      return inForce;
    }
    return gate.commandOpen();
  }

  Result changeSync(SyncSetting sync) {
    SyncControl.Result result = SyncControl.change(
        server.directory(),
        server.session(),
        server.postmaster(),
        sync,
        Deadline.in(server.context().timings().stopMs()));
    if (result instanceof SyncControl.NotInForce not) {
      return Result.failed(not.reason());
    }
    var overridden = server.directory().overridden();
    return overridden.isEmpty()
        ? Result.done(sync.toPostgres())
        : Result.failed(
            Problem.Kind.SETTING_OVERRIDDEN,
            "postgresql.auto.conf overrides " + overridden.keySet());
  }

  Result barrier(Task.Barrier task) {
    commitments.writeBarrier(task.id());
    return Result.done("barrier row");
  }

  Result prepare() {
    server.session().checkpoint();
    return Result.done("checkpoint");
  }
}
