package io.conclave.agent;

import io.conclave.core.EpochRow;
import io.conclave.core.Fenced;
import io.conclave.core.Lsn;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport;
import io.conclave.core.NodeReport.Problem;
import io.conclave.core.NodeReport.Receiver;
import io.conclave.core.NodeReport.ServerState;
import io.conclave.core.NodeReport.StandbyStatus;
import io.conclave.core.Order;
import io.conclave.core.OrderStatus;
import io.conclave.core.OrderStatus.Outcome;
import io.conclave.core.SyncSetting;
import io.conclave.core.Task;
import io.conclave.core.agent.Promise;
import io.conclave.core.agent.PromiseBook;
import io.conclave.postgres.Observation;
import io.conclave.postgres.PostgresException;
import io.conclave.postgres.ServerSettings;
import io.conclave.postgres.SessionException;
import io.conclave.postgres.Upstream;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an agent knows of its node, and the report that it makes of it. Knows when there is something new to say. */
final class Reporter {
  private static final Logger log = LoggerFactory.getLogger(Reporter.class);

  /** A WAL segment: without room for the next one a server panics. */
  private static final long FULL_BELOW_BYTES = 16L << 20;

  private final AgentContext context;
  private final PromiseBook promises;
  private final GateKeeper gate;
  private final Quarantine quarantine;
  private final UUID incarnation = UUID.randomUUID();
  private long sequence;
  private Seen seen = new Seen.NoProcess();
  private boolean looked;
  private Optional<Observation> last = Optional.empty();
  private OrderStatus status = OrderStatus.NONE;
  private Optional<Fenced> fenced = Optional.empty();
  private Optional<Problem> problem = Optional.empty();
  private long systemIdentifier;
  private long receivedNanos = System.nanoTime();

  Reporter(AgentContext context, PromiseBook promises, GateKeeper gate) {
    this.context = context;
    this.promises = promises;
    this.gate = gate;
    this.quarantine = new Quarantine(context.directory());
  }

  /** Whether this incarnation has begun the order. */
  boolean knows(Order other) {
    return status.answers(other);
  }

  void began(Order next) {
    status = new OrderStatus(next.ballot(), next.number(), Outcome.RUNNING, "");
    boolean keepsFence = next.task() instanceof Task.Prepare;
    if (!keepsFence) {
      fenced = Optional.empty();
    }
    problem = Optional.empty();
  }

  /** Returns whether it is about the current order. */
  boolean progressed(Order about, String detail) {
    if (!status.answers(about) || status.outcome() != Outcome.RUNNING) {
      return false;
    }
    status = new OrderStatus(about.ballot(), about.number(), Outcome.RUNNING, detail);
    return true;
  }

  /** Returns whether it is about the current order. */
  boolean ended(Order about, Result result) {
    if (!status.answers(about)) {
      return false;
    }
    status = new OrderStatus(about.ballot(), about.number(), result.outcome(), result.detail());
    fenced = result.fenced();
    problem = result.problem();
    return true;
  }

  void startFailed(Problem why) {
    problem = Optional.of(why);
  }

  /** Returns whether others should hear of it at once. */
  boolean saw(Seen now) {
    boolean news = !looked || isNews(now);
    looked = true;
    seen = now;
    if (now instanceof Seen.Answering answering) {
      boolean moved = last.map(Observation::received)
          .filter(before -> answering.observation().received().ahead(before) == 0)
          .isEmpty();
      receivedNanos = moved ? System.nanoTime() : receivedNanos;
      last = Optional.of(answering.observation());
    }
    return news;
  }

  /** Whether there is anything to report: an agent that has not looked yet must not call a running server stopped. */
  boolean hasLooked() {
    return looked;
  }

  private boolean isNews(Seen now) {
    if (!(now instanceof Seen.Answering answering) || !(seen instanceof Seen.Answering before)) {
      return !now.getClass().equals(seen.getClass());
    }
    Observation a = before.observation();
    Observation b = answering.observation();
    return a.inRecovery() != b.inRecovery()
        || a.receiver() != b.receiver()
        || !a.history().equals(b.history())
        || !a.barrier().equals(b.barrier())
        || !a.synchronousStandbyNames().equals(b.synchronousStandbyNames())
        || !a.primaryConninfo().equals(b.primaryConninfo());
  }

  /** What the server shows, if it answers as a primary. */
  Optional<Observation> primary() {
    return seen instanceof Seen.Answering answering && !answering.observation().inRecovery()
        ? Optional.of(answering.observation())
        : Optional.empty();
  }

