package io.conclave.simulator.exhaustive;

import io.conclave.core.Ballot;
import io.conclave.core.Configuration;
import io.conclave.core.NodeReport;
import io.conclave.core.Vote;
import io.conclave.core.failover.Effect;
import io.conclave.core.failover.GroupState;
import io.conclave.core.failover.Input;
import io.conclave.core.failover.Phase;
import io.conclave.core.failover.Step;
import io.conclave.core.failover.TimelessState;
import io.conclave.core.register.AdmissionRule;
import io.conclave.core.register.Cell;
import io.conclave.core.register.Request;
import io.conclave.core.register.Request.Next;
import io.conclave.simulator.exhaustive.Spent.Kind;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;

/** What coordinators and the register may do next. */
final class SeatMoves {
  /** One step of the core; the same in every world in which the coordinator knows the same. */
  private record Question(int seat, String kind, int report, Optional<Input> input) {}

  private record Answered(Optional<Step> step, String failure) {}

  /** Whoever waits for the register looks at reports when it has answered. */
  private static final Set<Phase> DEAF =
      EnumSet.of(Phase.CLAIMING, Phase.BEGINNING, Phase.ESTABLISHING);

  /** Rows of the protocol that were taken, in any state. */
  final Set<String> rows = new TreeSet<>();

  private final SmallWorld world;
  private final Bounds bounds;
  private final Map<Question, Answered> known = new HashMap<>();

  SeatMoves(SmallWorld world, Bounds bounds) {
    this.world = world;
    this.bounds = bounds;
  }

  private static String name(int seat) {
    return seat == 0 ? "coordinator A" : "coordinator B";
  }

  void from(State cell, int seat, Moves.Sink sink) {
    begin(cell, seat, sink);
    if (!cell.seat(seat).works()) {
      return;
    }
    reports(cell, seat, sink);
    take(cell, seat, "tick", Optional.empty(), sink, () -> "looks again");
    timePasses(cell, seat, sink);
    if (cell.spent().allows(bounds, Kind.SWITCHOVER) && phase(cell, seat) == Phase.STEADY) {
      Input asked = new Input.Switchover(new UUID(6, 1), Optional.empty());
      take(
          spending(cell, Kind.SWITCHOVER),
          seat,
          "switchover",
          Optional.of(asked),
          sink,
          () -> "is asked for a switchover");
    }
    answer(cell, seat, sink);
  }

  private static Phase phase(State cell, int seat) {
    return cell.seat(seat).state().orElseThrow().phase();
  }

  private static State spending(State cell, Kind kind) {
    State next = cell.copy();
    next.spent(cell.spent().and(kind));
    return next;
  }

  private void begin(State cell, int seat, Moves.Sink sink) {
    Seat now = cell.seat(seat);
    boolean begins = now.state().isEmpty() && cell.spent().allows(bounds, Kind.CLAIM);
    if (begins) {
      State next = spending(cell, Kind.CLAIM);
      GroupState state = GroupState.starting(TimelessState.NOW);
      Next call = Request.claim(Ballot.NONE);
      next.seat(seat, new Seat(Optional.of(state), Optional.of(call), now.drawn()));
      sink.next(next, () -> name(seat) + " begins");
    }
  }

  private void reports(State cell, int seat, Moves.Sink sink) {
    GroupState state = cell.seat(seat).state().orElseThrow();
    if (DEAF.contains(state.phase())) {
      return;
    }
    for (int node = 0; node < State.NODES; node++) {
      int number = world.report(cell, node);
      NodeReport report = cell.pools().reports.value(number);
      int index = node;
      if (TimelessState.seen(state, report.node())
          .filter(last -> sameNews(last, TimelessState.relevant(state, report)))
          .isPresent()) {
        continue;
      }
      step(
          cell,
          seat,
          new Question(cell.seatNumber(seat), "report", number, Optional.empty()),
          () -> TimelessState.step(
              world.rules(),
              state,
              TimelessState.NOW,
              fresh(cell, seat),
              new Input.Reported(report)),
          sink,
          () -> "has a report of " + world.id(index));
    }
  }

