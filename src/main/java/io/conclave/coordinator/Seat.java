package io.conclave.coordinator;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.actor.typed.receptionist.Receptionist;
import io.conclave.core.Appointment;
import io.conclave.core.GroupId;
import io.conclave.core.HostId;
import io.conclave.core.Pulse;
import io.conclave.core.SwitchoverReply;
import io.conclave.core.Topology;
import io.conclave.core.placement.Deputies;
import io.conclave.wire.OutlookRequest;
import io.conclave.wire.Relays;
import io.conclave.wire.SwitchoverRequest;
import io.conclave.wire.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The place on a sentinel's host where coordinators run. The singleton appoints a host for each group; the seat there starts
 * the group's coordinator, and stops it when another host is appointed. A seat that hears nothing goes on as it is: two
 * coordinators at once are harmless, none is not. So when the sentinels find a coordinator silent, {@link Deputies} says
 * which seat runs one as a deputy, and that one ends when it hears of another, not when another is appointed.
 */
public final class Seat extends AbstractBehavior<Seat.Command> {
  private static final Logger log = LoggerFactory.getLogger(Seat.class);
  private static final Duration TICK = Duration.ofMillis(50);

  /** What a seat takes. */
  public sealed interface Command {}

  private record Appointed(Appointment appointment) implements Command {}

  private record Requested(SwitchoverRequest request) implements Command {}

  private record Asked(OutlookRequest request) implements Command {}

  private record Ended(GroupId group) implements Command {}

  private record Heard(Pulse pulse) implements Command {}

  private record Learned(Topology topology) implements Command {}

  private record Tick() implements Command {}

  private final HostId self;
  private final Function<GroupId, Behavior<GroupCoordinator.Command>> coordinators;
  private final Map<GroupId, ActorRef<GroupCoordinator.Command>> running = new HashMap<>();
  private final Map<GroupId, Deputies.Rules> rules;
  private final Map<GroupId, Deputies> deputies = new HashMap<>();

  private Seat(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      HostId self,
      Collection<Deputies.Rules> rules,
      Function<GroupId, Behavior<GroupCoordinator.Command>> coordinators) {
    super(context);
    this.self = self;
    this.coordinators = coordinators;
    this.rules =
        rules.stream().collect(Collectors.toMap(rule -> rule.group().group(), Function.identity()));
    this.rules.keySet().forEach(group -> deputies.put(group, Deputies.begin(nowMs())));
    timers.startTimerWithFixedDelay(new Tick(), TICK);
    ActorRef<Pulse> pulses = context.messageAdapter(Pulse.class, Heard::new);
    ActorRef<Topology> topologies = context.messageAdapter(Topology.class, Learned::new);
    Relays.listen(context.getSystem(), Topics.PULSES, Pulse.class, pulses);
    Relays.listen(context.getSystem(), Topics.TOPOLOGIES, Topology.class, topologies);
    ActorRef<Appointment> appointments = context.messageAdapter(Appointment.class, Appointed::new);
    ActorRef<SwitchoverRequest> requests =
        context.messageAdapter(SwitchoverRequest.class, Requested::new);
    context
        .getSystem()
        .receptionist()
        .tell(Receptionist.register(Topics.APPOINTMENTS, appointments));
    context
        .getSystem()
        .receptionist()
        .tell(Receptionist.register(Topics.requestsAt(self), requests));
    ActorRef<OutlookRequest> questions = context.messageAdapter(OutlookRequest.class, Asked::new);
    context
        .getSystem()
        .receptionist()
        .tell(Receptionist.register(Topics.outlooksAt(self), questions));
  }

