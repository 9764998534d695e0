package io.conclave.core.failover;

import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * One line of the protocol: in this phase, on this trigger, when the guard holds, do the action; it may lead to these phases.
 *
 * @param guardName {@code always}, or the name of the predicate, for people
 */
record Row(
    Phase phase,
    Trigger trigger,
    String guardName,
    Predicate<Turn> guard,
    String actionName,
    Consumer<Turn> action,
    Set<Phase> leadsTo,
    String sentence) {

  /** The kinds of input that the protocol tells apart. */
  enum Trigger {
    CLAIMED,
    OUTBID,
    WRITTEN,
    UNAVAILABLE,
    SWITCHOVER,
    /** The same as {@link #OBSERVED}, while an agent has promised more than the ballot held and takes no orders of it. */
    OUTPROMISED,
    /** A report, a vote, or the passing of time. */
    OBSERVED;

    static Trigger of(Turn turn) {
      Input input = turn.input;
      if (input instanceof Input.Claimed) {
        return CLAIMED;
      }
      if (input instanceof Input.Outbid) {
        return OUTBID;
      }
      if (input instanceof Input.Written) {
        return WRITTEN;
      }
      if (input instanceof Input.Unavailable) {
        return UNAVAILABLE;
      }
      if (input instanceof Input.Switchover) {
        return SWITCHOVER;
      }
      return turn.phase() != Phase.CLAIMING && turn.outpromised().isPresent()
          ? OUTPROMISED
          : OBSERVED;
    }
  }
}
