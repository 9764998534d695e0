package io.conclave.coordinator;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.conclave.core.EdgeReport;
import io.conclave.core.GroupStatus;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport;
import io.conclave.core.Order;
import io.conclave.core.SwitchoverReply;
import io.conclave.core.Topology;
import io.conclave.core.Vote;
import io.conclave.core.decision.Decision;
import io.conclave.core.decision.DecisionRecord;
import io.conclave.core.decision.Outlook;
import io.conclave.core.failover.Blocker;
import io.conclave.core.failover.Decisions;
import io.conclave.core.failover.Effect;
import io.conclave.core.failover.Failover;
import io.conclave.core.failover.GroupState;
import io.conclave.core.failover.Input;
import io.conclave.core.failover.Outlooks;
import io.conclave.core.failover.Rules;
import io.conclave.core.failover.Step;
import io.conclave.fault.FaultPoints;
import io.conclave.register.Register;
import io.conclave.wire.Relays;
import io.conclave.wire.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shell of {@link Failover} for one group: turns messages into inputs, keeps the state, performs the effects in order, and then writes about them.
 * It may die after any effect; the next one claims a ballot, reads the register and goes on.
 */
public final class GroupCoordinator extends AbstractBehavior<GroupCoordinator.Command> {
  private static final Logger log = LoggerFactory.getLogger(GroupCoordinator.class);

  /** What a coordinator takes. */
  public sealed interface Command {}

  /** An operator asks for a switchover. */
  public record Switchover(
      Optional<NodeId> target, Optional<Long> budgetMs, ActorRef<SwitchoverReply> replyTo)
      implements Command {}

  /** The end of a register request, or a word that was heard. */
  public record Happened(Input input) implements Command {}

  /** An operator asks what this coordinator would do. */
  public record Look(ActorRef<Outlook> replyTo) implements Command {}

  private record Tick() implements Command {}

  private record SayStatus() implements Command {}

  /**
   * What a coordinator needs to act: the register, to be started beside it, and refs that pass its words on.
   */
  public record Ports(
      Behavior<Register.Command> register,
      ActorRef<Order> orders,
      ActorRef<Topology> topologies,
      ActorRef<GroupStatus> statuses,
      ActorRef<DecisionRecord> decisions) {}

  private final Rules rules;
  private final Ports ports;
  private final Map<UUID, ActorRef<SwitchoverReply>> requests = new HashMap<>();
  private final ActorRef<Register.Command> register;
  private final ActorRef<Register.Answer> answers;
  private GroupState state;
  private long takenMs;
  private long decided;
  private Optional<Topology> topology = Optional.empty();
  private boolean resigned;

  private GroupCoordinator(
      ActorContext<Command> context, TimerScheduler<Command> timers, Rules rules, Ports ports) {
    super(context);
    this.rules = rules;
    this.ports = ports;
    this.takenMs = nowMs();
    this.state = GroupState.starting(takenMs);
    // Fixed delay: after a thaw a fixed-rate timer would fire all missed ticks first.
    timers.startTimerWithFixedDelay(
        new Tick(), Duration.ofMillis(rules.timings().tickMs()));
    timers.startTimerWithFixedDelay(
        new SayStatus(), Duration.ofMillis(rules.timings().reportMs()));
    listen(context);
    this.register = context.spawn(ports.register(), "register");
    this.answers =
        context.messageAdapter(Register.Answer.class, answer -> new Happened(inputOf(answer)));
    performBetweenPoints(new Effect.Claim(state.ballot()));
  }

  /** Begins to coordinate: claims a ballot first. Ends by itself when it is outbid. */
  public static Behavior<Command> create(Rules rules, Ports ports) {
    return Behaviors.setup(context ->
        Behaviors.withTimers(timers -> new GroupCoordinator(context, timers, rules, ports)));
  }

  private void listen(ActorContext<Command> context) {
    ActorRef<NodeReport> reports = context.messageAdapter(
        NodeReport.class, report -> new Happened(new Input.Reported(report)));
    ActorRef<Vote> votes =
        context.messageAdapter(Vote.class, vote -> new Happened(new Input.Voted(vote)));
    Relays.listen(context.getSystem(), Topics.REPORTS, NodeReport.class, reports);
    ActorRef<EdgeReport> edges = context.messageAdapter(
        EdgeReport.class, report -> new Happened(new Input.EdgeReported(report)));
    Relays.listen(context.getSystem(), Topics.VOTES, Vote.class, votes);
    Relays.listen(context.getSystem(), Topics.EDGES, EdgeReport.class, edges);
  }

