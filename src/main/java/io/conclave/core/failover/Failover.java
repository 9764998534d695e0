package io.conclave.core.failover;

import static io.conclave.core.failover.Phase.BEGINNING;
import static io.conclave.core.failover.Phase.CLAIMING;
import static io.conclave.core.failover.Phase.DRAINING;
import static io.conclave.core.failover.Phase.ESTABLISHING;
import static io.conclave.core.failover.Phase.FENCING;
import static io.conclave.core.failover.Phase.FORMING;
import static io.conclave.core.failover.Phase.HOLDING;
import static io.conclave.core.failover.Phase.PREPARING;
import static io.conclave.core.failover.Phase.PROMOTING;
import static io.conclave.core.failover.Phase.RESIGNED;
import static io.conclave.core.failover.Phase.STEADY;
import static io.conclave.core.failover.Row.Trigger.CLAIMED;
import static io.conclave.core.failover.Row.Trigger.OBSERVED;
import static io.conclave.core.failover.Row.Trigger.OUTBID;
import static io.conclave.core.failover.Row.Trigger.OUTPROMISED;
import static io.conclave.core.failover.Row.Trigger.SWITCHOVER;
import static io.conclave.core.failover.Row.Trigger.UNAVAILABLE;
import static io.conclave.core.failover.Row.Trigger.WRITTEN;

