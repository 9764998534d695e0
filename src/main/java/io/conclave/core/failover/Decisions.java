package io.conclave.core.failover;

import io.conclave.core.Configuration;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport;
import io.conclave.core.NodeReport.ServerState;
import io.conclave.core.RegisterRecord;
import io.conclave.core.SwitchoverReply;
import io.conclave.core.Task;
import io.conclave.core.decision.Cause;
import io.conclave.core.decision.Decision;
import io.conclave.core.failover.Effect.Milestone;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What a step decided, with what was known at that moment: derived from the state before, the input and the step, and from
 * nothing else. It decides nothing; the protocol does not know of it.
 */
public final class Decisions {
  private static final UUID NO_ID = new UUID(0, 0);

  private final GroupState before;
  private final Step step;
  private final Turn saw;
  private final Turn after;
  private final Input input;
  private final List<Decision> decisions = new ArrayList<>();

  private Decisions(Rules rules, GroupState before, long nowMs, Input input, Step step) {
    this.before = before;
    this.step = step;
    this.input = input;
    this.saw = new Turn(rules, before, nowMs, NO_ID, input);
    saw.absorb();
    this.after = new Turn(rules, step.state(), nowMs, NO_ID, new Input.Tick());
  }

  /**
   * @param before the state that the step began with
   * @param beforeMs when the step before it was taken (monotonic ms): what holds since then is not decided again
   * @param nowMs when this step was taken
   */
  public static List<Decision> of(
      Rules rules, GroupState before, long beforeMs, long nowMs, Input input, Step step) {
    List<Decision> decisions = new ArrayList<>();
    if (isWorthALook(before, input, step)) {
      Decisions work = new Decisions(rules, before, nowMs, input, step);
      work.takeover();
      step.effects().forEach(work::effect);
      work.failedPromotion();
      decisions.addAll(work.decisions);
    }
    Hindrance.began(rules, before, beforeMs, step.state(), nowMs).ifPresent(decisions::add);
    return List.copyOf(decisions);
  }

  /** Nearly every step is a report or a tick that decides nothing, and must not cost anything. */
  private static boolean isWorthALook(GroupState before, Input input, Step step) {
    return before.phase() != step.state().phase()
        || input instanceof Input.Claimed
        || step.effects().stream()
            .anyMatch(effect -> effect instanceof Effect.Remember
                || effect instanceof Effect.Answer
                || effect instanceof Effect.Resign);
  }

  private void takeover() {
    boolean first = before.ballot().equals(io.conclave.core.Ballot.NONE);
    if (first && input instanceof Input.Claimed claimed) {
      RegisterRecord register = claimed.register();
      if (!register.active().isEmpty()) {
        decisions.add(new Decision.TakenOver(register.established(), register.begun()));
      }
    }
  }

  private void effect(Effect effect) {
    if (effect instanceof Effect.Remember remember) {
      milestone(remember.milestone(), remember.detail()).ifPresent(decisions::add);
    } else if (effect instanceof Effect.Answer answer
        && input instanceof Input.Switchover asked
        && answer.reply() instanceof SwitchoverReply.Refused refused) {
      decisions.add(new Decision.SwitchoverRefused(
          before.established(),
          asked.target(),
          refused.reason(),
          before.phase() == Phase.STEADY
              ? Candidacy.ofSwitchover(saw, Optional.empty(), asked.target())
              : List.of()));
    } else if (effect instanceof Effect.Resign resign) {
      long epoch = before.register().newest().map(Configuration::epoch).orElse(0L);
      decisions.add(new Decision.Resigned(epoch, before.phase().sentence(), resign.reason()));
    }
  }

  private Optional<Decision> milestone(Milestone milestone, String detail) {
    return switch (milestone) {
      case VERDICT -> Optional.of(failoverBegun());
      case SWITCHOVER -> after.attempt().flatMap(Attempt::preferred).map(this::switchoverBegun);
      case HELD -> after.attempt().flatMap(Attempt::holding).map(this::edgesHeld);
      case FENCED -> begun().map(this::candidateChosen);
      case BEGUN ->
        begun().map(begun -> new Decision.PromotionOrdered(begun, ordered(Task.Follow.class)));
      case PROMOTED -> begun().map(Decision.Promoted::new);
      case ESTABLISHED -> begun().map(this::established);
      case CALLED_OFF -> Optional.of(calledOff(detail));
      case SYNC_SET_CHANGED -> Optional.of(syncSetChanged());
      case FORMED -> begun().map(this::formed);
    };
  }

