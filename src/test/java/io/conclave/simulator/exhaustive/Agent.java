package io.conclave.simulator.exhaustive;

import io.conclave.core.EpochRow;
import io.conclave.core.Fenced;
import io.conclave.core.Gate;
import io.conclave.core.Lsn;
import io.conclave.core.Order;
import io.conclave.core.OrderStatus;
import io.conclave.core.OrderStatus.Outcome;
import io.conclave.core.Task;
import io.conclave.core.agent.FenceEvidence;
import io.conclave.core.agent.FollowRule;
import io.conclave.core.agent.Obedience;
import io.conclave.core.agent.PromiseBook;
import io.conclave.core.agent.PromotionRule;
import io.conclave.core.agent.RejoinRule;
import io.conclave.simulator.exhaustive.Node.Role;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The agent's shell by values: what it obeys and answers is decided by the production rules. */
final class Agent {
  private static final UUID REBUILD = new UUID(5, 1);

  private Agent() {}

  static Obedience obedience(Node node, Order order) {
    return Obedience.of(
        node.promise().ballot(), node.promise().number(), node.order().answers(order), order);
  }

  /** Whether this order can ever be obeyed again, also by an agent that restarts. */
  static boolean isOver(Node node, Order order) {
    return obedience(node, order) == Obedience.REFUSE
        && Obedience.of(node.kept().ballot(), node.kept().number(), false, order)
            == Obedience.REFUSE;
  }

  /** Obeys: promises, and does what the task says as far as it is done at once. */
  static Node obey(Node node, Order order) {
    Node.Edit edit = node.edit();
    PromiseBook book = new PromiseBook(node.promise(), () -> 0, next -> edit.kept = next);
    book.promise(order.ballot(), order.number());
    edit.promise = book.get();
    edit.obeyed = order.ballot();
    edit.obeyedNumber = order.number();
    boolean keepsFence = order.task() instanceof Task.Prepare;
    edit.fenced = keepsFence ? node.fenced() : Optional.empty();
    edit.diverged = false;
    edit.running = Optional.empty();
    boolean again = Obedience.isPromised(node.promise().ballot(), node.promise().number(), order);
    Outcome outcome = again && !PromotionRule.mayRepeat(order.task())
        ? Outcome.FAILED
        : carryOut(edit, node, order);
    edit.order = new OrderStatus(order.ballot(), order.number(), outcome, "");
    edit.running = outcome == Outcome.RUNNING ? Optional.of(order) : Optional.empty();
    return edit.done();
  }

  private static Outcome carryOut(Node.Edit edit, Node node, Order order) {
    Task task = order.task();
    if (task instanceof Task.Fence) {
      return fence(edit, order);
    } else if (task instanceof Task.Recover) {
      return recover(edit, order);
    } else if (task instanceof Task.Promote promote) {
      return promote(edit, node, promote);
    } else if (task instanceof Task.OpenGate open) {
      return openGate(edit, open);
    } else if (task instanceof Task.Follow follow) {
      return follow(edit, follow.source());
    } else if (task instanceof Task.Rejoin rejoin) {
      return rejoin(edit, rejoin.source());
    } else if (task instanceof Task.ChangeSync change) {
      if (edit.role != Role.PRIMARY) {
        return Outcome.FAILED;
      }
      edit.sync = change.sync();
      return Outcome.DONE;
    } else if (task instanceof Task.Barrier barrier) {
      if (edit.role != Role.PRIMARY) {
        return Outcome.FAILED;
      }
      edit.append(new Wal.Entry.Barrier(barrier.id()));
      return Outcome.DONE;
    } else if (task instanceof Task.Prepare) {
      return Outcome.DONE;
    } else if (task instanceof Task.StepDown) {
      return stepDown(edit);
    }
    throw new IllegalStateException("not in this world: " + task);
  }

  // Fence.

  private static Outcome fence(Node.Edit edit, Order order) {
    edit.rowDue = Optional.empty();
    if (edit.promise.rebuilding().isPresent() || edit.role == Role.ABSENT) {
      return Outcome.DONE;
    }
    if (edit.role == Role.STANDBY) {
      edit.upstream = Optional.empty();
      edit.receiving = edit.paused ? edit.receiving : Optional.empty();
      return evidence(edit, order);
    }
    if (edit.role == Role.PRIMARY) {
      know(edit, edit.wal.history());
      stop(edit, true);
    }
    List<EpochRow> known = edit.promise.history();
    edit.fenced = FenceEvidence.ofStopped(
        order.ballot(), order.number(), edit.clean, known, edit.timeline, edit.wal.end());
    return Outcome.DONE;
  }

