package io.conclave.simulator;

import io.conclave.core.Ballot;
import io.conclave.core.EpochRow;
import io.conclave.core.Fenced;
import io.conclave.core.Gate;
import io.conclave.core.Incumbent;
import io.conclave.core.Lsn;
import io.conclave.core.Member;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport;
import io.conclave.core.NodeReport.Problem;
import io.conclave.core.NodeReport.Receiver;
import io.conclave.core.NodeReport.ServerState;
import io.conclave.core.NodeReport.StandbyStatus;
import io.conclave.core.Order;
import io.conclave.core.OrderStatus;
import io.conclave.core.OrderStatus.Outcome;
import io.conclave.core.Pulse;
import io.conclave.core.SyncSetting;
import io.conclave.core.Task;
import io.conclave.core.Timings;
import io.conclave.core.agent.Obedience;
import io.conclave.core.agent.Promise;
import io.conclave.core.agent.PromiseBook;
import io.conclave.core.agent.PromotionRule;
import io.conclave.core.agent.SentinelsHeard;
import io.conclave.core.check.LocalReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The agent of one node: promises on disk, obeys by {@link Obedience}, looks at its server, reports. */
final class Agent {
  private static final long SESSION_TIMEOUT_MS = 1000;
  private static final int RESTARTS = 5;
  private static final int KNOWN_ROWS = 20;
  private static final long SYSTEM = 42;

  final Host host;
  final Member member;
  final Server server;
  final AgentTasks tasks;
  final AgentGate gate;
  final World world;

  /** On disk. */
  private Promise kept = Promise.NOTHING;

  // In memory.
  private PromiseBook promises;
  private UUID incarnation = new UUID(0, 0);
  private long sequence;
  private OrderStatus status = OrderStatus.NONE;
  private Optional<Fenced> fenced = Optional.empty();
  private Optional<Problem> problem = Optional.empty();
  private ServerState seen = ServerState.ABSENT;
  private boolean answering;
  private long answeredMs;
  private int seenProcess;
  private int timeline;
  private Lsn position = Lsn.ZERO;
  private Lsn received = Lsn.ZERO;
  private long receivedMs;
  private long reportedMs;
  private long overheardMs;
  private LocalReport lastWord;
  private int restarts;
  private boolean restartPending;
  private boolean lookPending;
  private SentinelsHeard sentinels;
  /** The rows that were last promised to be known. */
  private List<EpochRow> noted = List.of();

  // What was last reported, to know what is news.
  private Receiver saidReceiver = Receiver.NONE;
  private List<EpochRow> saidHistory = List.of();
  private Optional<UUID> saidBarrier = Optional.empty();
  private int saidUpstream;
  private SyncSetting saidSync = SyncSetting.WAIT;
  private Gate saidGate = Gate.CLOSED;
  // What no agent may forget: for the invariant only.
  private Ballot everObeyed = Ballot.NONE;
  private long everNumber;

  Agent(Host host, Member member, Server server) {
    this.host = host;
    this.world = host.world;
    this.member = member;
    this.server = server;
    this.promises = openPromises();
    this.gate = new AgentGate(this);
    this.tasks = new AgentTasks(this);
  }

  private PromiseBook openPromises() {
    return new PromiseBook(kept, this::system, next -> kept = next);
  }

  private long system() {
    return server.exists ? SYSTEM : 0;
  }

  NodeId node() {
    return member.node();
  }

  Promise promise() {
    return promises.get();
  }

  /** Marks a rebuild before its first destructive step; empty when it has ended. */
  void rebuilding(Optional<UUID> rebuild) {
    promises.rebuilding(rebuild);
  }

  boolean isRebuilding() {
    return promise().rebuilding().isPresent();
  }

  /** A new incarnation adopts what it finds. */
  void start() {
    incarnation = world.uuid();
    promises = openPromises();
    sequence = 0;
    status = OrderStatus.NONE;
    fenced = Optional.empty();
    problem = Optional.empty();
    answering = false;
    seenProcess = -1;
    position = Lsn.ZERO;
    received = Lsn.ZERO;
    timeline = 0;
    restarts = 0;
    restartPending = false;
    lookPending = false;
    sentinels = new SentinelsHeard(world.rules.group().group(), node());
    gate.reset();
    tasks.reset();
    lastWord = null;
    look();
  }

