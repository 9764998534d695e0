package io.conclave.sentinel;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.conclave.core.GroupId;
import io.conclave.core.HostId;
import io.conclave.core.Incarnation;
import io.conclave.core.Incumbent;
import io.conclave.core.Pulse;
import io.conclave.core.Sentinels;
import io.conclave.core.Timings;
import io.conclave.core.Topology;
import io.conclave.core.placement.Hearing;
import io.conclave.wire.Relays;
import io.conclave.wire.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says at a steady pace that the sentinel of this host is there and whose coordinator it finds silent and whom it knows as
 * primary and which members it finds unreachable, and at once when that changes.
 */
public final class Pulses extends AbstractBehavior<Pulses.Command> {
  private static final Logger log = LoggerFactory.getLogger(Pulses.class);
  private static final Duration TICK = Duration.ofMillis(50);

  /** What it takes. */
  public sealed interface Command {}

  /** Which members this sentinel finds unreachable. */
  public record Missed(List<Incarnation> unreachable) implements Command {
    public Missed {
      unreachable = List.copyOf(unreachable);
    }
  }

  private record Heard(Pulse pulse) implements Command {}

  private record Learned(Topology topology) implements Command {}

  private record Tick() implements Command {}

  private final HostId self;
  private final Sentinels sentinels;
  private final List<GroupId> groups;
  private final Timings timings;
  private final ActorRef<Pulse> listeners;
  private Hearing hearing = Hearing.begin(nowMs());
  private List<GroupId> said = List.of();
  private List<Incumbent> saidIncumbents = List.of();
  private List<Incarnation> unreachable = List.of();
  private long saidMs;

  private Pulses(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      HostId self,
      Sentinels sentinels,
      Collection<GroupId> groups,
      Timings timings,
      ActorRef<Pulse> listeners) {
    super(context);
    this.self = self;
    this.sentinels = sentinels;
    this.groups = List.copyOf(groups);
    this.timings = timings;
    this.listeners = listeners;
    ActorRef<Pulse> pulses = context.messageAdapter(Pulse.class, Heard::new);
    ActorRef<Topology> topologies = context.messageAdapter(Topology.class, Learned::new);
    Relays.listen(context.getSystem(), Topics.PULSES, Pulse.class, pulses);
    Relays.listen(context.getSystem(), Topics.TOPOLOGIES, Topology.class, topologies);
    timers.startTimerWithFixedDelay(new Tick(), TICK);
    say();
  }

  /**
   * @param listeners takes what it says
   */
  public static Behavior<Command> create(
      HostId self,
      Sentinels sentinels,
      Collection<GroupId> groups,
      Timings timings,
      ActorRef<Pulse> listeners) {
    return Behaviors.setup(context -> Behaviors.withTimers(
        timers -> new Pulses(context, timers, self, sentinels, groups, timings, listeners)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Heard.class, this::onHeard)
        .onMessage(Learned.class, this::onLearned)
        .onMessage(Missed.class, this::onMissed)
        .onMessage(Tick.class, this::onTick)
        .build();
  }

  private Behavior<Command> onHeard(Heard heard) {
    hearing = hearing.hear(heard.pulse().sentinel(), nowMs());
    return this;
  }

  private Behavior<Command> onLearned(Learned learned) {
    hearing = hearing.hear(learned.topology(), nowMs());
    return this;
  }

  private Behavior<Command> onMissed(Missed missed) {
    if (!missed.unreachable().equals(unreachable)) {
      unreachable = missed.unreachable();
      say();
    }
    return this;
  }

  private Behavior<Command> onTick(Tick tick) {
    hearing = hearing.tick(sentinels, timings.suspicionMs(), timings.stallMs(), nowMs());
    List<GroupId> silent = hearing.silent(groups, timings.suspicionMs(), nowMs());
    boolean changed = !silent.equals(said);
    if (changed) {
      log.info("finds the coordinators of {} silent", silent);
      said = silent;
    }
    boolean news = !hearing.known().equals(saidIncumbents);
    if (changed || news || nowMs() - saidMs >= timings.reportMs()) {
      say();
    }
    return this;
  }

  private void say() {
    saidMs = nowMs();
    saidIncumbents = hearing.known();
    listeners.tell(new Pulse(self, said, saidIncumbents, unreachable));
  }

  private static long nowMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }
}
