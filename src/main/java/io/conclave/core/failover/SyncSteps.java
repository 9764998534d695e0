package io.conclave.core.failover;

import io.conclave.core.NodeId;
import io.conclave.core.NodeReport;
import io.conclave.core.OrderStatus.Outcome;
import io.conclave.core.SyncSet;
import io.conclave.core.Task;
import io.conclave.core.failover.Effect.Milestone;
import io.conclave.core.failover.SyncChange.Stage;
import io.conclave.core.failover.SyncPlan.Direction;
import java.util.List;
import java.util.Optional;

/**
 * Carries one sync set step through its stages (design, section 3.2). Register first: joiners show a barrier row, register,
 * server. Server first: server in force, k members of the new set show a barrier row, register.
 */
final class SyncSteps {
  /** A step that fails at once is not tried again at once; meanwhile the standbys may show what the primary waited for. */
  private static final long FAILED_MS = 500;

  private SyncSteps() {}

  static void start(Turn turn, SyncPlan.Change change) {
    Stage first = change.direction() == Direction.SERVER_FIRST
        ? Stage.APPLYING
        : change.joiners().isEmpty() ? Stage.WRITING : Stage.CATCHING_UP;
    enter(turn, new SyncChange(change, first, turn.fresh()));
  }

  /**
   * Whether a step may begin: one that sets the server first ends only while k of the members that stay stream, and would be
   * given up and begun anew at every report. Until then such a server would also wait for standbys that cannot answer.
   */
  static boolean canBegin(SyncPlan.Change change, List<NodeId> streaming) {
    return change.direction() == Direction.REGISTER_FIRST || areEnough(change, streaming);
  }

  /**
   * Whether a standby may join: the last order given to it was to follow, and it does. What it was told before may have been to
   * rejoin; an agent that restarts does its last order again, and a late one may come after all: then a node that counts would
   * be rebuilt.
   */
  static boolean mayJoin(Turn turn, NodeId node) {
    return turn.lastOrder(node)
            .filter(order -> order.task() instanceof Task.Follow)
            .isPresent()
        && turn.outcome(node).filter(Outcome.DONE::equals).isPresent();
  }

  private static boolean areEnough(SyncPlan.Change change, List<NodeId> streaming) {
    return change.to().members().stream().filter(streaming::contains).count()
        >= change.to().k();
  }

  private static void enter(Turn turn, SyncChange step) {
    turn.change(step);
    NodeId primary = turn.established().primary();
    switch (step.stage()) {
      case CATCHING_UP, BARRIER -> turn.give(primary, new Task.Barrier(step.barrier()));
      case WRITING -> turn.write(turn.register().withSync(step.change().to()));
      case APPLYING -> turn.give(primary, apply(turn, step));
    }
  }

  private static Task apply(Turn turn, SyncChange step) {
    return new Task.ChangeSync(turn.rules.settingOf(step.change().to()));
  }

  /** Looks whether the stage has reached its end. */
  static void advance(Turn turn, SyncChange step) {
    boolean serverFirst = step.change().direction() == Direction.SERVER_FIRST;
    switch (step.stage()) {
      case CATCHING_UP, BARRIER -> {
        if (isShown(turn, step)) {
          enter(turn, step.at(Stage.WRITING));
        }
      }
      case APPLYING -> {
        if (turn.isDone(turn.established().primary(), apply(turn, step))) {
          applied(turn, step, serverFirst);
        }
      }
      case WRITING -> {
        // Ends with Input.Written.
      }
    }
  }

  private static void applied(Turn turn, SyncChange step, boolean serverFirst) {
    if (serverFirst) {
      enter(turn, step.at(Stage.BARRIER));
    } else {
      turn.noChange();
    }
  }

  /** The register write of this step is held by a majority. */
  static void written(Turn turn) {
    turn.written();
    turn.remember(Milestone.SYNC_SET_CHANGED, turn.established().sync().toString());
    turn.publish(turn.register().established(), true);
    turn.change().ifPresent(step -> {
      if (step.change().direction() == Direction.SERVER_FIRST) {
        turn.noChange();
      } else {
        enter(turn, step.at(Stage.APPLYING));
      }
    });
  }

  /** Register first, all joiners; server first, k members of the new set. */
  private static boolean isShown(Turn turn, SyncChange step) {
    SyncSet to = step.change().to();
    return step.stage() == Stage.CATCHING_UP
        ? shown(turn, step.change().joiners(), step) == step.change().joiners().size()
        : shown(turn, to.members(), step) >= to.k();
  }

  private static long shown(Turn turn, List<NodeId> nodes, SyncChange step) {
    return nodes.stream()
        .filter(node -> turn.fresh(node)
            .map(NodeReport::barrier)
            .equals(Optional.of(Optional.of(step.barrier()))))
        .count();
  }

  /** A step that cannot reach its end because the ground under it has shifted is given up before the register write. */
  static boolean isObsolete(Turn turn, SyncChange step, List<NodeId> streaming) {
    boolean failed = turn.hasFailed(turn.established().primary(), FAILED_MS);
    return switch (step.stage()) {
      // The primary may have waited in vain for a set that cannot acknowledge; who shows the row
      // has it all the same.
      case CATCHING_UP ->
        (failed && !isShown(turn, step))
            || !streaming.containsAll(step.change().joiners())
            || !step.change().joiners().stream().allMatch(node -> mayJoin(turn, node));
      // Register first: the register is widened already, and whatever the server has is safe; it is
      // aligned later.
      case APPLYING -> failed;
      case BARRIER -> (failed && !isShown(turn, step)) || !areEnough(step.change(), streaming);
      case WRITING -> false;
    };
  }
}
