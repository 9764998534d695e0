package io.conclave.core.failover;

import io.conclave.core.Configuration;
import io.conclave.core.EdgeReport;
import io.conclave.core.Hold;
import io.conclave.core.HostId;
import io.conclave.core.Lsn;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport;
import io.conclave.core.NodeReport.ServerState;
import io.conclave.core.NodeReport.StandbyStatus;
import io.conclave.core.failover.Effect.Milestone;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Before the primary of a switchover is stopped, the edges hold their clients: what runs ends, what comes waits. Up to the
 * order that stops the primary nothing but a pause has happened, and every doubt calls the switchover off.
 */
final class Holds {
  /**
   * What follows the hold, from the order that stops the primary to the topology that lets the clients go on: the goal of
   * 300 ms with some room, and not measured on a quiet machine yet. The hold may not use up that part of the budget.
   */
  private static final long REST_MS = 400;

  /** The stopping primary sends this much within some ms; more would be an outage that nobody asked for. */
  private static final long CAUGHT_UP_BYTES = 1L << 20;

  private Holds() {}

  // Is there anybody to hold?

  static boolean isWanted(Turn turn) {
    return Switchovers.isPrepared(turn) && !turn.edges().isEmpty();
  }

  static boolean isNotWanted(Turn turn) {
    return Switchovers.isPrepared(turn) && turn.edges().isEmpty();
  }

  /** Why a heard edge could not hold its clients, or send them to the new primary; empty when it can. */
  static Optional<String> unfit(Turn turn, EdgeReport edge) {
    if (edge.problem().isPresent()) {
      return Optional.of(
          "the edge %s reports: %s".formatted(edge.edge(), edge.problem().get()));
    }
    Optional<NodeId> primary = turn.register().established().map(Configuration::primary);
    return edge.primary().equals(primary)
        ? Optional.empty()
        : Optional.of("the edge %s sends its clients to %s, not to the primary"
            .formatted(edge.edge(), edge.primary().map(NodeId::value).orElse("nobody")));
  }

  /** Of all edges; empty when each of them can. */
  static Optional<String> unfit(Turn turn) {
    return turn.edges().stream().flatMap(edge -> unfit(turn, edge).stream()).findFirst();
  }

  /**
   * The edges let their clients go on by themselves some time after the budget: once the primary is on its way down, there is
   * nobody who could serve them sooner. The time is that in which a deputy replaces a coordinator that has died.
   */
  static void begin(Turn turn) {
    long limitMs = budgetMs(turn) + turn.rules.timings().suspicionMs();
    turn.attempt(turn.ongoing()
        .holding(Optional.of(Holding.begun(new Hold(turn.fresh(), limitMs), turn.nowMs))));
    turn.enter(Phase.HOLDING);
    turn.publish(turn.register().established(), true);
  }

  private static long budgetMs(Turn turn) {
    return turn.ongoing().planned().orElseThrow().budgetMs();
  }

  /** The part of the budget in which all edges must have drained, in ms. */
  static long shareMs(long budgetMs) {
    return Math.max(budgetMs / 2, budgetMs - REST_MS);
  }

  // While they drain.

  private static boolean goesOn(Turn turn) {
    return !Attempts.primaryIsDead(turn) && !Switchovers.hasLostTarget(turn);
  }

  static boolean isHeld(Turn turn) {
    return goesOn(turn) && !isLate(turn) && obstacle(turn).isEmpty();
  }

  static boolean isOver(Turn turn) {
    return goesOn(turn) && isLate(turn);
  }

  static boolean mustWait(Turn turn) {
    return goesOn(turn) && !isLate(turn) && obstacle(turn).isPresent();
  }

  private static boolean isLate(Turn turn) {
    return turn.inPhaseMs() >= shareMs(budgetMs(turn));
  }

  /** What is in the way of the order that stops the primary. */
  static Optional<String> obstacle(Turn turn) {
    List<String> open = turn.edges().stream()
        .filter(edge -> !holds(turn, edge))
        .map(Holds::notDrained)
        .toList();
    return open.isEmpty() ? behind(turn) : Optional.of(String.join("; ", open));
  }

  private static boolean holds(Turn turn, EdgeReport edge) {
    Optional<UUID> wanted =
        turn.ongoing().holding().map(holding -> holding.hold().id());
    return edge.held().isPresent() && edge.held().equals(wanted);
  }

  private static String notDrained(EdgeReport edge) {
    return "the edge %s did not drain%s"
        .formatted(edge.edge(), edge.problem().map(why -> " (" + why + ")").orElse(""));
  }

  /** The target must have what the primary had, by the primary's own word: one report tells both positions of one moment. */
  private static Optional<String> behind(Turn turn) {
    NodeId target = turn.ongoing().preferred().orElseThrow();
    Optional<NodeReport> primary = turn.fresh(turn.established().primary())
        .filter(report -> report.server() == ServerState.PRIMARY);
    if (primary.isEmpty()) {
      return Optional.of(
          "the agent of the primary %s is silent".formatted(turn.established().primary()));
    }
    Lsn flushed = primary.get().standbys().stream()
        .filter(standby -> standby.node().equals(target))
        .map(StandbyStatus::flushed)
        .findFirst()
        .or(() -> turn.fresh(target).map(NodeReport::position))
        .orElse(Lsn.ZERO);
    long lag = primary.get().position().ahead(flushed);
    return lag > CAUGHT_UP_BYTES
        ? Optional.of("%s is %d bytes behind the primary".formatted(target, lag))
        : Optional.empty();
  }

  static void drain(Turn turn) {
    List<HostId> edges = turn.edges().stream().map(EdgeReport::edge).toList();
    Holding drained = turn.ongoing().holding().orElseThrow().drained(edges, turn.nowMs);
    turn.attempt(turn.ongoing().holding(Optional.of(drained)));
    turn.remember(Milestone.HELD, "by %s after %d ms".formatted(edges, drained.drainedMs()));
    Switchovers.drain(turn);
  }

  static void letGo(Turn turn) {
    Switchovers.callOff(
        turn,
        "%s within %d ms, the hold's part of a budget of %d ms; the clients have waited, and %s has served all along"
            .formatted(
                obstacle(turn).orElse("the edges did not drain"),
                shareMs(budgetMs(turn)),
                budgetMs(turn),
                turn.established().primary()));
  }
}
