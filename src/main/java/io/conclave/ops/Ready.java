package io.conclave.ops;

import akka.actor.ActorSystem;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.AskPattern;
import akka.cluster.ClusterEvent.CurrentClusterState;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import io.conclave.core.Ballot;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.StreamSupport;

/**
 * GET /ready: the agent of this host has reported on all its nodes lately; on a sentinel, a majority of the configured
 * sentinels is up and reachable; and an edge follows the topology. Named in {@code akka.management.health-checks.readiness-checks}.
 */
public final class Ready implements Supplier<CompletionStage<Boolean>> {
  /** Shorter than akka-management's {@code check-timeout} of 1 s, which would end the request with an error. */
  private static final Duration PATIENCE = Duration.ofMillis(900);

  private static final String SENTINEL = "sentinel";

  private final akka.actor.typed.ActorSystem<Void> system;

  /** Called by akka-management. */
  public Ready(ActorSystem system) {
    this.system = Adapter.toTyped(system);
  }

  @Override
  public CompletionStage<Boolean> get() {
    return OpsExtension.get(system)
        .ops()
        .map(this::isReady)
        .orElse(CompletableFuture.completedStage(false));
  }

  private CompletionStage<Boolean> isReady(Ops ops) {
    boolean majority = !ops.isSentinel() || sentinelsUp() >= ops.sentinels().majority();
    if (!majority) {
      return CompletableFuture.completedStage(false);
    }
    return AskPattern.ask(ops.board(), Board.GetBoard::new, PATIENCE, system.scheduler())
        .thenApply(board -> hasReported(ops, board, Board.nowMs()));
  }

  private long sentinelsUp() {
    CurrentClusterState state = Cluster.get(system).state();
    return StreamSupport.stream(state.getMembers().spliterator(), false)
        .filter(member -> member.hasRole(SENTINEL))
        .filter(member -> member.status() == MemberStatus.up())
        .filter(member -> !state.getUnreachable().contains(member))
        .count();
  }

  /** An edge follows the topology of each group lately, and reaches its HAProxy and its PgBouncer. */
  private static boolean follows(Ops ops, BoardState board, long nowMs) {
    return !ops.edges().containsKey(ops.self())
        || ops.groups().stream()
            .allMatch(group -> board
                .edge(ops.self(), group.group())
                .filter(heard -> !ops.views().isSilent(heard, nowMs))
                .filter(heard -> heard.word().problem().isEmpty())
                .filter(heard -> heard.word().ballot().isAbove(Ballot.NONE))
                .isPresent());
  }

  private static boolean hasReported(Ops ops, BoardState board, long nowMs) {
    Views views = ops.views();
    return follows(ops, board, nowMs)
        && ops.ownNodes()
            .allMatch(node -> board
                .report(node)
                .filter(heard -> heard.word().host().equals(ops.self()))
                .filter(heard -> !views.isSilent(heard, nowMs))
                .isPresent());
  }
}