  private static Input inputOf(Register.Answer answer) {
    if (answer instanceof Register.Answer.Claimed claimed) {
      return new Input.Claimed(claimed.ballot(), claimed.record());
    } else if (answer instanceof Register.Answer.Written written) {
      return new Input.Written(written.version());
    } else if (answer instanceof Register.Answer.Outbid outbid) {
      return new Input.Outbid(outbid.by());
    }
    String reason = ((Register.Answer.Unavailable) answer).reason();
    log.info("the register is unavailable: {}", reason);
    return new Input.Unavailable(reason);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Happened.class, this::onHappened)
        .onMessage(Tick.class, tick -> take(new Input.Tick()))
        .onMessage(Switchover.class, this::onSwitchover)
        .onMessage(Look.class, this::onLook)
        .onMessage(SayStatus.class, this::onSayStatus)
        .onSignal(PreRestart.class, failed -> onStop())
        .onSignal(PostStop.class, stopped -> onStop())
        .build();
  }

  /** Nobody else knows who waits for an answer. */
  private Behavior<Command> onStop() {
    requests
        .values()
        .forEach(
            operator -> operator.tell(
                new SwitchoverReply.Refused(
                    "the coordinator has moved before the end was known: look at the group before you ask again")));
    return this;
  }

  private Behavior<Command> onHappened(Happened happened) {
    boolean otherGroup = (happened.input() instanceof Input.Reported reported
            && !isOurs(reported.report().group()))
        || (happened.input() instanceof Input.Voted voted
            && !isOurs(voted.vote().group()))
        || (happened.input() instanceof Input.EdgeReported edge
            && !isOurs(edge.report().group()));
    return otherGroup ? this : take(happened.input());
  }

  private boolean isOurs(io.conclave.core.GroupId group) {
    return group.equals(rules.group().group());
  }

  private Behavior<Command> onSwitchover(Switchover switchover) {
    UUID request = UUID.randomUUID();
    requests.put(request, switchover.replyTo());
    Behavior<Command> next =
        take(new Input.Switchover(request, switchover.target(), switchover.budgetMs()));
    // At once: a coordinator at work is not moved.
    sayStatus();
    return next;
  }

  private Behavior<Command> take(Input input) {
    long nowMs = nowMs();
    Step step = Failover.step(rules, state, nowMs, UUID.randomUUID(), input);
    GroupState before = state;
    state = step.state();
    step.effects().forEach(this::performBetweenPoints);
    // After all that others wait for.
    logTransition(before, step);
    step.effects().forEach(this::remember);
    record(before, nowMs, input, step);
    return resigned ? Behaviors.stopped() : this;
  }

  /** After all else: nothing waits for a record, and none that fails may harm a failover. */
  private void record(GroupState before, long nowMs, Input input, Step step) {
    try {
      Decisions.of(rules, before, takenMs, nowMs, input, step).forEach(this::say);
    } catch (RuntimeException e) {
      log.error("{}: what was decided cannot be recorded", rules.group().group(), e);
    }
    takenMs = nowMs;
  }

  /** To this host at once, and to every other one a moment later, so that it outlives this one. */
  private void say(Decision decision) {
    decided++;
    ports
        .decisions()
        .tell(new DecisionRecord(
            UUID.randomUUID().toString().substring(0, 8),
            rules.group().group(),
            state.ballot(),
            decided,
            rules.coordinator(),
            System.currentTimeMillis(),
            decision));
  }

  private Behavior<Command> onLook(Look look) {
    look.replyTo().tell(Outlooks.of(rules, state, nowMs()));
    return this;
  }

  private void logTransition(GroupState before, Step step) {
    if (state.phase() != before.phase()) {
      log.info(
          "{} ballot {}: {} -> {}: {}",
          rules.group().group(),
          state.ballot(),
          before.phase(),
          state.phase(),
          step.row());
    }
  }

  private void remember(Effect effect) {
    if (effect instanceof Effect.Remember remember) {
      log.info("{} {}: {}", rules.group().group(), remember.milestone(), remember.detail());
      if (remember.milestone() == Effect.Milestone.ESTABLISHED) {
        // Before this coordinator may be moved away from the new primary's host.
        sayStatus();
      }
    }
  }

  private void performBetweenPoints(Effect effect) {
    Optional<Passed.Points> points = Passed.around(effect, state.phase());
    points.ifPresent(around -> FaultPoints.reach(around.before()));
    perform(effect);
    points.ifPresent(around -> FaultPoints.reach(around.after()));
  }

  private void perform(Effect effect) {
    if (effect instanceof Effect.Claim claim) {
      register.tell(new Register.Claim(claim.above(), answers));
    } else if (effect instanceof Effect.Write write) {
      register.tell(new Register.Write(write.register(), answers));
    } else if (effect instanceof Effect.Send send) {
      ports.orders().tell(send.order());
    } else if (effect instanceof Effect.Publish publish) {
      topology = Optional.of(publish.topology());
      ports.topologies().tell(publish.topology());
    } else if (effect instanceof Effect.Answer answer) {
      Optional.ofNullable(requests.remove(answer.request()))
          .ifPresent(replyTo -> replyTo.tell(answer.reply()));
    } else if (effect instanceof Effect.Resign resign) {
      log.info("{} resigns: {}", rules.group().group(), resign.reason());
      resigned = true;
    }
  }

  /** Repeated, because a sentinel or an agent may have missed it or may have only just started. */
  private Behavior<Command> onSayStatus(SayStatus tick) {
    sayStatus();
    return this;
  }

  private void sayStatus() {
    topology.ifPresent(current -> {
      ports.topologies().tell(current);
      ports
          .statuses()
          .tell(new GroupStatus(current, state.phase().name(), Blocker.of(rules, state, nowMs())));
    });
  }

  private static long nowMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }
}
