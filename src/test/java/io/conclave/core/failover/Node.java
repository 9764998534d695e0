package io.conclave.core.failover;

import io.conclave.core.Ballot;
import io.conclave.core.EpochRow;
import io.conclave.core.Fenced;
import io.conclave.core.Gate;
import io.conclave.core.Lsn;
import io.conclave.core.Member;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport;
import io.conclave.core.NodeReport.Problem;
import io.conclave.core.NodeReport.Receiver;
import io.conclave.core.NodeReport.ServerState;
import io.conclave.core.Order;
import io.conclave.core.OrderStatus;
import io.conclave.core.OrderStatus.Outcome;
import io.conclave.core.Prefix;
import io.conclave.core.SyncSetting;
import io.conclave.core.Task;
import io.conclave.core.agent.Obedience;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/** A node of {@link World}: a server reduced to its history and position, and an agent that obeys at once. */
final class Node {
  final Member member;
  private final World world;
  private long sequence;
  private Order running;
  private UUID agent = new UUID(7, 1);

  ServerState server = ServerState.ABSENT;
  Gate gate = Gate.OPEN;
  Lsn position = new Lsn(1000);
  List<EpochRow> history = new ArrayList<>();
  Optional<UUID> barrier = Optional.empty();
  Optional<NodeId> upstream = Optional.empty();
  Receiver receiver = Receiver.NONE;
  Optional<UUID> rebuilding = Optional.empty();
  Ballot promised = Ballot.NONE;
  OrderStatus order = OrderStatus.NONE;
  Optional<Fenced> fenced = Optional.empty();
  Optional<SyncSetting> sync = Optional.empty();
  Optional<Problem> problem = Optional.empty();

  /** WAL on disk of a promotion that came to nothing: the agent sees it when it is to follow, and no report shows it. */
  boolean strayTimeline;

  /** In place of its oldest row: it went on with WAL of another promotion than the one it had begun with. */
  Optional<EpochRow> phantom = Optional.empty();

  Set<Integer> data = new TreeSet<>();
  /** The agent and the sentinel beside it. */
  boolean hostUp = true;
  /** What this node is cut off from, as a receiver. */
  boolean cutOff;

  /** The agent reports nothing; the server runs on. */
  boolean silent;

  /** It streams, and receives nothing new. */
  boolean lag;

  Node(World world, Member member) {
    this.world = world;
    this.member = member;
  }

  NodeId id() {
    return member.node();
  }

  boolean runs(ServerState state) {
    return hostUp && server == state;
  }

  /** SIGKILL of the server; its agent sees it. */
  void kill() {
    if (server == ServerState.STANDBY || server == ServerState.PRIMARY) {
      server = ServerState.STOPPED;
      receiver = Receiver.NONE;
      gate = Gate.CLOSED;
      fenced = Optional.empty();
    }
  }

  void killHost() {
    kill();
    hostUp = false;
  }

  void hostReturns() {
    hostUp = true;
    agent = new UUID(7, agent.getLeastSignificantBits() + 1);
    sequence = 0;
  }

  void loseDisk() {
    server = ServerState.ABSENT;
    history = new ArrayList<>();
    data = new TreeSet<>();
    upstream = Optional.empty();
    receiver = Receiver.NONE;
    fenced = Optional.empty();
  }

  /** An ordinary restart of a primary: what was visible may not have been acknowledged, so the gate is closed. */
  void restartInPlace() {
    gate = Gate.CLOSED;
  }

  void obey(Order given) {
    long number = promised.equals(given.ballot()) ? order.number() : 0;
    if (Obedience.of(promised, number, order.answers(given), given) != Obedience.OBEY
        || world.cannotPromise.test(id(), given.task())) {
      return;
    }
    promised = given.ballot();
    Optional<Outcome> scripted = world.script.apply(id(), given.task());
    Outcome outcome = scripted.orElseGet(() -> carryOut(given));
    order = new OrderStatus(given.ballot(), given.number(), outcome, "");
    running = outcome == Outcome.RUNNING ? given : null;
  }

  /** An order that a test holds back ends when the test lets go of it. */
  private void goOn() {
    if (running != null && hostUp && world.script.apply(id(), running.task()).isEmpty()) {
      order = new OrderStatus(running.ballot(), running.number(), carryOut(running), "");
      running = null;
    }
  }