  /** What a fenced standby says: at once, or when all that it received is replayed. */
  private static Outcome evidence(Node.Edit edit, Order order) {
    boolean atEnd = edit.replayed == edit.wal.length();
    if (!FenceEvidence.isComplete(edit.upstream.isEmpty(), edit.receiving.isEmpty(), atEnd)) {
      return Outcome.RUNNING;
    }
    List<EpochRow> rows = edit.wal.upTo(edit.replayed).history();
    Optional<EpochRow> newest = newest(rows);
    if (!rows.isEmpty()) {
      know(edit, rows);
    }
    edit.fenced = FenceEvidence.ofStandby(
        order.ballot(),
        order.number(),
        rows,
        edit.timeline,
        Wal.lsn(edit.replayed),
        newest.flatMap(row -> forkAfter(edit, row)));
    return edit.fenced.isPresent() ? Outcome.DONE : Outcome.REFUSED;
  }

  /** Padding and all else that a newer timeline wrote before its epoch row lies behind the fork. */
  private static Optional<Lsn> forkAfter(Node.Edit edit, EpochRow row) {
    return edit.timeline > row.timeline() ? Optional.of(Wal.lsn(edit.fork)) : Optional.empty();
  }

  /** At any moment: whether the standbys have everything is for the old primary's sake alone. */
  private static Outcome stepDown(Node.Edit edit) {
    if (edit.role == Role.STANDBY) {
      return Outcome.REFUSED;
    }
    if (edit.role == Role.PRIMARY) {
      know(edit, edit.wal.history());
      stop(edit, false);
    }
    return Outcome.DONE;
  }

  private static Outcome recover(Node.Edit edit, Order order) {
    if (edit.promise.rebuilding().isPresent() || edit.role == Role.ABSENT) {
      return Outcome.REFUSED;
    }
    if (edit.role == Role.STOPPED) {
      startFenced(edit);
    }
    return fence(edit, order);
  }

  private static void startFenced(Node.Edit edit) {
    edit.role = Role.STANDBY;
    edit.gate = Gate.CLOSED;
    edit.clean = false;
    edit.upstream(Optional.empty());
    edit.replayed = edit.wal.length();
  }

  private static void stop(Node.Edit edit, boolean cleanly) {
    edit.role = Role.STOPPED;
    edit.clean = cleanly;
    edit.gate = Gate.CLOSED;
    edit.upstream(Optional.empty());
    edit.flushed = List.of(0, 0, 0);
    edit.rowDue = Optional.empty();
  }

  static void know(Node.Edit edit, List<EpochRow> rows) {
    PromiseBook book = new PromiseBook(edit.promise, () -> 0, next -> edit.kept = next);
    book.know(rows);
    edit.promise = book.get();
  }

  // Promote, and what only a primary does.

  private static Outcome promote(Node.Edit edit, Node node, Task.Promote task) {
    if (!node.runs()) {
      return Outcome.FAILED;
    }
    if (!PromotionRule.mayPromote(
            node.role() == Role.STANDBY, node.shown().history(), task.base(), task.configuration())
        || !PromotionRule.mayTake(node.role() == Role.STANDBY, node.timeline(), task.timeline())) {
      return Outcome.REFUSED;
    }
    boolean staysOpen = PromotionRule.staysOpen(
        node.gate(), node.role() == Role.STANDBY, node.shown().history(), task.configuration());
    edit.gate = staysOpen ? Gate.OPEN : PromotionRule.gateOfCandidate();
    edit.sync = task.sync();
    if (node.role() == Role.STANDBY) {
      edit.role = Role.PRIMARY;
      edit.timeline = task.timeline();
      edit.fork = edit.wal.length();
      edit.sessionsFrom = edit.wal.length();
      edit.replayed = edit.wal.length();
      edit.flushed = List.of(0, 0, 0);
      edit.upstream(Optional.empty());
    }
    boolean there = node.shown().history().stream()
        .anyMatch(row -> row.promotion().equals(task.configuration().promotion()));
    edit.rowDue = there ? Optional.empty() : Optional.of(task);
    return Outcome.DONE;
  }

  /** The epoch row, beyond everything that a member may have. */
  static Node commitRow(Node node, Task.Promote task, io.conclave.core.NodeId self) {
    Node.Edit edit = node.edit();
    while (edit.wal.length() < Wal.records(task.beyond())) {
      edit.append(new Wal.Entry.Padding());
    }
    edit.append(new Wal.Entry.Row(new EpochRow(
        task.configuration().epoch(),
        task.configuration().promotion(),
        self,
        edit.timeline,
        Wal.lsn(edit.fork))));
    edit.rowDue = Optional.empty();
    return edit.done();
  }

  private static Outcome openGate(Node.Edit edit, Task.OpenGate task) {
    boolean recovers = edit.role != Role.PRIMARY;
    if (!PromotionRule.mayOpen(recovers, edit.wal.history(), task.configuration())) {
      return Outcome.REFUSED;
    }
    know(edit, edit.wal.history());
    edit.gate = Gate.OPEN;
    return Outcome.DONE;
  }

  // Follow and rejoin.