  private Optional<Configuration> begun() {
    return after.attempt().or(saw::attempt).flatMap(Attempt::begun);
  }

  private Cause cause() {
    return after.attempt().or(saw::attempt).map(Decisions::cause).orElse(Cause.TAKEOVER);
  }

  static Cause cause(Attempt attempt) {
    return Cause.valueOf(attempt.cause().name());
  }

  /** Who was given a task of this kind in this step. */
  private List<NodeId> ordered(Class<? extends Task> kind) {
    return step.effects().stream()
        .flatMap(
            effect -> effect instanceof Effect.Send send ? Stream.of(send.order()) : Stream.empty())
        .filter(order -> kind.isInstance(order.task()))
        .map(order -> order.node())
        .toList();
  }

  private Decision failoverBegun() {
    Configuration left = saw.established();
    Optional<String> shut = Attempts.primaryIsDead(saw)
        ? Optional.empty()
        : Optional.of(Conditions.withoutRoom(saw, left.primary()));
    return new Decision.FailoverBegun(left, Tallies.of(saw, left), ordered(Task.Fence.class), shut);
  }

  private Decision switchoverBegun(NodeId target) {
    Optional<NodeId> asked =
        input instanceof Input.Switchover switchover ? switchover.target() : Optional.empty();
    return new Decision.SwitchoverBegun(
        saw.established(),
        target,
        asked.isPresent(),
        Candidacy.ofSwitchover(saw, Optional.of(target), asked));
  }

  private Decision edgesHeld(Holding holding) {
    return new Decision.EdgesHeld(saw.established(), holding.edges(), holding.drainedMs());
  }

  private Decision candidateChosen(Configuration next) {
    return new Decision.CandidateChosen(
        next,
        cause(),
        Tallies.fences(saw.register(), saw.fenced()),
        Candidacy.ofFailover(saw, saw.fenced(), Optional.of(next.primary())));
  }

  private Decision established(Configuration configuration) {
    List<NodeId> shownBy = configuration.sync().members().stream()
        .filter(node -> saw.fresh(node)
            .filter(r -> r.rebuilding().isEmpty() && r.shows(configuration))
            .isPresent())
        .toList();
    return new Decision.Established(
        configuration, cause(), saw.attempt().flatMap(Attempt::from), shownBy);
  }

  private Decision calledOff(String reason) {
    Configuration kept = saw.established();
    boolean fencing = before.phase() == Phase.FENCING;
    return new Decision.CalledOff(
        kept,
        saw.attempt().map(Decisions::cause).orElse(Cause.VERDICT),
        reason,
        Tallies.of(saw, kept),
        fencing ? Tallies.fences(saw.register(), saw.fenced()) : List.of(),
        fencing
            ? Candidacy.ofFailover(saw, saw.fenced(), Optional.empty())
            : Candidacy.ofSwitchover(saw, Optional.empty(), Optional.empty()));
  }

  private Decision syncSetChanged() {
    Configuration was = saw.established();
    return new Decision.SyncSetChanged(
        was,
        after.established().sync(),
        SyncMoves.of(saw, was, after.established().sync()));
  }

  private Decision formed(Configuration first) {
    boolean adopted = after
        .attempt()
        .flatMap(Attempt::task)
        .filter(Task.Adopt.class::isInstance)
        .isPresent();
    return new Decision.Formed(first, adopted, Candidacy.ofFormation(saw, first.primary()));
  }

  private void failedPromotion() {
    boolean gaveUp = before.phase() == Phase.PROMOTING
        && step.state().phase() == Phase.CLAIMING
        && Row.Trigger.of(saw) == Row.Trigger.OBSERVED;
    if (gaveUp) {
      saw.attempt()
          .flatMap(Attempt::begun)
          .ifPresent(begun ->
              decisions.add(new Decision.PromotionFailed(begun, failure(begun.primary()))));
    }
  }

  private String failure(NodeId candidate) {
    Optional<NodeReport> report = saw.fresh(candidate);
    if (report.isEmpty()) {
      return "the agent of " + candidate + " is silent";
    }
    boolean ended = saw.hasFailed(candidate, 0);
    if (ended) {
      return "%s answered %s: %s"
          .formatted(
              candidate, report.get().order().outcome(), report.get().order().detail());
    }
    return report.get().server() == ServerState.STOPPED
        ? candidate + " stopped"
        : "its epoch row was not shown within %d ms; %s is %s"
            .formatted(saw.inPhaseMs(), candidate, report.get().server());
  }
}
