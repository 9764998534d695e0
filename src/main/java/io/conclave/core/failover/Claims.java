package io.conclave.core.failover;

import io.conclave.core.Ballot;
import io.conclave.core.RegisterRecord;
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
    return !claimed(turn).register().begun().isEmpty() && !attemptGoesOn(turn);
  }

  /** Only while the configuration that failed is still the last one: another coordinator may have ended the matter. */
  static boolean attemptGoesOn(Turn turn) {
    RegisterRecord register = claimed(turn).register();
    return !register.begun().isEmpty()
        && turn.attempt()
            .flatMap(Attempt::begun)
            .filter(begun -> register
                .newest()
                .filter(newest -> newest.promotion().equals(begun.promotion()))
                .isPresent())
            .isPresent();
  }

  static boolean established(Turn turn) {
    return claimed(turn).register().begun().isEmpty()
        && claimed(turn).register().established().isPresent();
  }

  static boolean emptyRegister(Turn turn) {
    return claimed(turn).register().active().isEmpty();
  }

  static void rest(Turn turn) {
    turn.answer(new Refused("another coordinator has ended it; ask for the status"));
    turn.noAttempt();
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

  /** A coordinator that has only just claimed and is outpromised was too low from the start: nobody bid against it. */
  static boolean hasJustBegun(Turn turn) {
    return turn.phase() == Phase.FORMING
        || (turn.phase() == Phase.STEADY
            && turn.inPhaseMs() <= turn.rules.timings().suspicionMs())
        || (turn.phase() == Phase.PROMOTING && turn.ongoing().task().isEmpty());
  }

  static void claimHigher(Turn turn) {
    turn.noAttempt();
    turn.claim();
  }

  static boolean isAtWork(Turn turn) {
    return !hasJustBegun(turn);
  }

  static void resign(Turn turn) {
    turn.answer(new Refused("another coordinator took over; ask again"));
    turn.enter(Phase.RESIGNED);
    Ballot by = turn.input instanceof Input.Outbid outbid
        ? outbid.by()
        : turn.outpromised().orElseThrow();
    turn.emit(new Effect.Resign("outbid by ballot " + by));
  }
}
