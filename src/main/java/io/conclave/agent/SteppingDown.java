package io.conclave.agent;

import io.conclave.core.Lsn;
import io.conclave.core.Member;
import io.conclave.core.NodeId;
import io.conclave.postgres.Await;
import io.conclave.postgres.Deadline;
import io.conclave.postgres.GateControl;
import io.conclave.postgres.Observation;
import io.conclave.postgres.PostgresException;
import io.conclave.postgres.SessionException;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a primary ends for a planned change. A fast shutdown would write a checkpoint, which takes as long as the disk does. Without clients, and
 * with everything flushed and sent, it can end at once and has nothing that its standbys lack (decision 22).
 */
final class SteppingDown {
  private static final Logger log = LoggerFactory.getLogger(SteppingDown.class);

  private static final long GATE_MS = 1000;

  /** A standby that is far away has the last WAL after a round trip. */
  private static final long CATCH_UP_MS = 500;

  /** Of more than this a standby has not caught up within some ms: it is not waited for. */
  private static final long NEAR_BYTES = 1L << 20;

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
    server.promises().know(seen.history());
    Laps laps = new Laps();
    String end = handOver(laps);
    server.stopAtOnce();
    laps.lap("stop");
    return Result.done("stepped down, %s: %s".formatted(end, laps));
  }

  /** Whatever goes wrong, clients wait for the next primary: this one ends. Returns what the standbys have, in words. */
  private String handOver(Laps laps) {
    try {
      GateControl.Result closed =
          gate.commandClose(server.session(), server.postmaster(), Deadline.in(GATE_MS));
      laps.lap("gate");
      if (!closed.done()) {
        return closed.reason();
      }
      server.session().flushWal();
      boolean everywhere = awaitStandbys();
      laps.lap("standbys");
      return everywhere ? "its standbys have everything" : "a standby does not have everything";
    } catch (SessionException | PostgresException e) {
      if (Thread.currentThread().isInterrupted()) {
        // Given up for another order.
        throw e;
      }
      log.warn("{}: steps down all the same: {}", server.context().node(), e.getMessage());
      return e.getMessage();
    }
  }

  /** Waits for those that are near at first; one that goes away is not waited for. */
  private boolean awaitStandbys() {
    Set<String> candidates = server.context().group().members().stream()
        .filter(Member::mayBePrimary)
        .map(Member::node)
        .map(NodeId::value)
        .collect(Collectors.toSet());
    Observation first = server.session().observe();
    Lsn end = first.position();
    Set<Long> awaited = first.senders().stream()
        .filter(sender -> candidates.contains(sender.name()))
        .filter(sender -> end.ahead(sender.flushed()) <= NEAR_BYTES)
        .map(Observation.Sender::pid)
        .collect(Collectors.toSet());
    return Await.until(
        () -> server.session().observe().senders().stream()
            .filter(sender -> awaited.contains(sender.pid()))
            .allMatch(sender -> sender.flushed().isAtLeast(end)),
        Deadline.in(CATCH_UP_MS),
        PAUSE_MS);
  }
}
