package io.conclave.core.failover;

import io.conclave.core.SwitchoverReply.Refused;
import java.util.Optional;

/** Ballots and the register: what a claim leads to, and when a write has ended. */
final class Claims {
  private Claims() {}

  private static Input.Claimed claimed(Turn turn) {
    return (Input.Claimed) turn.input;
  }

  /** A begun configuration is gone on with once; when that has failed, the attempt fences again instead. */
  static boolean somethingBegun(Turn turn) {
    return !claimed(turn).register().begun().isEmpty() && turn.attempt().isEmpty();
  }

  static boolean attemptGoesOn(Turn turn) {
    return turn.attempt().isPresent() && !claimed(turn).register().active().isEmpty();
  }

  static boolean established(Turn turn) {
    return turn.attempt().isEmpty()
        && claimed(turn).register().begun().isEmpty()
        && claimed(turn).register().established().isPresent();
  }

  static boolean emptyRegister(Turn turn) {
    return claimed(turn).register().active().isEmpty();
  }

  static void rest(Turn turn) {
    turn.hold(claimed(turn).ballot(), claimed(turn).register());
    turn.enter(Phase.STEADY);
    turn.publish(turn.register().established(), true);
  }

  static void form(Turn turn) {
    turn.hold(claimed(turn).ballot(), claimed(turn).register());
    turn.noAttempt();
    turn.enter(Phase.FORMING);
    turn.publish(Optional.empty(), false);
  }

  static boolean expectedVersion(Turn turn) {
    return turn.isWriting()
        && ((Input.Written) turn.input).version() == turn.pending().version();
  }

  static void resign(Turn turn) {
    turn.answer(new Refused("another coordinator took over; ask again"));
    turn.enter(Phase.RESIGNED);
    turn.emit(new Effect.Resign("outbid by ballot " + ((Input.Outbid) turn.input).by()));
  }
}