  // Orders.

  void obey(Order order) {
    switch (Obedience.of(promise().ballot(), promise().number(), status.answers(order), order)) {
      case OBEY -> begin(order);
      case ANSWER_AGAIN, REFUSE -> report();
    }
  }

  /** On a full disk there may be room for a small file or not: a promise that cannot be kept is not made. */
  private void begin(Order order) {
    if (hasNoRoom()) {
      return;
    }
    checkObedience(order);
    boolean again = Obedience.isPromised(promise().ballot(), promise().number(), order);
    promises.promise(order.ballot(), order.number());
    status = new OrderStatus(order.ballot(), order.number(), Outcome.RUNNING, "");
    if (!(order.task() instanceof Task.Prepare)) {
      fenced = Optional.empty();
    }
    problem = Optional.empty();
    world.trace(node().value(), () -> "obeys " + Words.of(order));
    if (again && !PromotionRule.mayRepeat(order.task())) {
      ended(order, Outcome.FAILED, "not again", Optional.empty(), Optional.empty());
      return;
    }
    tasks.begin(order);
  }

  /** Whether the next file that it writes does not fit. */
  boolean hasNoRoom() {
    return server.diskFull && world.dice.oneIn(2);
  }

  private void checkObedience(Order order) {
    int byBallot = order.ballot().compareTo(everObeyed);
    if (byBallot < 0 || (byBallot == 0 && order.number() < everNumber)) {
      world.invariants.violated(
          "I3", node() + " obeys " + Words.of(order) + " after " + everObeyed + "/" + everNumber);
    }
    everObeyed = order.ballot();
    everNumber = order.number();
  }

  void ended(
      Order order,
      Outcome outcome,
      String detail,
      Optional<Fenced> evidence,
      Optional<Problem.Kind> kind) {
    if (status.answers(order)) {
      status = new OrderStatus(order.ballot(), order.number(), outcome, detail);
      fenced = evidence;
      problem = kind.map(which -> new Problem(which, detail));
      world.trace(
          node().value(),
          () -> "%s %s %s%s"
              .formatted(
                  Words.of(order.task()),
                  outcome,
                  detail,
                  evidence.map(e -> " " + Words.of(e)).orElse("")));
      look();
      report();
    }
  }

  // The server.

  /** Something has changed: the next look comes soon. */
  void notice() {
    if (!lookPending && host.isAlive()) {
      lookPending = true;
      host.after(world.dice.between(1, 6), () -> {
        lookPending = false;
        look();
      });
    }
  }

  void serverExited() {
    if (host.isAlive()) {
      host.after(world.dice.between(1, 10), () -> {
        if (server.life == Server.Life.DOWN) {
          gate.serverIsGone();
          tasks.serverIsGone();
          look();
        }
      });
    }
  }

  private void look() {
    ServerState before = seen;
    if (server.life == Server.Life.UP && !server.stopping) {
      lookAtProcess();
    } else {
      answering = false;
      seen = server.life != Server.Life.DOWN
          ? ServerState.STARTING
          : server.exists ? ServerState.STOPPED : ServerState.ABSENT;
      if (server.life == Server.Life.DOWN) {
        startStandbyAgain();
      }
    }
    boolean news = seen != before || (answering && isNews()) || saidGate != gate.reported();
    if (news) {
      report();
    }
  }

  private void lookAtProcess() {
    if (server.isFrozen()) {
      if (!answering || host.clock() - answeredMs >= SESSION_TIMEOUT_MS) {
        answering = false;
        seen = ServerState.UNRESPONSIVE;
      }
      return;
    }
    answering = true;
    answeredMs = host.clock();
    restarts = 0;
    seen = server.recovery ? ServerState.STANDBY : ServerState.PRIMARY;
    timeline = server.timeline();
    position = server.position();
    Lsn now = server.received();
    if (now.ahead(received) > 0) {
      receivedMs = host.clock();
    }
    received = now;
    know(server.history());
    if (seenProcess != server.process) {
      seenProcess = server.process;
      gate.serverIsThere();
    }
  }

  void know(List<EpochRow> history) {
    if (!history.isEmpty() && !server.diskFull && history != noted) {
      noted = history;
      promises.know(history.subList(Math.max(0, history.size() - KNOWN_ROWS), history.size()));
    }
  }

