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
import io.conclave.core.GroupDefinition;
import io.conclave.core.GroupId;
import io.conclave.core.HostId;
import io.conclave.core.Pulse;
import io.conclave.core.Sentinels;
import io.conclave.core.Topology;
import io.conclave.core.placement.Placement;
import io.conclave.wire.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cluster singleton: appoints the host whose {@link Seat} coordinates each group, never the host of its primary while
 * another sentinel is alive (docs/decisions/0002). So the failure that takes a primary does not take its coordinator, and a
 * failover does not wait until Akka has moved the singleton.
 */
public final class Coordinator extends AbstractBehavior<Coordinator.Command> {
  private static final Logger log = LoggerFactory.getLogger(Coordinator.class);
  private static final Duration APPOINT_EVERY = Duration.ofMillis(250);

  /** What the singleton takes. */
  public sealed interface Command {}

  private record Heard(Pulse pulse) implements Command {}

  private record Learned(Topology topology) implements Command {}

  private record Appoint() implements Command {}

  private final HostId self;
  private final Sentinels sentinels;
  private final List<GroupDefinition> groups;
  private final ActorRef<Appointment> appointments;
  private final long silenceMs;
  private final long startedMs = nowMs();
  private final Map<HostId, Long> pulses = new HashMap<>();
  private final Map<GroupId, Topology> topologies = new HashMap<>();
  private final Map<GroupId, HostId> appointed = new HashMap<>();

  private Coordinator(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      HostId self,
      Sentinels sentinels,
      List<GroupDefinition> groups,
      ActorRef<Appointment> appointments,
      long silenceMs) {
    super(context);
    this.self = self;
    this.sentinels = sentinels;
    this.groups = groups;
    this.appointments = appointments;
    this.silenceMs = silenceMs;
    ActorRef<Pulse> pulsesAdapter = context.messageAdapter(Pulse.class, Heard::new);
    ActorRef<Topology> topologiesAdapter = context.messageAdapter(Topology.class, Learned::new);
    context.getSystem().receptionist().tell(Receptionist.register(Topics.PULSES, pulsesAdapter));
    context
        .getSystem()
        .receptionist()
        .tell(Receptionist.register(Topics.TOPOLOGIES, topologiesAdapter));
    timers.startTimerWithFixedDelay(new Appoint(), APPOINT_EVERY);
  }

  /**
   * @param self host of the singleton
   * @param silenceMs after how many ms without a pulse a sentinel's host is passed over
   */
  public static Behavior<Command> create(
      HostId self,
      Sentinels sentinels,
      List<GroupDefinition> groups,
      ActorRef<Appointment> appointments,
      long silenceMs) {
    return Behaviors.setup(context -> Behaviors.withTimers(timers ->
        new Coordinator(context, timers, self, sentinels, groups, appointments, silenceMs)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Heard.class, this::onHeard)
        .onMessage(Learned.class, this::onLearned)
        .onMessage(Appoint.class, this::onAppoint)
        .build();
  }

  private Behavior<Command> onHeard(Heard heard) {
    pulses.put(heard.pulse().sentinel(), nowMs());
    return this;
  }

  private Behavior<Command> onLearned(Learned learned) {
    Topology topology = learned.topology();
    Topology known = topologies.get(topology.group());
    if (known == null || topology.supersedes(known)) {
      topologies.put(topology.group(), topology);
    }
    return this;
  }

  /** Waits first until it has heard who is alive and who coordinates now: a needless move costs a claim. */
  private Behavior<Command> onAppoint(Appoint tick) {
    if (nowMs() - startedMs >= silenceMs) {
      groups.forEach(this::appoint);
    }
    return this;
  }

  private void appoint(GroupDefinition group) {
    Optional<Topology> topology = Optional.ofNullable(topologies.get(group.group()));
    Optional<HostId> current = Optional.ofNullable(appointed.get(group.group()))
        .or(() -> topology.map(Topology::coordinator));
    Placement.choose(group, sentinels, alive(), topology, current, self).ifPresent(host -> {
      HostId before = appointed.put(group.group(), host);
      if (!host.equals(before)) {
        log.info("{} is to be coordinated at {}", group.group(), host);
      }
      appointments.tell(new Appointment(group.group(), host));
    });
  }

  private Set<HostId> alive() {
    return pulses.entrySet().stream()
        .filter(entry -> nowMs() - entry.getValue() < silenceMs)
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  private static long nowMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }
}
