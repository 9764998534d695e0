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
  private SyncSteps() {}

  static void start(Turn turn, SyncPlan.Change change) {
    Stage first = change.direction() == Direction.SERVER_FIRST
        ? Stage.APPLYING
        : change.joiners().isEmpty() ? Stage.WRITING : Stage.CATCHING_UP;
    enter(turn, new SyncChange(change, first, turn.fresh()));
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
      case CATCHING_UP -> {
        if (shown(turn, step.change().joiners(), step)
            == step.change().joiners().size()) {
          enter(turn, step.at(Stage.WRITING));
        }
      }
      case BARRIER -> {
        SyncSet to = step.change().to();
        if (shown(turn, to.members(), step) >= to.k()) {
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

  private static long shown(Turn turn, List<NodeId> nodes, SyncChange step) {
    return nodes.stream()
        .filter(node -> turn.fresh(node)
            .map(NodeReport::barrier)
            .equals(Optional.of(Optional.of(step.barrier()))))
        .count();
  }

  /** A step that cannot reach its end because the ground under it has shifted is given up before the register write. */
  static boolean isObsolete(Turn turn, SyncChange step, List<NodeId> streaming) {
    boolean failed = turn.outcome(turn.established().primary())
        .filter(o -> o == Outcome.FAILED || o == Outcome.REFUSED)
        .isPresent();
    return switch (step.stage()) {
      case CATCHING_UP -> failed || !streaming.containsAll(step.change().joiners());
      // Register first: the register is widened already, and whatever the server has is safe; it is
      // aligned later.
      case APPLYING -> failed;
      case BARRIER ->
        failed
            || step.change().to().members().stream().filter(streaming::contains).count()
                < step.change().to().k();
      case WRITING -> false;
    };
  }
}