import io.conclave.core.failover.Row.Trigger;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The coordinator's decisions about one group, as a pure function (state, input) → (state, effects).
 *
 * <p>It upholds I1 (fence quorum of every active configuration before a candidate is chosen), I2 (choice by epoch and
 * position), I3 (its orders carry a claimed ballot and rising numbers) and I4 (Promote comes only out of the step that
 * consumes {@code Written} of the begun configuration). Called by the coordinator's shell and by the simulator.
 *
 * <p>The protocol is {@link #ROWS}: in one phase, on one trigger, the guards exclude each other, so their order never
 * matters. Where no row fires, the input changes nothing but what was seen.
 */
public final class Failover {
  private Failover() {}

  /** The protocol. */
  static final List<Row> ROWS = rows();

  /** The same, by phase and trigger. */
  private static final Map<Phase, Map<Trigger, List<Row>>> INDEX = ROWS.stream()
      .collect(Collectors.groupingBy(
          Row::phase,
          () -> new EnumMap<>(Phase.class),
          Collectors.groupingBy(
              Row::trigger, () -> new EnumMap<>(Trigger.class), Collectors.toList())));

  /**
   * @param nowMs monotonic clock of the coordinator's host, in ms
   * @param fresh a random identifier, drawn for this step
   */
  public static Step step(Rules rules, GroupState state, long nowMs, UUID fresh, Input input) {
    Turn turn = new Turn(rules, state, nowMs, fresh, input);
    turn.absorb();
    for (Row row : rowsFor(turn.phase(), Trigger.of(turn))) {
      if (row.guard().test(turn)) {
        return fire(row, turn);
      }
    }
    return new Step(turn.state(), turn.effects(), "");
  }

  private static List<Row> rowsFor(Phase phase, Trigger trigger) {
    return INDEX.getOrDefault(phase, Map.of()).getOrDefault(trigger, List.of());
  }

  private static Step fire(Row row, Turn turn) {
    row.action().accept(turn);
    if (!row.leadsTo().contains(turn.phase())) {
      throw new IllegalStateException("row '%s' led to %s".formatted(row.sentence(), turn.phase()));
    }
    return new Step(turn.state(), turn.effects(), row.sentence());
  }

  private static List<Row> rows() {
    Table table = new Table();
    claiming(table);
    forming(table);
    steady(table);
    preparing(table);
    holding(table);
    draining(table);
    fencing(table);
    promoting(table);
    everywhere(table);
    return List.copyOf(table.rows);
  }

  private static void claiming(Table t) {
    t.row(
        CLAIMING,
        CLAIMED,
        "something begun",
        Claims::somethingBegun,
        "takeOver",
        Attempts::takeOver,
        "a configuration was begun and not established: its candidate is ordered to go on",
        PROMOTING);
    t.row(
        CLAIMING,
        CLAIMED,
        "established",
        Claims::established,
        "rest",
        Claims::rest,
        "the configuration is established: nothing to do",
        STEADY);
    t.row(
        CLAIMING,
        CLAIMED,
        "attempt goes on",
        Claims::attemptGoesOn,
        "fence again",
        Attempts::fenceAgain,
        "a fresh ballot for the next attempt: fence under it",
        FENCING);
    t.row(
        CLAIMING,
        CLAIMED,
        "empty register",
        Claims::emptyRegister,
        "form",
        Claims::form,
        "nothing was ever written: the group is to be formed",
        FORMING);
    t.row(
        CLAIMING,
        UNAVAILABLE,
        "always",
        Turn::always,
        "claim again",
        Turn::claim,
        "no majority of sentinels answers: claim again",
        CLAIMING);
  }

  private static void forming(Table t) {
    t.row(
        FORMING,
        OBSERVED,
        "all nodes are empty",
        Formation::allAreEmpty,
        "initialize",
        Formation::initialize,
        "every node is empty: begin the first configuration with the preferred node",
        BEGINNING);
    t.row(
        FORMING,
        OBSERVED,
        "one runs as primary",
        Formation::onePrimary,
        "adopt",
        Formation::adopt,
        "one server runs as primary and has no epoch: begin the first configuration with it",
        BEGINNING);
  }

  private static void steady(Table t) {
    t.row(
        STEADY,
        OBSERVED,
        "primary is dead",
        Attempts::primaryIsDead,
        "fence",
        Attempts::failOver,
        "a majority of sentinels and regions finds the primary dead: fence its standbys",
        FENCING);
    t.row(
        STEADY,
        OBSERVED,
        "primary is shut",
        Attempts::primaryIsShut,
        "leave",
        Attempts::leave,
        "the primary has no room to open its gate, and another node has: fence its standbys",
        FENCING);
    t.row(
        STEADY,
        OBSERVED,
        "primary goes on",
        Attempts::primaryGoesOn,
        "tend",
        Tending::tend,
        "tend standbys and the sync set",
        STEADY);
    t.row(
        STEADY,
        WRITTEN,
        "expected version",
        Claims::expectedVersion,
        "go on",
        SyncSteps::written,
        "the sync set in the register is held by a majority",
        STEADY);
    t.row(
        STEADY,
        UNAVAILABLE,
        "writing",
        Turn::isWriting,
        "write again",
        Turn::rewrite,
        "no majority of sentinels answers: write the sync set again",
        STEADY);
    t.row(
        STEADY,
        SWITCHOVER,
        "possible",
        Switchovers::isPossible,
        "prepare",
        Switchovers::prepare,
        "a switchover was asked for: primary and target checkpoint first",
        PREPARING);
    t.row(
        STEADY,
        SWITCHOVER,
        "not possible",
        Switchovers::isNotPossible,
        "refuse",
        Switchovers::refuse,
        "the switchover is refused, with the reason",
        STEADY);
  }

  private static void preparing(Table t) {
    t.row(
        PREPARING,
        OBSERVED,
        "primary is dead",
        Attempts::primaryIsDead,
        "fence",
        Attempts::failOver,
        "the primary died before the switchover: fail over",
        FENCING);
    t.row(
        PREPARING,
        OBSERVED,
        "prepared, edges heard",
        Holds::isWanted,
        "hold",
        Holds::begin,
        "both have checkpointed: the edges hold their clients",
        HOLDING);
    t.row(
        PREPARING,
        OBSERVED,
        "prepared, no edge",
        Holds::isNotWanted,
        "drain",
        Switchovers::drain,
        "both have checkpointed, and there is no edge: the primary stops",
        DRAINING);
    t.row(
        PREPARING,
        OBSERVED,
        "target is lost",
        Switchovers::hasLostTarget,
        "call off",
        Switchovers::callOff,
        "the target is not fit any more: call the switchover off while the primary serves",
        STEADY);
    t.row(
        PREPARING,
        OBSERVED,
        "not prepared",
        Switchovers::isNotPrepared,
        "insist",
        Turn::insist,
        "wait for the checkpoints",
        PREPARING);
  }

  private static void holding(Table t) {
    t.row(
        HOLDING,
        OBSERVED,
        "primary is dead",
        Attempts::primaryIsDead,
        "fence",
        Attempts::failOver,
        "the primary died while the edges hold: fail over, and let their clients wait for it",
        FENCING);
    t.row(
        HOLDING,
        OBSERVED,
        "held",
        Holds::isHeld,
        "drain",
        Holds::drain,
        "no client is served, and the target has what the primary has: the primary stops",
        DRAINING);
    t.row(
        HOLDING,
        OBSERVED,
        "target is lost",
        Switchovers::hasLostTarget,
        "call off",
        Switchovers::callOff,
        "the target is not fit any more: let the clients go on with the primary",
        STEADY);
    t.row(
        HOLDING,
        OBSERVED,
        "over budget",
        Holds::isOver,
        "let go",
        Holds::letGo,
        "an edge did not drain in time: let the clients go on with the primary",
        STEADY);
    t.row(
        HOLDING,
        OBSERVED,
        "not held",
        Holds::mustWait,
        "insist",
        Turn::insist,
        "wait for the edges",
        HOLDING);
  }

  private static void draining(Table t) {
    t.row(
        DRAINING,
        OBSERVED,
        "drained",
        Switchovers::isDrained,
        "fence",
        Attempts::fenceStandbys,
        "the primary has stopped: fence the standbys",
        FENCING);
    t.row(
        DRAINING,
        OBSERVED,
        "not drained",
        Switchovers::isNotDrained,
        "insist",
        Turn::insist,
        "wait for the stop of the primary",
        DRAINING);
  }

  private static void fencing(Table t) {
    t.row(
        FENCING,
        OBSERVED,
        "quorum",
        Attempts::mayBegin,
        "begin",
        Attempts::begin,
        "nothing can be acknowledged any more: write the next configuration to the register",
        BEGINNING);
    t.row(
        FENCING,
        OBSERVED,
        "primary is back",
        Attempts::mayBeCalledOff,
        "call off",
        Attempts::callOff,
        "the primary is healthy after all and nothing was begun: call it off",
        CLAIMING);
    t.row(
        FENCING,
        OBSERVED,
        "no quorum",
        Attempts::mustWaitForFences,
        "insist",
        Attempts::insistOnFences,
        "wait for the fences; start stopped servers when they are needed",
        FENCING);
    t.row(
        BEGINNING,
        WRITTEN,
        "expected version",
        Claims::expectedVersion,
        "promote",
        Attempts::promote,
        "a majority holds the begun configuration: promote the candidate, point the others to it",
        PROMOTING);
    t.row(
        BEGINNING,
        UNAVAILABLE,
        "always",
        Turn::always,
        "write again",
        Turn::rewrite,
        "no majority of sentinels answers: write the same again",
        BEGINNING);
  }

  private static void promoting(Table t) {
    t.row(
        PROMOTING,
        OBSERVED,
        "shown by k",
        Promotions::isShown,
        "establish",
        Promotions::establish,
        "the epoch row is shown by k members: let clients in",
        ESTABLISHING);
    t.row(
        PROMOTING,
        OBSERVED,
        "failed",
        Promotions::hasFailed,
        "next attempt",
        Promotions::tryAgain,
        "the candidate did not make it: the next attempt needs a fresh ballot",
        CLAIMING);
    t.row(
        PROMOTING,
        OBSERVED,
        "not shown",
        Promotions::isUnderWay,
        "insist",
        Promotions::insist,
        "wait for the epoch row",
        PROMOTING);
    t.row(
        ESTABLISHING,
        WRITTEN,
        "expected version",
        Claims::expectedVersion,
        "finish",
        Promotions::finish,
        "a majority knows that the epoch is established: claim a ballot for the next time",
        CLAIMING);
    t.row(
        ESTABLISHING,
        UNAVAILABLE,
        "always",
        Turn::always,
        "write again",
        Turn::rewrite,
        "no majority of sentinels answers: write the same again",
        ESTABLISHING);
    t.row(
        ESTABLISHING,
        OBSERVED,
        "always",
        Turn::always,
        "insist",
        Turn::insist,
        "wait for the register",
        ESTABLISHING);
  }

  private static void everywhere(Table t) {
    for (Phase phase : Phase.values()) {
      if (phase != RESIGNED) {
        t.row(
            phase,
            OUTBID,
            "always",
            Turn::always,
            "resign",
            Claims::resign,
            "somebody holds a higher ballot: stop at once",
            RESIGNED);
      }
      if (phase != RESIGNED && phase != CLAIMING && phase != FORMING) {
        t.row(
            phase,
            OUTPROMISED,
            "at work",
            Claims::isAtWork,
            "resign",
            Claims::resign,
            "an agent obeys a higher ballot: stop at once",
            RESIGNED);
      }
      if (phase == FORMING || phase == STEADY || phase == PROMOTING) {
        t.row(
            phase,
            OUTPROMISED,
            "just begun",
            Claims::hasJustBegun,
            "claim again",
            Claims::claimHigher,
            "an agent has promised more than the register knew: claim a higher ballot",
            CLAIMING);
      }
      if (phase != STEADY) {
        t.row(
            phase,
            SWITCHOVER,
            "always",
            Turn::always,
            "refuse",
            Switchovers::refuse,
            "the switchover is refused, with the reason",
            phase);
      }
    }
  }

  /** Collects rows; refuses two rows that could not be told apart. */
  private static final class Table {
    private final List<Row> rows = new ArrayList<>();

    void row(
        Phase phase,
        Trigger trigger,
        String guardName,
        Predicate<Turn> guard,
        String actionName,
        Consumer<Turn> action,
        String sentence,
        Phase... leadsTo) {
      boolean twice = rows.stream()
          .anyMatch(row -> row.phase() == phase
              && row.trigger() == trigger
              && row.guardName().equals(guardName));
      if (twice) {
        throw new IllegalStateException(
            "two rows for " + phase + ", " + trigger + ", " + guardName);
      }
      rows.add(
          new Row(phase, trigger, guardName, guard, actionName, action, Set.of(leadsTo), sentence));
    }
  }

  /** The protocol in words, one line a row: the golden file of the documents. */
  public static String describe() {
    StringBuilder text = new StringBuilder();
    for (Row row : ROWS) {
      text.append("%-12s | %-11s | %-22s | %-14s | %-12s | %s%n"
          .formatted(
              row.phase(),
              row.trigger(),
              row.guardName(),
              row.actionName(),
              String.join(",", row.leadsTo().stream().map(Phase::name).sorted().toList()),
              row.sentence()));
    }
    return text.toString();
  }
}