  /** A report that tells of nothing but more WAL may as well have been lost. */
  private static boolean sameNews(NodeReport last, NodeReport now) {
    return last.server() == now.server()
        && last.gate() == now.gate()
        && last.upstream().equals(now.upstream())
        && last.receiver() == now.receiver()
        && last.rebuilding().equals(now.rebuilding())
        && last.promised().equals(now.promised())
        && last.order().equals(now.order())
        && last.fenced().equals(now.fenced())
        && last.history().equals(now.history())
        && last.barrier().equals(now.barrier())
        && last.sync().equals(now.sync())
        && last.problem().equals(now.problem());
  }

  private void take(
      State cell,
      int seat,
      String kind,
      Optional<Input> input,
      Moves.Sink sink,
      Supplier<String> what) {
    GroupState state = cell.seat(seat).state().orElseThrow();
    step(
        cell,
        seat,
        new Question(cell.seatNumber(seat), kind, -1, input),
        () -> TimelessState.step(
            world.rules(),
            state,
            TimelessState.NOW,
            fresh(cell, seat),
            input.orElse(new Input.Tick())),
        sink,
        what);
  }

  private void timePasses(State cell, int seat, Moves.Sink sink) {
    GroupState state = cell.seat(seat).state().orElseThrow();
    if (cell.spent().allows(bounds, Kind.VERDICT)) {
      later(
          spending(cell, Kind.VERDICT),
          seat,
          "verdict",
          TimelessState.withVotes(
              state, world.rules().sentinels(), Vote.Opinion.DEAD, TimelessState.NOW),
          TimelessState.NOW,
          sink);
    }
    if (cell.spent().allows(bounds, Kind.LATE)) {
      State next = spending(cell, Kind.LATE);
      GroupState aged = TimelessState.agedUntilLate(state);
      later(next, seat, "time passes", aged, TimelessState.LATE, sink);
      if (state.phase() == Phase.FENCING) {
        GroupState healthy = TimelessState.withVotes(
            aged, world.rules().sentinels(), Vote.Opinion.HEALTHY, TimelessState.LATE);
        later(next, seat, "time passes, primary is healthy", healthy, TimelessState.LATE, sink);
      }
      later(next, seat, "time passes in silence", state, TimelessState.SILENT, sink);
    }
  }

  private void later(
      State next, int seat, String kind, GroupState state, long nowMs, Moves.Sink sink) {
    step(
        next,
        seat,
        new Question(next.seatNumber(seat), kind, -1, Optional.empty()),
        () -> TimelessState.step(world.rules(), state, nowMs, fresh(next, seat), new Input.Tick()),
        sink,
        () -> kind);
  }

  private static UUID fresh(State cell, int seat) {
    return new UUID(9, 1000L * (seat + 1) + cell.seat(seat).drawn());
  }

  private void step(
      State cell,
      int seat,
      Question question,
      Supplier<Step> core,
      Moves.Sink sink,
      Supplier<String> what) {
    Answered answered = known.get(question);
    if (answered == null) {
      answered = ask(core);
      known.put(question, answered);
      answered.step().ifPresent(taken -> rows.add(phase(cell, seat) + ": " + taken.row()));
    }
    String failure = answered.failure();
    if (answered.step().isEmpty()) {
      throw new Moves.Violation("CORE", failure).during(name(seat) + " " + what.get());
    }
    Step step = answered.step().get();
    Seat before = cell.seat(seat);
    boolean nothing = step.effects().isEmpty()
        && step.state().equals(before.state().orElseThrow())
        && question.input().isEmpty();
    if (nothing || TimelessState.lastNumber(step.state()) > bounds.orders()) {
      return;
    }
    State next = cell.copy();
    boolean answers = question.kind().equals("answer");
    Supplier<String> sentence = () -> name(seat) + " " + what.get()
        + (step.row().isEmpty() ? "" : ": " + step.row() + " (" + step.state().phase() + ")");
    Moves.during(sentence, () -> perform(next, seat, before, step, fresh(cell, seat), answers));
    sink.next(next, sentence);
  }

  private static Answered ask(Supplier<Step> core) {
    try {
      return new Answered(Optional.of(core.get()), "");
    } catch (IllegalStateException
        | IllegalArgumentException
        | java.util.NoSuchElementException e) {
      return new Answered(Optional.empty(), e.toString());
    }
  }

  // Effects.