  private static Outcome follow(Node.Edit edit, Task.Source source) {
    if (edit.role == Role.ABSENT || edit.promise.rebuilding().isPresent()) {
      return Outcome.REFUSED;
    }
    if (edit.role == Role.STOPPED) {
      startFenced(edit);
    }
    if (edit.role == Role.PRIMARY) {
      return Outcome.REFUSED;
    }
    if (edit.upstream.filter(source.node()::equals).isPresent()) {
      return Outcome.DONE;
    }
    edit.upstream(Optional.empty());
    edit.replayed = edit.wal.length();
    if (!FollowRule.mayFollow(
        edit.wal.history(), edit.timeline, edit.wal.end(), source.history())) {
      edit.diverged = true;
      return Outcome.REFUSED;
    }
    edit.upstream(Optional.of(source.node()));
    return Outcome.DONE;
  }

  private static Outcome rejoin(Node.Edit edit, Task.Source source) {
    if (edit.role == Role.PRIMARY) {
      know(edit, edit.wal.history());
      stop(edit, true);
    }
    if (edit.role != Role.ABSENT && edit.promise.rebuilding().isEmpty()) {
      Outcome followed = follow(edit, source);
      // One that does not get to stream is rebuilt, although the link may be mended just then.
      if (followed == Outcome.DONE && !edit.cut) {
        return followed;
      }
    }
    stop(edit, false);
    edit.role = Role.ABSENT;
    edit.diverged = false;
    PromiseBook book = new PromiseBook(edit.promise, () -> 0, next -> edit.kept = next);
    book.rebuilding(Optional.of(REBUILD));
    edit.promise = book.get();
    boolean rewinds = RejoinRule.mayRewind(edit.promise.history(), edit.timeline, source.history());
    edit.wal = rewinds ? edit.wal.upTo(1) : Wal.EMPTY;
    edit.replayed = edit.wal.length();
    return Outcome.RUNNING;
  }

  /** A rebuild reaches its end: the node has what the source has, streams from it, and shows its newest epoch. */
  static Node rebuilt(Node node, Node source, Task.Rejoin task) {
    Node.Edit edit = node.edit();
    edit.role = Role.STANDBY;
    edit.wal = source.wal();
    edit.replayed = edit.wal.length();
    edit.timeline = source.timeline();
    edit.fork = source.fork();
    edit.upstream(Optional.of(task.source().node()));
    PromiseBook book = new PromiseBook(edit.promise, () -> 0, next -> edit.kept = next);
    book.rebuilding(Optional.empty());
    edit.promise = book.get();
    return ended(edit, Outcome.DONE);
  }

  /** A task that could not be done at once has ended. */
  static Node ended(Node.Edit edit, Outcome outcome) {
    edit.order = new OrderStatus(edit.order.ballot(), edit.order.number(), outcome, "");
    edit.running = Optional.empty();
    return edit.done();
  }

  /** A fence that waited looks again; a standby that does not let go of its receiver is stopped and started. */
  static Node lookAgain(Node node, Order order) {
    Node.Edit edit = node.edit();
    if (edit.paused) {
      edit.paused = false;
      edit.receiving = Optional.empty();
    }
    Outcome outcome = evidence(edit, order);
    return outcome == Outcome.RUNNING ? node : ended(edit, outcome);
  }

  /** The agent's process is killed and starts again: it knows what is on disk. */
  static Node restarted(Node node) {
    Node.Edit edit = node.edit();
    edit.promise = node.kept();
    edit.order = OrderStatus.NONE;
    edit.running = Optional.empty();
    edit.rowDue = Optional.empty();
    edit.fenced = Optional.<Fenced>empty();
    edit.diverged = false;
    return edit.done();
  }

  /** The agent has promised, is killed before it has done anything, and starts again. */
  static Node promisedAndRestarted(Node node, Order order) {
    Node.Edit edit = node.edit();
    PromiseBook book = new PromiseBook(node.promise(), () -> 0, next -> edit.kept = next);
    book.promise(order.ballot(), order.number());
    return restarted(edit.done());
  }

  /** SIGKILL of the server. */
  static Node killed(Node node) {
    Node.Edit edit = node.edit();
    know(edit, edit.wal.history());
    stop(edit, false);
    return edit.done();
  }

  /** Somebody starts a stopped primary by hand: commits that had waited are visible, and nobody waits for them. */
  static Node startedByHand(Node node) {
    Node.Edit edit = node.edit();
    edit.role = Role.PRIMARY;
    edit.gate = Gate.CLOSED;
    edit.clean = false;
    edit.sessionsFrom = edit.wal.length();
    edit.fenced = Optional.empty();
    return edit.done();
  }

  private static Optional<EpochRow> newest(List<EpochRow> rows) {
    return rows.isEmpty() ? Optional.empty() : Optional.of(rows.get(rows.size() - 1));
  }
}
