package io.conclave.core.failover;

import io.conclave.core.Configuration;
import io.conclave.core.decision.Cause;
import io.conclave.core.decision.Decision;
import java.util.Optional;
import java.util.UUID;

/** What keeps a group without a primary from getting one: decided once, when it begins to hold. */
final class Hindrance {
  private Hindrance() {}

  static Optional<Decision> began(
      Rules rules, GroupState before, long beforeMs, GroupState after, long nowMs) {
    boolean possible = after.phase() == Phase.FENCING
        || (after.phase() == Phase.STEADY
            && after.failovers().size() >= rules.timings().failoverLimit());
    if (!possible) {
      return Optional.empty();
    }
    Turn then = turn(rules, before, beforeMs);
    Turn now = turn(rules, after, nowMs);
    if (isRefused(now) && !isRefused(then)) {
      Configuration current = now.established();
      return Optional.of(new Decision.FailoverRefused(
          current, Tallies.of(now, current), reason(rules, after, nowMs)));
    }
    return isStalled(now) && !isStalled(then)
        ? Optional.of(stalled(now, reason(rules, after, nowMs)))
        : Optional.empty();
  }

  private static Turn turn(Rules rules, GroupState state, long nowMs) {
    return new Turn(rules, state, nowMs, new UUID(0, 0), new Input.Tick());
  }

  private static String reason(Rules rules, GroupState state, long nowMs) {
    return Blocker.of(rules, state, nowMs).orElse(state.phase().sentence());
  }

  private static boolean isRefused(Turn turn) {
    return turn.phase() == Phase.STEADY
        && turn.failoversAreExhausted()
        && Verdict.of(turn, turn.established()) == Verdict.DEAD;
  }

  private static boolean isStalled(Turn turn) {
    return turn.phase() == Phase.FENCING
        && turn.inPhaseMs() >= turn.rules.timings().fenceDeadlineMs();
  }

  private static Decision stalled(Turn turn, String reason) {
    long epoch =
        turn.register().active().stream().mapToLong(Configuration::epoch).max().orElse(0) + 1;
    return new Decision.FailoverStalled(
        turn.attempt().map(Decisions::cause).orElse(Cause.VERDICT),
        epoch,
        reason,
        Tallies.fences(turn.register(), turn.fenced()),
        Candidacy.ofFailover(turn, turn.fenced(), Optional.empty()));
  }
}
