package io.conclave.coordinator;

import io.conclave.core.Task;
import io.conclave.core.failover.Effect;
import io.conclave.core.failover.Phase;
import io.conclave.fault.FaultPoint;
import java.util.Map;
import java.util.Optional;

/** The fault points on both sides of each effect: where a coordinator can die. */
final class Passed {
  /** Before and after. */
  record Points(FaultPoint before, FaultPoint after) {}

  private static final Map<Class<? extends Task>, Points> ORDERS = Map.ofEntries(
      Map.entry(Task.Fence.class, new Points(FaultPoint.BEFORE_FENCE, FaultPoint.AFTER_FENCE)),
      Map.entry(
          Task.Recover.class, new Points(FaultPoint.BEFORE_RECOVER, FaultPoint.AFTER_RECOVER)),
      Map.entry(
          Task.Promote.class, new Points(FaultPoint.BEFORE_PROMOTE, FaultPoint.AFTER_PROMOTE)),
      Map.entry(Task.Follow.class, new Points(FaultPoint.BEFORE_FOLLOW, FaultPoint.AFTER_FOLLOW)),
      Map.entry(
          Task.OpenGate.class, new Points(FaultPoint.BEFORE_OPEN_GATE, FaultPoint.AFTER_OPEN_GATE)),
      Map.entry(Task.Rejoin.class, new Points(FaultPoint.BEFORE_REJOIN, FaultPoint.AFTER_REJOIN)),
      Map.entry(
          Task.ChangeSync.class,
          new Points(FaultPoint.BEFORE_CHANGE_SYNC, FaultPoint.AFTER_CHANGE_SYNC)),
      Map.entry(
          Task.Barrier.class, new Points(FaultPoint.BEFORE_BARRIER, FaultPoint.AFTER_BARRIER)),
      Map.entry(
          Task.Prepare.class, new Points(FaultPoint.BEFORE_PREPARE, FaultPoint.AFTER_PREPARE)),
      Map.entry(
          Task.StepDown.class, new Points(FaultPoint.BEFORE_STEP_DOWN, FaultPoint.AFTER_STEP_DOWN)),
      Map.entry(
          Task.Initialize.class,
          new Points(FaultPoint.BEFORE_INITIALIZE, FaultPoint.AFTER_INITIALIZE)),
      Map.entry(Task.Adopt.class, new Points(FaultPoint.BEFORE_ADOPT, FaultPoint.AFTER_ADOPT)));

  private Passed() {}

  /**
   * @param phase that the step which led to the effect has ended in
   * @return empty for what nobody outside this process notices
   * @throws IllegalArgumentException for an effect or a task that has no points yet
   */
  static Optional<Points> around(Effect effect, Phase phase) {
    if (effect instanceof Effect.Remember || effect instanceof Effect.Resign) {
      return Optional.empty();
    }
    return Optional.of(points(effect, phase));
  }

  private static Points points(Effect effect, Phase phase) {
    if (effect instanceof Effect.Send send) {
      return ofOrder(send.order().task().getClass());
    } else if (effect instanceof Effect.Write) {
      return ofWrite(phase);
    } else if (effect instanceof Effect.Claim) {
      return new Points(FaultPoint.BEFORE_CLAIM, FaultPoint.AFTER_CLAIM);
    } else if (effect instanceof Effect.Publish) {
      return new Points(FaultPoint.BEFORE_PUBLISH, FaultPoint.AFTER_PUBLISH);
    } else if (effect instanceof Effect.Answer) {
      return new Points(FaultPoint.BEFORE_ANSWER, FaultPoint.AFTER_ANSWER);
    }
    throw new IllegalArgumentException("no fault points around " + effect);
  }

  static Points ofOrder(Class<? extends Task> task) {
    return Optional.ofNullable(ORDERS.get(task))
        .orElseThrow(() -> new IllegalArgumentException("no fault points around " + task));
  }

  private static Points ofWrite(Phase phase) {
    return switch (phase) {
      case BEGINNING -> new Points(FaultPoint.BEFORE_BEGIN, FaultPoint.AFTER_BEGIN);
      case ESTABLISHING -> new Points(FaultPoint.BEFORE_ESTABLISH, FaultPoint.AFTER_ESTABLISH);
      default -> new Points(FaultPoint.BEFORE_SYNC_WRITE, FaultPoint.AFTER_SYNC_WRITE);
    };
  }
}
