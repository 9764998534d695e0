package io.conclave.simulator.exhaustive;

import io.conclave.core.failover.GroupState;
import io.conclave.core.register.Request.Next;
import java.util.Optional;

/**
 * A coordinator.
 *
 * @param state empty while it does not run
 * @param call what it asked of the register and has no answer to
 * @param drawn how many identifiers it has drawn
 */
record Seat(Optional<GroupState> state, Optional<Next> call, int drawn) {
  static final Seat VACANT = new Seat(Optional.empty(), Optional.empty(), 0);

  /** Whether it still has a word to say. */
  boolean works() {
    return state.isPresent();
  }
}
