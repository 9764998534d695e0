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
import io.conclave.core.Ballot;
import io.conclave.core.Configuration;
import io.conclave.core.GroupDefinition;
import io.conclave.core.GroupId;
import io.conclave.core.GroupStatus;
import io.conclave.core.HostId;
import io.conclave.core.NodeId;
import io.conclave.core.Pulse;
import io.conclave.core.Sentinels;
import io.conclave.core.Topology;
import io.conclave.core.Wish;
import io.conclave.core.placement.Placement;
import io.conclave.wire.Relays;
import io.conclave.wire.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cluster singleton: appoints the host whose {@link Seat} coordinates each group, never the host of its primary while
 * another sentinel is alive and no operator wants it there (docs/decisions/0002). So the failure that takes a primary does
 * not take its coordinator. Nobody waits for the singleton: when it is gone, deputies take over (docs/decisions/0011), and
 * the next singleton keeps them.
 */
public final class Coordinator extends AbstractBehavior<Coordinator.Command> {
  private static final Logger log = LoggerFactory.getLogger(Coordinator.class);
  private static final Duration APPOINT_EVERY = Duration.ofMillis(250);

  /** What the singleton takes. */
  public sealed interface Command {}

  private record Heard(Pulse pulse) implements Command {}

  private record Learned(Topology topology) implements Command {}

  private record Told(GroupStatus status) implements Command {}

  private record Wanted(Wish wish) implements Command {}

  private record Appoint() implements Command {}

  /** The last pulse of a sentinel, and when it came. */
  private record Beat(Pulse pulse, long atMs) {}

  /** What a coordinator last said it does, and when it came. */
  private record Saying(GroupStatus status, long atMs) {}

  /** What an operator wants, and the primary for which it holds. */
  private record Wanting(HostId host, Optional<NodeId> primary) {}

  private final Sentinels sentinels;
  private final List<GroupDefinition> groups;
  private final ActorRef<Appointment> appointments;
  private final long silenceMs;
  private final long startedMs = nowMs();
  private final Map<HostId, Beat> pulses = new HashMap<>();
  private final Map<GroupId, Topology> topologies = new HashMap<>();
  private final Map<GroupId, Saying> statuses = new HashMap<>();
  private final Map<GroupId, Placement.Post> posts = new HashMap<>();
  private final Map<GroupId, Wanting> wishes = new HashMap<>();

  private Coordinator(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Sentinels sentinels,
      List<GroupDefinition> groups,
      ActorRef<Appointment> appointments,
      long silenceMs) {
    super(context);
    this.sentinels = sentinels;
    this.groups = groups;
    this.appointments = appointments;
    this.silenceMs = silenceMs;
    ActorRef<Pulse> pulsesAdapter = context.messageAdapter(Pulse.class, Heard::new);
    ActorRef<Topology> topologiesAdapter = context.messageAdapter(Topology.class, Learned::new);
    Relays.listen(context.getSystem(), Topics.PULSES, Pulse.class, pulsesAdapter);
    Relays.listen(context.getSystem(), Topics.TOPOLOGIES, Topology.class, topologiesAdapter);
    ActorRef<GroupStatus> statusesAdapter = context.messageAdapter(GroupStatus.class, Told::new);
    Relays.listen(context.getSystem(), Topics.STATUSES, GroupStatus.class, statusesAdapter);
    ActorRef<Wish> wishesAdapter = context.messageAdapter(Wish.class, Wanted::new);
    context.getSystem().receptionist().tell(Receptionist.register(Topics.WISHES, wishesAdapter));
    timers.startTimerWithFixedDelay(new Appoint(), APPOINT_EVERY);
  }

  /**
   * @param silenceMs after how many ms without a pulse a sentinel's host is passed over
   */
  public static Behavior<Command> create(
      Sentinels sentinels,
      List<GroupDefinition> groups,
      ActorRef<Appointment> appointments,
      long silenceMs) {
    return Behaviors.setup(context -> Behaviors.withTimers(
        timers -> new Coordinator(context, timers, sentinels, groups, appointments, silenceMs)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Heard.class, this::onHeard)
        .onMessage(Learned.class, this::onLearned)
        .onMessage(Told.class, this::onTold)
        .onMessage(Wanted.class, this::onWanted)
        .onMessage(Appoint.class, this::onAppoint)
        .build();
  }

  private Behavior<Command> onHeard(Heard heard) {
    pulses.put(heard.pulse().sentinel(), new Beat(heard.pulse(), nowMs()));
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

  private Behavior<Command> onTold(Told told) {
    GroupId group = told.status().topology().group();
    Saying known = statuses.get(group);
    if (known == null || !known.status().topology().supersedes(told.status().topology())) {
      statuses.put(group, new Saying(told.status(), nowMs()));
    }
    return this;
  }

  private boolean isAtWork(GroupId group) {
    return Optional.ofNullable(statuses.get(group))
        .filter(saying -> nowMs() - saying.atMs() < silenceMs)
        .filter(saying -> Placement.isAtWork(saying.status()))
        .isPresent();
  }

  /** Waits first until it has heard who is alive and who coordinates now: a needless move costs a claim. */
  private Behavior<Command> onAppoint(Appoint tick) {
    if (nowMs() - startedMs >= silenceMs) {
      groups.forEach(this::appoint);
    }
    return this;
  }

  private Behavior<Command> onWanted(Wanted wanted) {
    Wish wish = wanted.wish();
    log.info("an operator wants {} to be coordinated at {}", wish.group(), wish.host());
    wishes.put(wish.group(), new Wanting(wish.host(), primary(wish.group())));
    groups.stream().filter(group -> group.group().equals(wish.group())).forEach(this::appoint);
    return this;
  }

  private Optional<NodeId> primary(GroupId group) {
    return Optional.ofNullable(topologies.get(group))
        .flatMap(Topology::configuration)
        .map(Configuration::primary);
  }

  private void appoint(GroupDefinition definition) {
    GroupId group = definition.group();
    Optional<Topology> topology = Optional.ofNullable(topologies.get(group));
    Optional<Placement.Post> post = Optional.ofNullable(posts.get(group));
    Optional<HostId> current = Placement.current(post, topology);
    Set<HostId> trusted = Placement.trusted(
        sentinels, alive(pulse -> true), silent(group), post, current, silenceMs, nowMs());
    wishes.computeIfPresent(
        group, (key, wish) -> holds(group, wish) && trusted.contains(wish.host()) ? wish : null);
    Optional<HostId> wish = Optional.ofNullable(wishes.get(group)).map(Wanting::host);
    Placement.choose(definition, sentinels, trusted, topology, current, isAtWork(group), wish)
        .ifPresent(host -> {
          if (post.filter(last -> last.host().equals(host)).isEmpty()) {
            log.info("{} is to be coordinated at {}", group, host);
            Ballot above = topology.map(Topology::ballot).orElse(Ballot.NONE);
            posts.put(group, new Placement.Post(host, above, nowMs()));
          }
          appointments.tell(new Appointment(group, host));
        });
  }

  private boolean holds(GroupId group, Wanting wish) {
    return wish.primary().equals(primary(group));
  }

  private int silent(GroupId group) {
    return alive(pulse -> pulse.silent().contains(group)).size();
  }

  private Set<HostId> alive(Predicate<Pulse> which) {
    return pulses.values().stream()
        .filter(beat -> nowMs() - beat.atMs() < silenceMs && which.test(beat.pulse()))
        .map(beat -> beat.pulse().sentinel())
        .collect(Collectors.toSet());
  }

  private static long nowMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }
}
