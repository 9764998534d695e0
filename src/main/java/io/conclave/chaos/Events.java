package io.conclave.chaos;

import io.conclave.cli.StatusView.GroupView;
import io.conclave.cli.StatusView.NodeView;
import java.util.Optional;

/** Waits for what a scenario says must happen. */
final class Events {
  /** How the diagnosis begins in the status: docs/runbooks/disk-full.md. */
  private static final String DISK_FULL = "DISK_FULL:";

  private final Stack stack;
  private final Cell cell;
  private final Edges edges;
  private final Waiting waiting;

  Events(Stack stack, Cell cell, Edges edges, Waiting waiting) {
    this.stack = stack;
    this.cell = cell;
    this.edges = edges;
    this.waiting = waiting;
  }

  /**
   * Returns when it has happened.
   *
   * @throws ChaosException when it has not within the limit, with what is missing
   */
  void await(Deed.Until until, Calm calm) throws ChaosException, InterruptedException {
    GroupView before = calm.group();
    switch (until.event()) {
      case STEADY -> cell.awaitWhole("until steady", until.limit());
      case FAILOVER ->
        cell.await("until a failover", until.limit(), now -> hasFailedOver(before, now));
      case COORDINATOR ->
        cell.await("until another host coordinates", until.limit(), now -> hasMoved(before, now));
      case DISK_FULL -> cell.await("until DISK_FULL is told", until.limit(), Events::isDiskFull);
      case ADDRESS_MOVED ->
        waiting.until(
            "until another edge holds the virtual address",
            until.limit(),
            () -> unmoved(calm.addressHolder(), edges.holder()));
      case HEALTHY ->
        waiting.until(
            "until every container is healthy",
            until.limit(),
            () -> stack.unhealthy(cell.services()));
    }
  }

  private static boolean hasFailedOver(GroupView before, GroupView now) {
    return now.epoch() > before.epoch() && now.established();
  }

  private static boolean hasMoved(GroupView before, GroupView now) {
    return now.coordinator() != null && !now.coordinator().equals(before.coordinator());
  }

  static boolean isDiskFull(GroupView group) {
    return group.nodes().stream()
        .map(NodeView::problem)
        .anyMatch(problem -> problem != null && problem.startsWith(DISK_FULL));
  }

  /** Why the virtual address is not where it must come to. */
  static Optional<String> unmoved(Optional<String> before, Optional<String> now) {
    return now.isPresent() && !now.equals(before)
        ? Optional.empty()
        : Optional.of("it is %s, and was %s".formatted(where(now), where(before)));
  }

  private static String where(Optional<String> holder) {
    return holder.map(edge -> "at " + edge).orElse("nowhere");
  }
}