  private Outcome carryOut(Order given) {
    Task task = given.task();
    if (task instanceof Task.Fence) {
      return fence(given);
    } else if (task instanceof Task.Recover) {
      server = server == ServerState.STOPPED ? ServerState.STANDBY : server;
      return fence(given);
    } else if (task instanceof Task.Promote promote) {
      return promote(promote);
    } else if (task instanceof Task.OpenGate) {
      gate = Gate.OPEN;
    } else if (task instanceof Task.Follow follow) {
      return follow(follow.source());
    } else if (task instanceof Task.Rejoin rejoin) {
      return rejoin(rejoin.source());
    } else if (task instanceof Task.Initialize initialize) {
      becomePrimary(
          initialize.configuration().epoch(), initialize.configuration().promotion());
      sync = Optional.of(initialize.sync());
    } else if (task instanceof Task.Adopt adopt) {
      becomePrimary(adopt.configuration().epoch(), adopt.configuration().promotion());
      sync = Optional.of(adopt.sync());
    } else if (task instanceof Task.ChangeSync change) {
      sync = Optional.of(change.sync());
    } else if (task instanceof Task.StepDown) {
      return stepDown();
    } else if (task instanceof Task.Barrier row) {
      barrier = Optional.of(row.id());
      position = new Lsn(position.bytes() + 1);
    }
    return Outcome.DONE;
  }

  private Outcome stepDown() {
    if (server == ServerState.STANDBY) {
      return Outcome.REFUSED;
    }
    kill();
    return Outcome.DONE;
  }

  private Outcome fence(Order given) {
    upstream = Optional.empty();
    receiver = Receiver.NONE;
    if (server == ServerState.PRIMARY) {
      server = ServerState.STOPPED;
      gate = Gate.CLOSED;
    }
    fenced = history.isEmpty()
        ? Optional.empty()
        : Optional.of(new Fenced(
            given.ballot(),
            given.number(),
            position,
            last().timeline(),
            last(),
            server == ServerState.STANDBY));
    return Outcome.DONE;
  }

  private EpochRow last() {
    return history.get(history.size() - 1);
  }

  private Outcome promote(Task.Promote promote) {
    if (history.stream()
        .anyMatch(r -> r.promotion().equals(promote.configuration().promotion()))) {
      return server == ServerState.PRIMARY ? Outcome.DONE : Outcome.REFUSED;
    }
    if (server != ServerState.STANDBY || !last().equals(promote.base())) {
      return Outcome.REFUSED;
    }
    sync = Optional.of(promote.sync());
    becomePrimary(promote.configuration().epoch(), promote.configuration().promotion());
    return Outcome.DONE;
  }

  private void becomePrimary(long epoch, UUID promotion) {
    int timeline = history.isEmpty() ? 1 : last().timeline() + 1;
    history.add(new EpochRow(epoch, promotion, id(), timeline, position));
    position = new Lsn(position.bytes() + 5);
    server = ServerState.PRIMARY;
    gate = Gate.CLOSED;
    fenced = Optional.empty();
    upstream = Optional.empty();
  }

  private Outcome follow(Task.Source source) {
    if (server == ServerState.PRIMARY || history.isEmpty()) {
      return Outcome.REFUSED;
    }
    server = ServerState.STANDBY;
    if (strayTimeline
        || Prefix.of(Optional.of(last()), position, source.history()) != Prefix.Relation.PREFIX) {
      problem = Optional.of(new Problem(Problem.Kind.DIVERGED, ""));
      return Outcome.REFUSED;
    }
    upstream = Optional.of(source.node());
    fenced = Optional.empty();
    return Outcome.DONE;
  }

  private Outcome rejoin(Task.Source source) {
    Node from = world.node(source.node());
    if (!from.runs(ServerState.PRIMARY)) {
      return Outcome.FAILED;
    }
    server = ServerState.STANDBY;
    upstream = Optional.of(source.node());
    fenced = Optional.empty();
    problem = Optional.empty();
    rebuilding = Optional.empty();
    strayTimeline = false;
    phantom = Optional.empty();
    copy(from);
    return Outcome.DONE;
  }

  /** WAL flows, as PostgreSQL lets it: from a running primary, to a standby that asks for it. */
  void stream() {
    goOn();
    if (!runs(ServerState.STANDBY)) {
      receiver = Receiver.NONE;
      return;
    }
    Optional<Node> from = upstream
        .map(world::node)
        .filter(node -> node.runs(ServerState.PRIMARY) && !cutOff)
        .filter(node ->
            Prefix.of(Optional.of(last()), position, node.history) == Prefix.Relation.PREFIX);
    receiver = from.isPresent()
        ? Receiver.STREAMING
        : upstream.isPresent() ? Receiver.CONNECTING : Receiver.NONE;
    from.filter(node -> !lag).ifPresent(this::copy);
  }

  private void copy(Node from) {
    history = new ArrayList<>(from.history);
    phantom.ifPresent(row -> history.set(0, row));
    position = from.position;
    data = new TreeSet<>(from.data);
    barrier = from.barrier;
  }

  NodeReport report() {
    sequence++;
    return new NodeReport(
        world.rules.group().group(),
        id(),
        member.host(),
        agent,
        sequence,
        server,
        gate,
        server == ServerState.ABSENT ? 0 : 42,
        history.isEmpty() ? 1 : last().timeline(),
        position,
        position,
        0,
        history,
        barrier,
        upstream,
        receiver,
        rebuilding,
        promised,
        order,
        fenced,
        List.of(),
        server == ServerState.PRIMARY ? sync : Optional.empty(),
        problem);
  }
}