  private void perform(
      State next, int seat, Seat before, Step step, UUID fresh, boolean callHasEnded) {
    int drawn = before.drawn() + (TimelessState.uses(step.state(), fresh) ? 1 : 0);
    Optional<Next> call = callHasEnded ? Optional.empty() : before.call();
    Optional<GroupState> state = Optional.of(step.state());
    for (Effect effect : step.effects()) {
      if (effect instanceof Effect.Claim claim) {
        if (!next.spent().allows(bounds, Kind.CLAIM)) {
          state = Optional.empty();
          call = Optional.empty();
          break;
        }
        next.spent(next.spent().and(Kind.CLAIM));
        call = Optional.of(Request.claim(claim.above()));
      } else if (effect instanceof Effect.Write write) {
        Next first = Request.write(write.register());
        sendUpdate(next, first);
        call = Optional.of(first);
      } else if (effect instanceof Effect.Send send) {
        world.order(next, send.order());
      } else if (effect instanceof Effect.Resign) {
        state = Optional.empty();
        call = Optional.empty();
      }
    }
    prove(next, before, step);
    next.seat(seat, new Seat(state, call, drawn));
  }

  private void prove(State next, Seat before, Step step) {
    boolean proven = before.state().orElseThrow().phase() == Phase.PROMOTING
        && step.state().phase() == Phase.ESTABLISHING;
    if (proven) {
      Configuration begun = TimelessState.begun(step.state()).orElseThrow();
      Moves.provenWal(next, begun).ifPresent(wal -> {
        next.ledger(next.ledger().proving(begun.epoch(), begun.promotion(), wal));
        Moves.lossless(next.ledger());
      });
    }
  }

  // The register.

  private void sendUpdate(State next, Next step) {
    if (!bounds.atomicRegister() && step instanceof Next.Update update) {
      next.replicas(next.replicas().sent(update.request()));
    }
  }

  private void answer(State cell, int seat, Moves.Sink sink) {
    Seat now = cell.seat(seat);
    if (now.call().isEmpty()) {
      return;
    }
    Next call = now.call().get();
    if (bounds.atomicRegister()) {
      atOnce(cell, seat, call, sink);
    } else if (call instanceof Next.Update update) {
      if (cell.replicas()
          .hasMajority(update.request(), world.rules().sentinels().majority())) {
        proceed(
            cell, seat, update.request().updated(), sink, () -> "'s update is held by a majority");
      }
    } else if (call instanceof Next.Read read) {
      reads(cell, seat, read.request(), sink);
    }
    if (cell.spent().allows(bounds, Kind.UNAVAILABLE)) {
      State next = spending(cell, Kind.UNAVAILABLE);
      if (bounds.atomicRegister() && call instanceof Next.Update update) {
        next.replicas(next.replicas().sent(update.request()));
      }
      end(next, seat, new Input.Unavailable("no majority"), sink, () -> "gets no majority");
    }
  }

  private void atOnce(State cell, int seat, Next first, Moves.Sink sink) {
    State next = cell.copy();
    Next call = first;
    while (true) {
      if (call instanceof Next.Update update) {
        for (int i = 0; i < next.replicas().all().size(); i++) {
          Replicas.Replica replica = next.replicas().all().get(i);
          next.replicas(next.replicas().with(i, replica.taking(update.request())));
        }
        call = update.request().updated();
      } else if (call instanceof Next.Read read) {
        Cell merged = next.replicas().all().stream()
            .map(Replicas.Replica::state)
            .reduce(Cell.EMPTY, Cell::merge);
        call = read.request().read(merged, claimId(cell, seat));
      } else {
        break;
      }
    }
    hold(next);
    ended(next, seat, call, sink);
  }

  private static UUID claimId(State cell, int seat) {
    return new UUID(8, 1000L * seat + 1 + cell.spent().claims());
  }

  private void reads(State cell, int seat, Request call, Moves.Sink sink) {
    List<Replicas.Replica> all = cell.replicas().all();
    for (int i = 0; i < all.size(); i++) {
      for (int j = i + 1; j < Math.max(all.size(), 2); j++) {
        if (j < all.size() && all.get(i).complete() && all.get(j).complete()) {
          Cell merged = all.get(i).state().merge(all.get(j).state());
          int one = i;
          int other = j;
          proceed(
              cell,
              seat,
              call.read(merged, claimId(cell, seat)),
              sink,
              () -> " reads sentinels " + one + " and " + other);
        }
      }
    }
  }

