package io.conclave.agent;

import io.conclave.core.EpochRow;
import io.conclave.core.NodeReport.Receiver;
import io.conclave.core.OrderStatus;
import io.conclave.core.Task;
import io.conclave.core.agent.RejoinRule;
import io.conclave.postgres.Await;
import io.conclave.postgres.Deadline;
import io.conclave.postgres.Observation;
import io.conclave.postgres.SessionException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The end of every way to become a standby: it streams, and shows the source's newest epoch. */
final class Arrival {
  private static final long STREAM_MS = 60_000;

  private final Server server;
  private final GateKeeper gate;

  Arrival(Server server, GateKeeper gate) {
    this.server = server;
    this.gate = gate;
  }

  /** Waits for it; from then on the node counts again. The detail begins with the rung. */
  Result arrived(String rung, Task.Source source) {
    if (!streams(source, Deadline.in(STREAM_MS))) {
      return Result.failed(
          "%s: the node does not stream from %s: %s".formatted(rung, source.node(), seen()));
    }
    server.promises().rebuilding(Optional.empty());
    Result opened = gate.commandOpen();
    return opened.outcome() == OrderStatus.Outcome.DONE
        ? Result.done(rung)
        : Result.failed(rung + ": " + opened.detail());
  }

  boolean streams(Task.Source source, Deadline deadline) {
    return Await.until(
        () -> {
          try {
            Observation seen = server.session().observe();
            return seen.receiver() == Receiver.STREAMING
                && RejoinRule.hasArrived(seen.history(), source.history());
          } catch (SessionException notYet) {
            return false;
          }
        },
        deadline,
        10);
  }

  private String seen() {
    try {
      Observation seen = server.session().observe();
      return "receiver %s at %s, newest epoch row %s"
          .formatted(seen.receiver(), seen.received(), seen.epochRow());
    } catch (SessionException e) {
      return e.getMessage();
    }
  }

  static Optional<UUID> newestPromotion(Task.Source source) {
    List<EpochRow> history = source.history();
    return history.isEmpty()
        ? Optional.empty()
        : Optional.of(history.get(history.size() - 1).promotion());
  }
}