  private boolean isNews() {
    return server.receiver() != saidReceiver
        || server.history() != saidHistory
        || !server.barrier().equals(saidBarrier)
        || server.upstreamOnDisk != saidUpstream
        || !server.sync.equals(saidSync);
  }

  private void startStandbyAgain() {
    boolean standby = server.exists && server.standbySignal && !isRebuilding();
    if (standby && !tasks.isBusy() && restarts < RESTARTS && !restartPending) {
      restartPending = true;
      host.after(restarts == 0 ? 1 : 500, () -> {
        restartPending = false;
        if (server.life == Server.Life.DOWN && !tasks.isBusy()) {
          restarts++;
          if (!server.start()) {
            problem = Optional.of(new Problem(Problem.Kind.START_FAILED, "does not start"));
            report();
          }
        }
      });
    }
  }

  // Sentinels, and reports.

  void hear(Pulse pulse) {
    sentinels.hear(pulse, host.clock());
    gate.holdWhenSuperseded();
  }

  boolean sentinelsHeardSince(long clock) {
    return sentinels.isMajoritySince(clock, world.rules.sentinels().majority());
  }

  /** The primary of an epoch that is newer than any that this node has shown. */
  Optional<Incumbent> successor() {
    List<EpochRow> known = promise().history();
    return sentinels.successor(known.isEmpty() ? 0 : known.get(known.size() - 1).epoch());
  }

  void beat() {
    gate.beat();
    look();
    if (host.clock() - reportedMs >= world.timings.reportMs()) {
      report(false);
    }
  }

  void report() {
    report(true);
  }

  /** Edges only look on: what is repeated comes to them more rarely. */
  private void report(boolean news) {
    reportedMs = host.clock();
    NodeReport report = build();
    lastWord = new LocalReport(report, reportedMs, true);
    boolean overheard = news || reportedMs - overheardMs >= Timings.OVERHEARD_MS;
    overheardMs = overheard ? reportedMs : overheardMs;
    for (Host other : world.hosts) {
      if (other.isSentinel) {
        world.network.send(host.index, other.index, () -> other.hear(report));
      } else if (other.edge != null && overheard) {
        world.network.send(host.index, other.index, () -> other.edge.hear(report));
      }
    }
  }

  /** What the health checks of this host go by. */
  Optional<LocalReport> lastWord() {
    return Optional.ofNullable(lastWord);
  }

  private NodeReport build() {
    sequence++;
    boolean now = answering && server.isUp();
    saidReceiver = now ? server.receiver() : Receiver.NONE;
    saidHistory = now ? server.history() : List.of();
    saidBarrier = now ? server.barrier() : Optional.empty();
    saidUpstream = server.upstreamOnDisk;
    saidSync = server.sync;
    saidGate = gate.reported();
    return new NodeReport(
        world.rules.group().group(),
        node(),
        host.id,
        incarnation,
        sequence,
        seen,
        saidGate,
        system(),
        timeline,
        position,
        received,
        host.clock() - receivedMs,
        saidHistory.isEmpty() ? promise().history() : saidHistory,
        saidBarrier,
        saidUpstream < 0 ? Optional.empty() : Optional.of(world.servers[saidUpstream].id),
        saidReceiver,
        promise().rebuilding(),
        promise().ballot(),
        status,
        isRebuilding() ? Optional.empty() : fenced,
        now && !server.recovery ? standbys() : List.of(),
        now
            ? Optional.of(server.sync.equals(server.syncOnDisk) ? server.sync : SyncSetting.WAIT)
            : Optional.empty(),
        gate.problem().or(this::diskFull).or(() -> problem));
  }

  private Optional<Problem> diskFull() {
    return server.exists && server.diskFull
        ? Optional.of(new Problem(Problem.Kind.DISK_FULL, "no room for a WAL segment"))
        : Optional.empty();
  }

  private List<StandbyStatus> standbys() {
    List<StandbyStatus> all = new ArrayList<>();
    for (int i = 0; i < server.replication.senders.length; i++) {
      Replication.Sender sender = server.replication.senders[i];
      if (sender.on) {
        Lsn flush = Wal.position(sender.flush / 2);
        all.add(
            new StandbyStatus(world.servers[i].id, sender.streaming, flush, sender.member ? 1 : 0));
      }
    }
    return all;
  }
}
