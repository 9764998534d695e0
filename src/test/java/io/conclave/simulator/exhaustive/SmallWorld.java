package io.conclave.simulator.exhaustive;

import io.conclave.core.Ballot;
import io.conclave.core.Configuration;
import io.conclave.core.Durability;
import io.conclave.core.EpochRow;
import io.conclave.core.Gate;
import io.conclave.core.GroupDefinition;
import io.conclave.core.GroupId;
import io.conclave.core.HostId;
import io.conclave.core.Member;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport;
import io.conclave.core.NodeReport.Problem;
import io.conclave.core.NodeReport.Receiver;
import io.conclave.core.NodeReport.ServerState;
import io.conclave.core.Order;
import io.conclave.core.OrderStatus;
import io.conclave.core.Region;
import io.conclave.core.RegisterRecord;
import io.conclave.core.Sentinels;
import io.conclave.core.SyncSetting;
import io.conclave.core.Timings;
import io.conclave.core.agent.Promise;
import io.conclave.core.failover.Effect;
import io.conclave.core.failover.GroupState;
import io.conclave.core.failover.Input;
import io.conclave.core.failover.Rules;
import io.conclave.core.failover.Step;
import io.conclave.core.failover.TimelessState;
import io.conclave.core.register.Cell;
import io.conclave.core.register.Request;
import io.conclave.simulator.exhaustive.Node.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;

/** Three nodes, three sentinels; how it begins is a {@link Start}. */
final class SmallWorld {
  private static final GroupId GROUP = new GroupId("main");
  private static final UUID AGENT = new UUID(7, 1);
  private static final Ballot FIRST = new Ballot(1, new UUID(8, 1));

  /** Pauses are over when a deadline is; both are, at {@link TimelessState#LATE}. */
  private static final Timings TIMINGS = new Timings(
      0,
      100,
      TimelessState.SUSPICION_MS,
      1000,
      50,
      100,
      100,
      1000,
      1000,
      1000,
      1000,
      1000,
      1000,
      1000,
      1);

  /** What a report depends on. */
  private record Said(int node, Receiver receiver, int index) {}

  private final Rules rules;
  private final List<NodeId> ids;
  private final Map<Said, Integer> reports = new HashMap<>();

  SmallWorld() {
    List<Member> members = new ArrayList<>();
    List<Sentinels.Seat> seats = new ArrayList<>();
    for (int i = 0; i < State.NODES; i++) {
      HostId host = new HostId("h" + i);
      Region region = new Region("r" + i);
      members.add(new Member(
          new NodeId("n" + i), host, region, Member.Kind.STANDBY, "h" + i, 5432, 100 - i));
      seats.add(new Sentinels.Seat(host, region));
    }
    Durability durability = new Durability(Durability.Policy.QUORUM, Durability.WhenAlone.STRICT);
    this.rules = new Rules(
        new GroupDefinition(GROUP, members, durability),
        new Sentinels(seats),
        TIMINGS,
        new HostId("h0"));
    this.ids = members.stream().map(Member::node).toList();
  }

  Rules rules() {
    return rules;
  }

  NodeId id(int index) {
    return ids.get(index);
  }

  int index(NodeId id) {
    return id.value().charAt(1) - '0';
  }

  /** As it begins: coordinator A, if there is one, is at rest, and has had a report of every node. */
  State first(Pools pools, Bounds bounds) {
    State cell = new State(pools, new int[State.PARTS]);
    for (int i = 0; i < State.NODES; i++) {
      cell.node(i, node(bounds.start(), i));
    }
    Configuration newest = bounds.start().newest();
    RegisterRecord record = bounds.start().record(FIRST);
    cell.replicas(Replicas.holding(new Cell(FIRST, record), bounds.replicas()));
    cell.orders(List.of());
    List<Ledger.Ack> acknowledged = bounds.start().acknowledged();
    cell.ledger(new Ledger(
        acknowledged.size(),
        acknowledged,
        List.of(
            new Ledger.Proven(newest.epoch(), newest.promotion(), bounds.start().proven())),
        record.active().stream().map(Configuration::promotion).toList()));
    cell.spent(Spent.NOTHING);
    cell.seat(0, bounds.start().hasCoordinator() ? atRest(cell, record) : Seat.VACANT);
    cell.seat(1, Seat.VACANT);
    return cell;
  }

