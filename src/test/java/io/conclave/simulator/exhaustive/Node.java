package io.conclave.simulator.exhaustive;

import io.conclave.core.Ballot;
import io.conclave.core.Fenced;
import io.conclave.core.Gate;
import io.conclave.core.NodeId;
import io.conclave.core.Order;
import io.conclave.core.OrderStatus;
import io.conclave.core.SyncSetting;
import io.conclave.core.Task;
import io.conclave.core.agent.Promise;
import java.util.List;
import java.util.Optional;

/**
 * One PostgreSQL server and the agent beside it.
 *
 * @param wal what is flushed to its disk
 * @param replayed how many records of it a query shows
 * @param timeline newest one of the WAL on disk
 * @param fork how many records it had when that timeline began
 * @param upstream whom {@code primary_conninfo} names
 * @param receiving whom the WAL receiver takes WAL from; another one than upstream while replay is paused
 * @param cut whether the network between its receiver and the others is cut
 * @param paused whether somebody has paused replay: settings are not looked at meanwhile
 * @param clean whether it was stopped as a primary with a shutdown checkpoint
 * @param sessionsFrom commits before this record have nobody who waits for them
 * @param flushed how far each standby has acknowledged to this primary, by number of the node
 * @param rowDue the epoch row that is still to be committed
 * @param kept the promise on disk
 * @param promise the promise in the agent's memory
 * @param obeyed highest ballot that was ever obeyed, whatever the agent remembers
 * @param obeyedNumber highest number of an order of that ballot
 * @param running a task that has not ended
 */
record Node(
    Role role,
    Wal wal,
    int replayed,
    int timeline,
    int fork,
    Optional<NodeId> upstream,
    Optional<NodeId> receiving,
    boolean cut,
    boolean paused,
    boolean clean,
    Gate gate,
    SyncSetting sync,
    int sessionsFrom,
    List<Integer> flushed,
    Optional<Task.Promote> rowDue,
    Promise kept,
    Promise promise,
    Ballot obeyed,
    long obeyedNumber,
    OrderStatus order,
    Optional<Order> running,
    Optional<Fenced> fenced,
    boolean diverged) {

  /** What the server is. */
  enum Role {
    PRIMARY,
    STANDBY,
    /** Without {@code standby.signal}. */
    STOPPED,
    /** The data directory is emptied by a rebuild. */
    ABSENT
  }

  boolean runs() {
    return role == Role.PRIMARY || role == Role.STANDBY;
  }

  boolean runsAs(Role other) {
    return role == other;
  }

  /** What a query shows. */
  Wal shown() {
    return wal.upTo(replayed);
  }

  Edit edit() {
    return new Edit(this);
  }

  /** A node in the making. */
  static final class Edit {
    Role role;
    Wal wal;
    int replayed;
    int timeline;
    int fork;
    Optional<NodeId> upstream;
    Optional<NodeId> receiving;
    boolean cut;
    boolean paused;
    boolean clean;
    Gate gate;
    SyncSetting sync;
    int sessionsFrom;
    List<Integer> flushed;
    Optional<Task.Promote> rowDue;
    Promise kept;
    Promise promise;
    Ballot obeyed;
    long obeyedNumber;
    OrderStatus order;
    Optional<Order> running;
    Optional<Fenced> fenced;
    boolean diverged;

    private Edit(Node n) {
      role = n.role;
      wal = n.wal;
      replayed = n.replayed;
      timeline = n.timeline;
      fork = n.fork;
      upstream = n.upstream;
      receiving = n.receiving;
      cut = n.cut;
      paused = n.paused;
      clean = n.clean;
      gate = n.gate;
      sync = n.sync;
      sessionsFrom = n.sessionsFrom;
      flushed = n.flushed;
      rowDue = n.rowDue;
      kept = n.kept;
      promise = n.promise;
      obeyed = n.obeyed;
      obeyedNumber = n.obeyedNumber;
      order = n.order;
      running = n.running;
      fenced = n.fenced;
      diverged = n.diverged;
    }

    Edit upstream(Optional<NodeId> source) {
      upstream = source;
      receiving = source;
      return this;
    }

    Edit append(Wal.Entry entry) {
      wal = wal.with(entry);
      replayed = wal.length();
      return this;
    }

    Node done() {
      return new Node(
          role,
          wal,
          replayed,
          timeline,
          fork,
          upstream,
          receiving,
          cut,
          paused,
          clean,
          gate,
          sync,
          sessionsFrom,
          flushed,
          rowDue,
          kept,
          promise,
          obeyed,
          obeyedNumber,
          order,
          running,
          fenced,
          diverged);
    }
  }
}
