package io.conclave.agent;

import io.conclave.core.Member;
import io.conclave.core.NodeId;
import io.conclave.postgres.Await;
import io.conclave.postgres.Deadline;
import io.conclave.postgres.GateControl;
import io.conclave.postgres.Observation;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How a primary ends for a planned change. A fast shutdown would write a checkpoint, which takes as long as the disk does, and whose record
 * only standbys have that are still connected: without clients and without that record it ends with nothing that its standbys lack.
 */
final class SteppingDown {
  private static final long GATE_MS = 3000;

  /** A standby that is far away has the last WAL after a round trip. */
  private static final long CATCH_UP_MS = 500;

  private static final long PAUSE_MS = 2;

  private final Server server;
  private final GateKeeper gate;

  SteppingDown(Server server, GateKeeper gate) {
    this.server = server;
    this.gate = gate;
  }

  Result stepDown() {
    if (!server.isRunning()) {
      return Result.done("the server does not run");
    }
    Observation seen = server.session().observe();
    if (seen.inRecovery()) {
      return Result.refused("the server is a standby");
    }
    Laps laps = new Laps();
    server.promises().know(seen.history());
    GateControl.Result closed =
        gate.commandClose(server.session(), server.postmaster(), Deadline.in(GATE_MS));
    if (!closed.done()) {
      return Result.failed("the gate does not close: " + closed.reason());
    }
    laps.lap("gate");
    boolean everywhere =
        Await.until(this::standbysHaveEverything, Deadline.in(CATCH_UP_MS), PAUSE_MS);
    laps.lap(everywhere ? "standbys have everything" : "standbys do not have everything");
    server.stopAtOnce();
    laps.lap("stop");
    return Result.done("stepped down: " + laps);
  }

  private boolean standbysHaveEverything() {
    Set<String> candidates = server.context().group().members().stream()
        .filter(Member::mayBePrimary)
        .map(Member::node)
        .map(NodeId::value)
        .collect(Collectors.toSet());
    Observation seen = server.session().observe();
    return seen.senders().stream()
        .filter(sender -> sender.streaming() && candidates.contains(sender.name()))
        .allMatch(sender -> sender.flushed().isAtLeast(seen.position()));
  }
}
