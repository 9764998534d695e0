package io.conclave.sentinel;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.conclave.core.Configuration;
import io.conclave.core.GroupDefinition;
import io.conclave.core.Member;
import io.conclave.core.NodeReport;
import io.conclave.core.Sentinels;
import io.conclave.core.Timings;
import io.conclave.core.Topology;
import io.conclave.core.Vote;
import io.conclave.core.Vote.Opinion;
import io.conclave.core.health.Judgement;
import io.conclave.core.health.Probe;
import io.conclave.core.health.Watch;
import io.conclave.postgres.PrimaryProbe;
import io.conclave.wire.Relays;
import io.conclave.wire.Topics;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the primary of one group from one host: hears its agent and its standbys, probes it by SQL, and says its opinion,
 * at once when it changes. Knows the primary from the topologies that coordinators publish.
 */
public final class Sentinel extends AbstractBehavior<Sentinel.Command> {
  private static final Logger log = LoggerFactory.getLogger(Sentinel.class);
  private static final Duration TICK = Duration.ofMillis(50);

  /** What a sentinel takes. */
  public sealed interface Command {}

  private record Learned(Topology topology) implements Command {}

  private record Heard(NodeReport report) implements Command {}

  private record Probed(long epoch, Probe result) implements Command {}

  private record Tick() implements Command {}

  private final Sentinels.Seat self;
  private final GroupDefinition group;
  private final Timings timings;
  private final Function<Member, PrimaryProbe> probes;
  private final ActorRef<Vote> votes;
  private Optional<Topology> topology = Optional.empty();
  private Optional<Watch> watch = Optional.empty();
  private Optional<Prober> prober = Optional.empty();
  private Opinion said = Opinion.ABSTAIN;
  private long saidMs;
  private long sequence;

  private Sentinel(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Sentinels.Seat self,
      GroupDefinition group,
      Timings timings,
      Function<Member, PrimaryProbe> probes,
      ActorRef<Vote> votes) {
    super(context);
    this.self = self;
    this.group = group;
    this.timings = timings;
    this.probes = probes;
    this.votes = votes;
    ActorRef<Topology> topologies = context.messageAdapter(Topology.class, Learned::new);
    ActorRef<NodeReport> reports = context.messageAdapter(NodeReport.class, Heard::new);
    Relays.listen(context.getSystem(), Topics.TOPOLOGIES, Topology.class, topologies);
    Relays.listen(context.getSystem(), Topics.REPORTS, NodeReport.class, reports);
    timers.startTimerWithFixedDelay(new Tick(), TICK);
  }

  /**
   * @param probes how to probe a member
   * @param votes takes what the sentinel says
   */
  public static Behavior<Command> create(
      Sentinels.Seat self,
      GroupDefinition group,
      Timings timings,
      Function<Member, PrimaryProbe> probes,
      ActorRef<Vote> votes) {
    return Behaviors.setup(context -> Behaviors.withTimers(
        timers -> new Sentinel(context, timers, self, group, timings, probes, votes)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Learned.class, this::onLearned)
        .onMessage(Heard.class, this::onHeard)
        .onMessage(Probed.class, this::onProbed)
        .onMessage(Tick.class, this::onTick)
        .onSignal(PreRestart.class, failed -> onStop())
        .onSignal(PostStop.class, stopped -> onStop())
        .build();
  }

  private Behavior<Command> onLearned(Learned learned) {
    Topology heard = learned.topology();
    boolean news =
        heard.group().equals(group.group()) && topology.map(heard::supersedes).orElse(true);
    if (news) {
      topology = Optional.of(heard);
      // A candidate is the coordinator's to watch until its epoch is established.
      heard
          .configuration()
          .filter(next -> heard.established() && isNotWatched(next))
          .ifPresent(this::watch);
    }
    return this;
  }

  private boolean isNotWatched(Configuration configuration) {
    return watch
        .filter(now ->
            now.epoch() == configuration.epoch() && now.primary().equals(configuration.primary()))
        .isEmpty();
  }

  private void watch(Configuration configuration) {
    log.info(
        "{}: watches {} of epoch {}",
        group.group(),
        configuration.primary(),
        configuration.epoch());
    prober.ifPresent(Prober::close);
    watch = Optional.of(Watch.begin(configuration, nowMs()));
    ActorRef<Command> actor = getContext().getSelf();
    prober = group
        .member(configuration.primary())
        .map(member -> new Prober(
            member.node().value(),
            probes.apply(member),
            timings.probeMs(),
            result -> actor.tell(new Probed(configuration.epoch(), result))));
  }

  private Behavior<Command> onHeard(Heard heard) {
    if (heard.report().group().equals(group.group())) {
      watch = watch.map(now -> now.hear(heard.report(), nowMs()));
      judge();
    }
    return this;
  }

  private Behavior<Command> onProbed(Probed probed) {
    watch =
        watch.map(now -> now.epoch() == probed.epoch() ? now.probe(probed.result(), nowMs()) : now);
    judge();
    return this;
  }

  private Behavior<Command> onTick(Tick tick) {
    watch = watch.map(now -> now.tick(nowMs(), timings.stallMs()));
    judge();
    return this;
  }

  private void judge() {
    watch.ifPresent(now -> {
      Judgement judgement = Judgement.of(now, timings, nowMs());
      boolean changed = judgement.opinion() != said;
      if (changed || nowMs() - saidMs >= timings.reportMs()) {
        say(now, judgement, changed);
      }
    });
  }

  private void say(Watch now, Judgement judgement, boolean changed) {
    if (changed) {
      log.info(
          "{}: votes {} on {}: {}",
          group.group(),
          judgement.opinion(),
          now.primary(),
          judgement.evidence());
    }
    said = judgement.opinion();
    saidMs = nowMs();
    sequence++;
    votes.tell(new Vote(
        group.group(),
        now.epoch(),
        now.primary(),
        self.sentinel(),
        self.region(),
        sequence,
        judgement.opinion(),
        judgement.evidence()));
  }

  private Behavior<Command> onStop() {
    prober.ifPresent(Prober::close);
    return this;
  }

  private static long nowMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }
}
