package io.conclave.simulator.exhaustive;

import io.conclave.core.Configuration;
import io.conclave.core.EpochRow;
import io.conclave.core.Gate;
import io.conclave.core.NodeId;
import io.conclave.core.Order;
import io.conclave.core.Task;
import io.conclave.core.agent.Obedience;
import io.conclave.simulator.exhaustive.Node.Role;
import io.conclave.simulator.exhaustive.Spent.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Everything that can happen next in a state of the world: servers and agents here, coordinators in {@link SeatMoves}. */
final class Moves {
  /** Takes what may happen. */
  interface Sink {
    void next(State cell, Supplier<String> what);
  }

  /** An invariant that does not hold. */
  static final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final String invariant;
    private final String step;

    Violation(String invariant, String what) {
      this(invariant, what, "");
    }

    private Violation(String invariant, String what, String step) {
      super(what, null, false, false);
      this.invariant = invariant;
      this.step = step;
    }

    String invariant() {
      return invariant;
    }

    /** The same, with the step that led to it. */
    Violation during(String step) {
      return new Violation(invariant, getMessage(), step);
    }

    String step() {
      return step;
    }
  }

  private final Bounds bounds;
  private final SmallWorld world;
  private final SeatMoves seats;
  private final Map<Long, Integer> obeyed = new HashMap<>();

  Moves(SmallWorld world, Bounds bounds) {
    this.world = world;
    this.bounds = bounds;
    this.seats = new SeatMoves(world, bounds);
  }

  /** Rows of the protocol that coordinators have taken. */
  Set<String> rows() {
    return seats.rows;
  }

  void from(State cell, Sink sink) {
    for (int seat = 0; seat < bounds.coordinators(); seat++) {
      seats.from(cell, seat, sink);
    }
    seats.register(cell, sink);
    deliveries(cell, sink);
    for (int node = 0; node < State.NODES; node++) {
      wal(cell, node, sink);
      tasks(cell, node, sink);
      faults(cell, node, sink);
    }
  }

  // Orders.

  private void deliveries(State cell, Sink sink) {
    for (int number : cell.orders()) {
      Order order = cell.pools().orders.value(number);
      int index = world.index(order.node());
      Node node = cell.node(index);
      if (Agent.obedience(node, order) == Obedience.OBEY) {
        State next = cell.copy();
        Supplier<String> what = () -> "%s obeys %s: %s"
            .formatted(order.node(), name(order), next.node(index).order().outcome());
        during(what, () -> obey(next, index, node, order, number));
        sink.next(next, what);
        fault(
            cell,
            index,
            Kind.AGENT_RESTART,
            Agent.promisedAndRestarted(node, order),
            sink,
            () -> "the agent of %s has promised %s, and restarts"
                .formatted(order.node(), name(order)));
      }
    }
  }

  private void obey(State next, int index, Node node, Order order, int number) {
    int byBallot = node.obeyed().compareTo(order.ballot());
    if (byBallot > 0 || (byBallot == 0 && node.obeyedNumber() > order.number())) {
      throw new Violation(
          "I3",
          order.node() + " obeys " + name(order) + " after ballot "
              + node.obeyed().number() + " #" + node.obeyedNumber());
    }
    long key = ((long) next.nodeNumber(index) << 32) | number;
    Integer known = obeyed.get(key);
    if (known == null) {
      known = next.pools().nodes.number(Agent.obey(node, order));
      obeyed.put(key, known);
    }
    Node after = next.pools().nodes.value(known);
    if (node.role() == Role.STANDBY
        && after.role() == Role.PRIMARY
        && order.task() instanceof Task.Promote promote) {
      promoted(next.ledger(), node, promote.configuration());
    }
    change(next, index, after);
    next.orders(next.orders().stream()
        .filter(each -> !next.pools().orders.value(each).node().equals(order.node())
            || !Agent.isOver(after, next.pools().orders.value(each)))
        .toList());
  }

  /** A promotion that the register does not know, or of a node that lacks what a client was told is safe. */
  private static void promoted(Ledger ledger, Node node, Configuration configuration) {
    if (!ledger.held().contains(configuration.promotion())) {
      throw new Violation("I4", "no majority of the register ever held " + configuration);
    }
    ledger.missingIn(node.wal(), configuration.epoch()).ifPresent(missing -> {
      throw new Violation(
          "I2",
          "v%d was acknowledged in epoch %d; promoted for epoch %d without it: %s"
              .formatted(missing.write(), missing.epoch(), configuration.epoch(), node.wal()));
    });
  }

  static String name(Order order) {
    return "%s#%d %s"
        .formatted(order.ballot().number() + who(order), order.number(), name(order.task()));
  }

  private static String name(Task task) {
    if (task instanceof Task.Promote promote) {
      return "Promote for " + promote.configuration();
    } else if (task instanceof Task.OpenGate open) {
      return "OpenGate of epoch " + open.configuration().epoch();
    } else if (task instanceof Task.Follow follow) {
      return "Follow " + follow.source().node();
    } else if (task instanceof Task.Rejoin rejoin) {
      return "Rejoin " + rejoin.source().node();
    } else if (task instanceof Task.ChangeSync change) {
      return "ChangeSync to " + change.sync().toPostgres();
    }
    return task.getClass().getSimpleName();
  }

  private static String who(Order order) {
    return order.ballot().claim().getLeastSignificantBits() >= 1000 ? "B" : "A";
  }

  // WAL.

  private void wal(State cell, int index, Sink sink) {
    Node node = cell.node(index);
    if (node.role() == Role.STANDBY && !node.cut()) {
      node.receiving().ifPresent(source -> receive(cell, index, node, world.index(source), sink));
    }
    if (node.role() == Role.STANDBY
        && !node.paused()
        && node.replayed() < node.wal().length()) {
      Node.Edit edit = node.edit();
      edit.replayed++;
      to(cell, index, edit.done(), sink, () -> world.id(index) + " replays one record");
    }
    if (node.role() == Role.PRIMARY
        && node.gate() == Gate.OPEN
        && cell.ledger().writes() < bounds.writes()) {
      int write = cell.ledger().writes() + 1;
      State next = cell.copy();
      next.ledger(cell.ledger().writing());
      Supplier<String> what = () -> "a client writes v" + write + " to " + world.id(index);
      during(what, () -> established(cell.ledger(), node));
      during(
          what,
          () ->
              change(next, index, node.edit().append(new Wal.Entry.Write(write)).done()));
      sink.next(next, what);
    }
    if (node.role() == Role.PRIMARY && node.rowDue().isPresent()) {
      Node after = Agent.commitRow(node, node.rowDue().get(), world.id(index));
      to(cell, index, after, sink, () -> world.id(index) + " commits its epoch row");
    }
  }

  /** Clients are let in by a primary whose epoch is established, and by nobody else. */
  private static void established(Ledger ledger, Node node) {
    List<EpochRow> rows = node.wal().history();
    EpochRow newest = rows.get(rows.size() - 1);
    boolean own = newest.timeline() == node.timeline();
    if (!own || ledger.proven().stream().noneMatch(p -> p.promotion().equals(newest.promotion()))) {
      throw new Violation("GATE", "a client is served before the epoch is established");
    }
  }

  private void receive(State cell, int index, Node node, int sourceIndex, Sink sink) {
    Node source = cell.node(sourceIndex);
    boolean more = source.runs()
        && node.wal().length() < source.wal().length()
        && node.wal().isPrefixOf(source.wal());
    if (more) {
      int at = node.wal().length();
      Node.Edit edit = node.edit();
      edit.wal = source.wal().upTo(at + 1);
      if (!bounds.replayLags() && !node.paused()) {
        edit.replayed = at + 1;
      }
      if (at >= source.fork() && source.timeline() != node.timeline()) {
        edit.timeline = source.timeline();
        edit.fork = source.fork();
      }
      to(
          cell,
          index,
          edit.done(),
          sink,
          () -> "%s receives a record of %s".formatted(world.id(index), world.id(sourceIndex)));
    }
  }

  // Tasks that take their time.

  private void tasks(State cell, int index, Sink sink) {
    Node node = cell.node(index);
    if (node.running().isEmpty()) {
      return;
    }
    Order order = node.running().get();
    if (order.task() instanceof Task.Rejoin rejoin) {
      Node source = cell.node(world.index(rejoin.source().node()));
      boolean asOrdered =
          source.role() == Role.PRIMARY && showsNewest(source, rejoin.source().history());
      if (asOrdered) {
        Node after = Agent.rebuilt(node, source, rejoin);
        to(cell, index, after, sink, () -> world.id(index) + " is rebuilt");
      }
    } else {
      Node after = Agent.lookAgain(node, order);
      if (!after.equals(node)) {
        to(cell, index, after, sink, () -> world.id(index) + " has replayed all, and is fenced");
      }
    }
  }

  private static boolean showsNewest(Node source, List<EpochRow> history) {
    return source.wal().history().stream()
        .anyMatch(row -> row.promotion().equals(history.get(history.size() - 1).promotion()));
  }

  // Faults.

  private void faults(State cell, int index, Sink sink) {
    Node node = cell.node(index);
    NodeId id = world.id(index);
    if (node.role() == Role.PRIMARY) {
      fault(
          cell,
          index,
          Kind.KILL,
          Agent.killed(node),
          sink,
          () -> "the server of " + id + " is killed");
    }
    if (node.role() == Role.STOPPED) {
      fault(
          cell,
          index,
          Kind.START_BY_HAND,
          Agent.startedByHand(node),
          sink,
          () -> id + " is started by hand");
    }
    fault(
        cell,
        index,
        Kind.AGENT_RESTART,
        Agent.restarted(node),
        sink,
        () -> "the agent of " + id + " restarts");
    if (node.role() == Role.STANDBY && !node.paused()) {
      Node.Edit paused = node.edit();
      paused.paused = true;
      fault(cell, index, Kind.PAUSE, paused.done(), sink, () -> "replay is paused on " + id);
    }
    Node.Edit edit = node.edit();
    edit.cut = !node.cut();
    if (node.cut()) {
      to(cell, index, edit.done(), sink, () -> "the link of " + id + " is mended");
    } else {
      fault(cell, index, Kind.CUT, edit.done(), sink, () -> "the link of " + id + " is cut");
    }
  }

  private void fault(
      State cell, int index, Kind kind, Node after, Sink sink, Supplier<String> what) {
    if (cell.spent().allows(bounds, kind) && !after.equals(cell.node(index))) {
      State next = cell.copy();
      next.spent(cell.spent().and(kind));
      during(what, () -> change(next, index, after));
      prune(next, index);
      sink.next(next, what);
    }
  }

  private void prune(State next, int index) {
    Node after = next.node(index);
    List<Integer> left = new ArrayList<>(next.orders());
    left.removeIf(number -> {
      Order order = next.pools().orders.value(number);
      return world.index(order.node()) == index && Agent.isOver(after, order);
    });
    next.orders(List.copyOf(left));
  }

  // What follows at once.

  private void to(State cell, int index, Node after, Sink sink, Supplier<String> what) {
    State next = cell.copy();
    during(what, () -> change(next, index, after));
    sink.next(next, what);
  }

  static void during(Supplier<String> what, Runnable step) {
    try {
      step.run();
    } catch (Violation violation) {
      throw violation.during(what.get());
    }
  }

  /** A node has changed: what it has flushed is told to whom it takes WAL from, and clients are told what is safe. */
  private void change(State next, int index, Node after) {
    Node before = next.node(index);
    next.node(index, after);
    if (after.role() == Role.ABSENT && before.role() != Role.ABSENT) {
      copies(next, before);
    }
    for (int primary = 0; primary < State.NODES; primary++) {
      if (next.node(primary).role() == Role.PRIMARY) {
        hearFlushed(next, primary);
        acknowledge(next, primary);
      }
    }
  }

  /** The data of a node are given up: what clients were told is on as many others as a commit waits for, and on one more. */
  private static void copies(State next, Node before) {
    int needed = 1 + next.replicas().leastRegistered();
    for (Ledger.Ack ack : next.ledger().acknowledged()) {
      long left = 0;
      for (int i = 0; i < State.NODES; i++) {
        left += next.node(i).role() != Role.ABSENT && next.node(i).wal().holds(ack.write()) ? 1 : 0;
      }
      if (before.wal().holds(ack.write()) && left < needed) {
        throw new Violation(
            "COPIES",
            "a node that has v%d is rebuilt, and %d of %d other copies are left"
                .formatted(ack.write(), left, needed));
      }
    }
  }

  private void hearFlushed(State next, int primary) {
    Node p = next.node(primary);
    List<Integer> flushed = new ArrayList<>(p.flushed());
    for (int i = 0; i < State.NODES; i++) {
      Node standby = next.node(i);
      boolean streams = standby.role() == Role.STANDBY
          && !standby.cut()
          && standby.receiving().filter(world.id(primary)::equals).isPresent();
      if (streams) {
        // PostgreSQL counts by position, whatever the history.
        flushed.set(i, Math.max(flushed.get(i), standby.wal().length()));
      }
    }
    if (!flushed.equals(p.flushed())) {
      Node.Edit edit = p.edit();
      edit.flushed = List.copyOf(flushed);
      next.node(primary, edit.done());
    }
  }

  private void acknowledge(State next, int primary) {
    Node p = next.node(primary);
    for (int i = p.sessionsFrom(); i < p.wal().length(); i++) {
      if (p.wal().at(i) instanceof Wal.Entry.Write write
          && !next.ledger().isAcknowledged(write.id())
          && suffices(p, i + 1)) {
        next.ledger(next.ledger().acknowledging(write.id(), epoch(p)));
        lossless(next.ledger());
      }
    }
  }

  private boolean suffices(Node p, int length) {
    long have = p.sync().members().stream()
        .filter(member -> p.flushed().get(world.index(member)) >= length)
        .count();
    return have >= p.sync().count();
  }

  private static long epoch(Node p) {
    List<EpochRow> rows = p.wal().history();
    return rows.isEmpty() ? 0 : rows.get(rows.size() - 1).epoch();
  }

  static void lossless(Ledger ledger) {
    ledger.loss().ifPresent(loss -> {
      throw new Violation("I2", loss);
    });
  }

  /** WAL up to the epoch row of this configuration, wherever it is. */
  static Optional<Wal> provenWal(State cell, Configuration configuration) {
    for (int i = 0; i < State.NODES; i++) {
      Wal wal = cell.node(i).wal();
      for (int at = 0; at < wal.length(); at++) {
        if (wal.at(at) instanceof Wal.Entry.Row row
            && row.row().promotion().equals(configuration.promotion())) {
          return Optional.of(wal.upTo(at + 1));
        }
      }
    }
    return Optional.empty();
  }
}