  private Seat atRest(State cell, RegisterRecord record) {
    GroupState state = GroupState.starting(TimelessState.NOW);
    Optional<Request.Next> call = Optional.empty();
    List<Input> inputs = new ArrayList<>(List.of(new Input.Claimed(FIRST, record)));
    for (int i = 0; i < State.NODES; i++) {
      inputs.add(new Input.Reported(cell.pools().reports.value(report(cell, i))));
    }
    for (Input input : inputs) {
      Step step = TimelessState.step(rules, state, TimelessState.NOW, new UUID(9, 999), input);
      state = step.state();
      for (Effect effect : step.effects()) {
        if (effect instanceof Effect.Send send) {
          order(cell, send.order());
        } else if (effect instanceof Effect.Write write) {
          call = Optional.of(Request.write(write.register()));
        }
      }
    }
    return new Seat(Optional.of(state), call, 1);
  }

  /** On its way, unless it can never be obeyed. */
  void order(State cell, Order order) {
    if (!Agent.isOver(cell.node(index(order.node())), order)) {
      TreeSet<Integer> orders = new TreeSet<>(cell.orders());
      orders.add(cell.pools().orders.number(order));
      cell.orders(List.copyOf(orders));
    }
  }

  private Node node(Start start, int index) {
    boolean primary = start.isPrimary(index);
    Wal wal = start.wal(index);
    Optional<NodeId> upstream = start.upstream(index).findFirst();
    Promise promise = new Promise(Ballot.NONE, 0, Optional.empty(), wal.history(), 0);
    return new Node(
        primary ? Role.PRIMARY : Role.STANDBY,
        wal,
        wal.length(),
        start.timeline(index),
        start.timeline(index) - 1,
        upstream,
        upstream,
        start.isCut(index),
        false,
        false,
        primary || upstream.isPresent() ? Gate.OPEN : Gate.CLOSED,
        primary ? new SyncSetting(start.inServer(), 1) : SyncSetting.WAIT,
        wal.length(),
        primary ? start.flushed() : List.of(0, 0, 0),
        Optional.empty(),
        promise,
        promise,
        Ballot.NONE,
        0,
        OrderStatus.NONE,
        Optional.empty(),
        Optional.empty(),
        false);
  }

  /** What the agent of this node would report now, as a number of its pool. */
  int report(State cell, int index) {
    Node node = cell.node(index);
    Receiver receiver = receiver(cell, node);
    Said key = new Said(cell.nodeNumber(index), receiver, index);
    Integer known = reports.get(key);
    if (known == null) {
      known = cell.pools().reports.number(report(node, index, receiver));
      reports.put(key, known);
    }
    return known;
  }

  private NodeReport report(Node node, int index, Receiver receiver) {
    Wal shown = node.shown();
    List<EpochRow> rows = node.runs() ? shown.history() : node.promise().history();
    return new NodeReport(
        GROUP,
        id(index),
        new HostId("h" + index),
        AGENT,
        1,
        server(node),
        node.gate(),
        node.role() == Role.ABSENT ? 0 : 42,
        node.timeline(),
        shown.end(),
        node.wal().end(),
        0,
        rows,
        node.runs() ? shown.barrier() : Optional.empty(),
        node.upstream(),
        receiver,
        node.promise().rebuilding(),
        node.promise().ballot(),
        node.order(),
        node.promise().rebuilding().isPresent() ? Optional.empty() : node.fenced(),
        List.of(),
        node.role() == Role.PRIMARY ? Optional.of(node.sync()) : Optional.empty(),
        node.diverged() ? Optional.of(new Problem(Problem.Kind.DIVERGED, "")) : Optional.empty());
  }

  private static ServerState server(Node node) {
    return switch (node.role()) {
      case PRIMARY -> ServerState.PRIMARY;
      case STANDBY -> ServerState.STANDBY;
      case STOPPED -> ServerState.STOPPED;
      case ABSENT -> ServerState.ABSENT;
    };
  }

  private Receiver receiver(State cell, Node node) {
    if (node.role() != Role.STANDBY || node.receiving().isEmpty()) {
      return Receiver.NONE;
    }
    Node source = cell.node(index(node.receiving().get()));
    // PostgreSQL lets a standby connect that is ahead on another history.
    boolean fits = node.wal().isPrefixOf(source.wal())
        || node.wal().length() >= source.wal().length();
    return !node.cut() && source.runs() && fits ? Receiver.STREAMING : Receiver.CONNECTING;
  }
}