  private void proceed(State cell, int seat, Next call, Moves.Sink sink, Supplier<String> what) {
    if (!(call instanceof Next.Update) && !(call instanceof Next.Read)) {
      ended(cell, seat, call, sink);
      return;
    }
    State next = cell.copy();
    Seat now = cell.seat(seat);
    next.seat(seat, new Seat(now.state(), Optional.of(call), now.drawn()));
    sendUpdate(next, call);
    sink.next(next, () -> name(seat) + what.get());
  }

  private void ended(State cell, int seat, Next call, Moves.Sink sink) {
    if (call instanceof Next.Outbid outbid) {
      end(cell, seat, new Input.Outbid(outbid.by()), sink, () -> "is outbid");
    } else if (call instanceof Next.Claimed claimed) {
      Input input = new Input.Claimed(claimed.ballot(), claimed.record());
      end(
          cell,
          seat,
          input,
          sink,
          () -> "has claimed ballot " + claimed.ballot().number());
    } else if (call instanceof Next.Written written) {
      Input input = new Input.Written(written.version());
      end(cell, seat, input, sink, () -> "has written version " + written.version());
    }
  }

  private void end(State cell, int seat, Input input, Moves.Sink sink, Supplier<String> what) {
    take(cell, seat, "answer", Optional.of(input), sink, what);
  }

  /** Updates that are on their way, and sentinels that lose their disk. */
  void register(State cell, Moves.Sink sink) {
    Replicas replicas = cell.replicas();
    for (int i = 0; i < replicas.all().size(); i++) {
      Replicas.Replica replica = replicas.all().get(i);
      for (Request update : replica.underway()) {
        State next = cell.copy();
        next.replicas(replicas.with(i, replica.taking(update)));
        hold(next);
        int index = i;
        sink.next(
            next,
            () -> "sentinel " + index + " takes " + update.stage() + " "
                + (update.stage() == Request.Stage.CLAIMING ? update.ballot() : update.record()));
      }
      lostDisk(cell, i, replica, sink);
    }
  }

  private void lostDisk(State cell, int index, Replicas.Replica replica, Moves.Sink sink) {
    if (cell.spent().allows(bounds, Kind.LOST_DISK)) {
      State next = spending(cell, Kind.LOST_DISK);
      next.replicas(
          cell.replicas().with(index, new Replicas.Replica(Cell.EMPTY, false, replica.underway())));
      sink.next(next, () -> "sentinel " + index + " loses its disk");
    }
    if (!replica.complete()) {
      admissions(cell, index, replica, sink);
    }
  }

  /** By any others that have answered, as the rule asks for. */
  private void admissions(State cell, int index, Replicas.Replica replica, Moves.Sink sink) {
    List<Replicas.Replica> all = cell.replicas().all();
    int needed = AdmissionRule.needed(all.size(), world.rules().sentinels().majority());
    for (int mask = 0; mask < 1 << all.size(); mask++) {
      int chosen = mask;
      if ((mask >> index & 1) == 1) {
        continue;
      }
      List<Replicas.Replica> others = java.util.stream.IntStream.range(0, all.size())
          .filter(i -> (chosen >> i & 1) == 1)
          .mapToObj(all::get)
          .toList();
      boolean admitted = AdmissionRule.admits(
          needed,
          replica.state().equals(Cell.EMPTY),
          others.stream()
              .map(other ->
                  new AdmissionRule.Other(other.complete(), other.state().equals(Cell.EMPTY)))
              .toList());
      if (admitted) {
        Cell merged =
            others.stream().map(Replicas.Replica::state).reduce(replica.state(), Cell::merge);
        State next = cell.copy();
        next.replicas(
            cell.replicas().with(index, new Replicas.Replica(merged, true, replica.underway())));
        hold(next);
        sink.next(next, () -> "sentinel " + index + " takes part again");
      }
    }
  }

  private static void hold(State next) {
    for (Replicas.Replica replica : next.replicas().all()) {
      for (Configuration begun : replica.state().record().begun()) {
        if (next.replicas().majorityHolds(begun.promotion())) {
          next.ledger(next.ledger().holding(begun.promotion()));
        }
      }
    }
  }
}
