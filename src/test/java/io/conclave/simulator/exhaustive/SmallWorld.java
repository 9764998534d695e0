package io.conclave.simulator.exhaustive;

import io.conclave.core.Ballot;
import io.conclave.core.Configuration;
import io.conclave.core.Durability;
import io.conclave.core.EpochRow;
import io.conclave.core.Gate;
import io.conclave.core.GroupDefinition;
import io.conclave.core.GroupId;
import io.conclave.core.HostId;
import io.conclave.core.Lsn;
import io.conclave.core.Member;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport;
import io.conclave.core.NodeReport.Problem;
import io.conclave.core.NodeReport.Receiver;
import io.conclave.core.NodeReport.ServerState;
import io.conclave.core.OrderStatus;
import io.conclave.core.Region;
import io.conclave.core.RegisterRecord;
import io.conclave.core.Sentinels;
import io.conclave.core.SyncSet;
import io.conclave.core.SyncSetting;
import io.conclave.core.Timings;
import io.conclave.core.agent.Promise;
import io.conclave.core.failover.GroupState;
import io.conclave.core.failover.Input;
import io.conclave.core.failover.Rules;
import io.conclave.core.failover.TimelessState;
import io.conclave.core.register.Cell;
import io.conclave.simulator.exhaustive.Bounds.Start;
import io.conclave.simulator.exhaustive.Node.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Three nodes, three sentinels; n0 is the primary of epoch 1, n1 and n2 follow it, one of them acknowledges. */
final class SmallWorld {
  private static final GroupId GROUP = new GroupId("main");
  private static final UUID AGENT = new UUID(7, 1);
  private static final UUID PROMOTION = new UUID(9, 0);
  private static final UUID SECOND = new UUID(9, 1);
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

  private Configuration configuration(Start start) {
    return switch (start) {
      case WHOLE -> new Configuration(1, id(0), new SyncSet(List.of(id(1), id(2)), 1), PROMOTION);
      case SHRUNK -> new Configuration(1, id(0), new SyncSet(List.of(id(2)), 1), PROMOTION);
      case FAILED_OVER -> new Configuration(2, id(1), new SyncSet(List.of(id(2)), 1), SECOND);
    };
  }

  private Wal wal(Start start, int index) {
    Wal wal = Wal.EMPTY.with(new Wal.Entry.Row(new EpochRow(1, PROMOTION, id(0), 1, Lsn.ZERO)));
    if (start != Start.FAILED_OVER) {
      return wal;
    }
    Wal.Entry lost = new Wal.Entry.Write(100);
    return index == 0
        ? wal.with(lost).with(lost).with(lost)
        : wal.with(new Wal.Entry.Row(new EpochRow(2, SECOND, id(1), 2, Wal.lsn(1))));
  }

  /** The group is whole, and coordinator A at rest. */
  State whole(Pools pools, Bounds bounds) {
    State cell = new State(pools, new int[State.PARTS]);
    for (int i = 0; i < State.NODES; i++) {
      cell.node(i, node(bounds.start(), i));
    }
    Configuration first = configuration(bounds.start());
    RegisterRecord record = new RegisterRecord(FIRST, 1, Optional.of(first), List.of());
    cell.replicas(Replicas.holding(new Cell(FIRST, record), bounds.replicas()));
    cell.orders(List.of());
    cell.ledger(new Ledger(
        0,
        List.of(),
        List.of(new Ledger.Proven(first.epoch(), first.promotion(), wal(bounds.start(), 2))),
        List.of(first.promotion())));
    cell.spent(Spent.NOTHING);
    GroupState state = GroupState.starting(TimelessState.NOW);
    state = step(state, new Input.Claimed(FIRST, record));
    for (int i = 0; i < State.NODES; i++) {
      state = step(state, new Input.Reported(pools.reports.value(report(cell, i))));
    }
    cell.seat(0, new Seat(Optional.of(state), Optional.empty(), 1));
    cell.seat(1, Seat.VACANT);
    return cell;
  }

  private GroupState step(GroupState state, Input input) {
    return TimelessState.step(rules, state, TimelessState.NOW, new UUID(9, 999), input)
        .state();
  }

  private Node node(Start start, int index) {
    Configuration configuration = configuration(start);
    boolean primary = id(index).equals(configuration.primary());
    boolean stray = start == Start.FAILED_OVER && index == 0;
    Wal wal = wal(start, index);
    Optional<NodeId> upstream =
        primary || stray ? Optional.empty() : Optional.of(configuration.primary());
    List<Integer> flushed = start == Start.FAILED_OVER ? List.of(0, 0, 2) : List.of(0, 1, 1);
    Promise promise = new Promise(Ballot.NONE, 0, Optional.empty(), wal.history(), 0);
    return new Node(
        primary ? Role.PRIMARY : Role.STANDBY,
        wal,
        wal.length(),
        start == Start.FAILED_OVER && !stray ? 2 : 1,
        start == Start.FAILED_OVER && !stray ? 1 : 0,
        upstream,
        upstream,
        false,
        false,
        false,
        stray ? Gate.CLOSED : Gate.OPEN,
        primary ? new SyncSetting(configuration.sync().members(), 1) : SyncSetting.WAIT,
        wal.length(),
        primary ? flushed : List.of(0, 0, 0),
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