  /**
   * @param rules when this host is a deputy, for each group
   * @param coordinators how to start the coordinator of a group
   */
  public static Behavior<Command> create(
      HostId self,
      Collection<Deputies.Rules> rules,
      Function<GroupId, Behavior<GroupCoordinator.Command>> coordinators) {
    return Behaviors.setup(context ->
        Behaviors.withTimers(timers -> new Seat(context, timers, self, rules, coordinators)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Appointed.class, this::onAppointed)
        .onMessage(Requested.class, this::onRequested)
        .onMessage(Asked.class, this::onAsked)
        .onMessage(Ended.class, this::onEnded)
        .onMessage(Heard.class, this::onHeard)
        .onMessage(Learned.class, this::onLearned)
        .onMessage(Tick.class, this::onTick)
        .build();
  }

  private Behavior<Command> onAppointed(Appointed appointed) {
    GroupId group = appointed.appointment().group();
    HostId host = appointed.appointment().coordinator();
    ActorRef<GroupCoordinator.Command> current = running.get(group);
    if (host.equals(self)) {
      deputies.computeIfPresent(group, (key, state) -> state.serves() ? state.confirm() : state);
      if (current == null) {
        log.info("{} is coordinated here from now on", group);
        start(group);
      }
    } else if (current != null && !isDeputy(group)) {
      log.info("{} is coordinated at {} from now on", group, host);
      getContext().stop(current);
    }
    return this;
  }

  private boolean isDeputy(GroupId group) {
    return deputies.get(group).serves();
  }

  private void start(GroupId group) {
    // The name is free only when the predecessor has ended, which Ended tells.
    ActorRef<GroupCoordinator.Command> coordinator =
        getContext().spawn(coordinators.apply(group), "coordinator-" + group.value());
    getContext().watchWith(coordinator, new Ended(group));
    running.put(group, coordinator);
  }

  private Behavior<Command> onEnded(Ended ended) {
    running.remove(ended.group());
    if (isDeputy(ended.group())) {
      deputies.computeIfPresent(ended.group(), (group, state) -> state.end(nowMs()));
    }
    return this;
  }

  /** Without a coordinator nobody here knows: whoever asks does not wait long. */
  private Behavior<Command> onAsked(Asked asked) {
    ActorRef<GroupCoordinator.Command> coordinator = running.get(asked.request().group());
    if (coordinator != null) {
      coordinator.tell(new GroupCoordinator.Look(asked.request().replyTo()));
    }
    return this;
  }

  private Behavior<Command> onHeard(Heard heard) {
    deputies.replaceAll((group, state) -> state.hear(rules.get(group), heard.pulse(), nowMs()));
    return this;
  }

  private Behavior<Command> onLearned(Learned learned) {
    deputies.computeIfPresent(
        learned.topology().group(),
        (group, state) -> state.hear(rules.get(group), learned.topology(), nowMs()));
    return this;
  }

  private Behavior<Command> onTick(Tick tick) {
    deputies.replaceAll((group, state) -> state.tick(rules.get(group), nowMs()));
    rules.keySet().forEach(this::decide);
    return this;
  }

  private void decide(GroupId group) {
    Deputies state = deputies.get(group);
    ActorRef<GroupCoordinator.Command> current = running.get(group);
    switch (state.decide(rules.get(group), nowMs())) {
      case BECOME -> {
        // One that was appointed here and is not heard yet is on its way.
        if (current == null) {
          log.warn(
              "{} is coordinated here by a deputy: most sentinels find the coordinator at {} silent",
              group,
              state.newest().map(Topology::coordinator).map(HostId::value).orElse("no host"));
          deputies.put(group, state.become(rules.get(group)));
          start(group);
        }
      }
      case END -> {
        log.info(
            "{}: the deputy ends, as the coordinator at {} is heard",
            group,
            state.newest().map(Topology::coordinator).map(HostId::value).orElse("no host"));
        deputies.put(group, state.end(nowMs()));
        Optional.ofNullable(current).ifPresent(getContext()::stop);
      }
      case NOTHING -> {
        // It goes on as it is.
      }
    }
  }

  private Behavior<Command> onRequested(Requested requested) {
    SwitchoverRequest request = requested.request();
    ActorRef<GroupCoordinator.Command> coordinator = running.get(request.group());
    if (coordinator == null) {
      request
          .replyTo()
          .tell(new SwitchoverReply.Refused("the coordinator has just moved; try again"));
    } else {
      coordinator.tell(
          new GroupCoordinator.Switchover(request.target(), request.budgetMs(), request.replyTo()));
    }
    return this;
  }

  private static long nowMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }
}