  NodeReport report() {
    sequence++;
    Promise promise = promises.get();
    boolean answers = seen instanceof Seen.Answering;
    Optional<Observation> now = last.filter(observation -> answers);
    return new NodeReport(
        context.group().group(),
        context.node(),
        context.host(),
        incarnation,
        sequence,
        server(),
        gate.gate(),
        system(),
        last.map(Observation::timeline).orElse(0),
        last.map(Observation::position).orElse(Lsn.ZERO),
        last.map(Observation::received).orElse(Lsn.ZERO),
        (System.nanoTime() - receivedNanos) / 1_000_000,
        history(now, promise),
        now.flatMap(Observation::barrier),
        settings().upstream().map(Upstream::node),
        now.map(Observation::receiver).orElse(Receiver.NONE),
        promise.rebuilding(),
        promise.ballot(),
        status,
        fenced.filter(evidence -> !promise.rebuilding().isPresent()),
        now.map(this::standbys).orElse(List.of()),
        now.map(this::sync),
        gate.problem().or(this::diskFull).or(() -> problem).or(this::diagnosis));
  }

  /** It comes before what it leads to: a server that does not start for want of room is not to be rebuilt there. */
  private Optional<Problem> diskFull() {
    if (!context.directory().exists()) {
      return Optional.empty();
    }
    try {
      long free = context.directory().freeBytes();
      return free >= FULL_BELOW_BYTES
          ? Optional.empty()
          : Optional.of(new Problem(
              Problem.Kind.DISK_FULL,
              "%d KiB are left for %s, and a WAL segment needs %d"
                  .formatted(free >> 10, context.directory(), FULL_BELOW_BYTES >> 10)));
    } catch (PostgresException beingReplaced) {
      log.debug("{}: {}", context.node(), beingReplaced.getMessage());
      return Optional.empty();
    }
  }

  /** Whether the data directory is another than the one whose epoch rows this agent knows. */
  boolean isForeign() {
    return promises.get().isForeign(system());
  }

  private List<EpochRow> history(Optional<Observation> now, Promise promise) {
    return now.map(Observation::history)
        .filter(rows -> !rows.isEmpty())
        .orElse(isForeign() ? List.of() : promise.history());
  }

  private ServerState server() {
    if (seen instanceof Seen.Answering answering) {
      return answering.observation().inRecovery() ? ServerState.STANDBY : ServerState.PRIMARY;
    }
    if (seen instanceof Seen.NotAnswering not) {
      return switch (not.kind()) {
        case TOO_MANY_CONNECTIONS, STATEMENT, CANCELLED, DENIED, TERMINATED, RESET ->
          last.filter(Observation::inRecovery).isPresent()
              ? ServerState.STANDBY
              : lastKnownOrStarting();
        case TIMEOUT -> ServerState.UNRESPONSIVE;
        case REFUSED, NOT_ACCEPTING -> ServerState.STARTING;
      };
    }
    if (quarantine.isSet()) {
      return ServerState.QUARANTINED;
    }
    return context.directory().exists() ? ServerState.STOPPED : ServerState.ABSENT;
  }

  private ServerState lastKnownOrStarting() {
    return last.isPresent() ? ServerState.PRIMARY : ServerState.STARTING;
  }

  private Optional<Problem> diagnosis() {
    if (!(seen instanceof Seen.Answering) && isForeign()) {
      return Optional.of(new Problem(
          Problem.Kind.WRONG_SYSTEM,
          "this data directory belongs to another system (%d) than this node's (%d): move it aside to have the node cloned"
              .formatted(system(), promises.get().system())));
    }
    if (seen instanceof Seen.NoProcess && quarantine.isSet()) {
      return quarantine.reason().map(why -> new Problem(Problem.Kind.REBUILD_FAILED, why));
    }
    if (seen instanceof Seen.NotAnswering not
        && not.kind() != SessionException.Kind.NOT_ACCEPTING) {
      boolean full = not.kind() == SessionException.Kind.TOO_MANY_CONNECTIONS;
      return Optional.of(new Problem(
          full ? Problem.Kind.OUT_OF_CONNECTIONS : Problem.Kind.NOT_ANSWERING, not.message()));
    }
    return Optional.empty();
  }

  /** What a primary is to wait for, as it is on disk. */
  SyncSetting syncOnDisk() {
    return settings().sync();
  }

  private ServerSettings settings() {
    return context.directory().exists()
        ? context.directory().settings().orElse(ServerSettings.ALONE)
        : ServerSettings.ALONE;
  }

  private List<StandbyStatus> standbys(Observation observation) {
    return observation.senders().stream()
        .filter(sender -> context.group().members().stream()
            .anyMatch(member -> member.node().value().equals(sender.name())))
        .map(sender -> new StandbyStatus(
            new NodeId(sender.name()), sender.streaming(), sender.flushed(), sender.syncPriority()))
        .toList();
  }

  /** The setting on disk counts only when the server says the same. */
  private SyncSetting sync(Observation observation) {
    SyncSetting onDisk = syncOnDisk();
    return onDisk.toPostgres().equals(observation.synchronousStandbyNames())
        ? onDisk
        : SyncSetting.WAIT;
  }

  private long system() {
    if (systemIdentifier == 0 && context.directory().exists()) {
      systemIdentifier = context.directory().control().systemIdentifier();
    } else if (!context.directory().exists()) {
      systemIdentifier = 0;
    }
    return systemIdentifier;
  }
}
