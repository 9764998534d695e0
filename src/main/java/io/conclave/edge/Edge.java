package io.conclave.edge;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.conclave.core.Ballot;
import io.conclave.core.EdgeReport;
import io.conclave.core.NodeReport;
import io.conclave.core.Topology;
import io.conclave.core.edge.EdgeState;
import io.conclave.core.edge.Plan;
import io.conclave.core.edge.Waiting;
import io.conclave.wire.Relays;
import io.conclave.wire.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the HAProxy and the PgBouncer of this host follow the topology of one group: each change at once, and again and again
 * what was said, so that whatever was restarted comes to it too. Says what is in force.
 */
public final class Edge extends AbstractBehavior<Edge.Command> {
  private static final Logger log = LoggerFactory.getLogger(Edge.class);
  private static final Duration TICK = Duration.ofMillis(100);

  /** What it takes. */
  public sealed interface Command {}

  private record Learned(Topology topology) implements Command {}

  private record Reported(NodeReport report) implements Command {}

  /** What became of a plan; {@code topology} is the one that it came from. */
  private record Applied(Plan plan, Optional<Topology> topology, Optional<String> problem)
      implements Command {}

  private enum Changed implements Command {
    NOW
  }

  private enum Tick implements Command {
    NOW
  }

  private final EdgeContext place;
  private final ActorRef<EdgeReport> listeners;
  private final UUID process = UUID.randomUUID();
  private final Haproxy haproxy;
  private final PgBouncer pgbouncer;
  private final ExecutorService thread;
  private EdgeState state;
  private Optional<Plan> ordered = Optional.empty();
  private boolean busy;
  private Optional<Topology> inForce = Optional.empty();
  private Optional<String> haproxyProblem = Optional.empty();
  private Optional<EdgeReport> said = Optional.empty();
  private Optional<UUID> givenUp = Optional.empty();
  private long saidMs;
  private long sequence;

  private Edge(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      EdgeContext place,
      ActorRef<EdgeReport> listeners) {
    super(context);
    this.place = place;
    this.listeners = listeners;
    this.state = EdgeState.begin(place.group(), place.timings(), nowMs());
    this.haproxy = new Haproxy(place.group().group(), place.haproxy());
    this.thread = Executors.newSingleThreadExecutor(body -> {
      Thread own = new Thread(body, "haproxy-" + place.group().group());
      own.setDaemon(true);
      return own;
    });
    ActorRef<Command> self = context.getSelf();
    this.pgbouncer = new PgBouncer(
        place.group().group(),
        place.writers(),
        place.readers(),
        place.consoles(),
        () -> self.tell(Changed.NOW));
    ActorRef<Topology> topologies = context.messageAdapter(Topology.class, Learned::new);
    ActorRef<NodeReport> reports = context.messageAdapter(NodeReport.class, Reported::new);
    Relays.listen(context.getSystem(), Topics.TOPOLOGIES, Topology.class, topologies);
    Relays.overhear(context.getSystem(), Topics.REPORTS, NodeReport.class, reports);
    timers.startTimerWithFixedDelay(Tick.NOW, TICK);
  }

  /**
   * One for each group.
   *
   * @param listeners takes what it says
   */
  public static Behavior<Command> create(EdgeContext place, ActorRef<EdgeReport> listeners) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new Edge(context, timers, place, listeners)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Learned.class, this::onLearned)
        .onMessage(Reported.class, this::onReported)
        .onMessage(Applied.class, this::onApplied)
        .onMessageEquals(Changed.NOW, this::onChanged)
        .onMessageEquals(Tick.NOW, this::onTick)
        .onSignal(PreRestart.class, failed -> onStop())
        .onSignal(PostStop.class, stopped -> onStop())
        .build();
  }

  private Behavior<Command> onLearned(Learned learned) {
    state = state.hear(learned.topology(), nowMs());
    follow(false);
    return this;
  }

  private Behavior<Command> onReported(Reported reported) {
    state = state.hear(reported.report());
    follow(false);
    return this;
  }

  private Behavior<Command> onTick() {
    follow(true);
    // Also the look whether what is wanted is.
    pgbouncer.want(pgbouncer.wanted());
    say();
    return this;
  }

  private Behavior<Command> onChanged() {
    say();
    return this;
  }

  private Waiting waiting() {
    state
        .overdue(nowMs())
        .filter(hold -> givenUp.filter(hold.id()::equals).isEmpty())
        .ifPresent(hold -> {
          givenUp = Optional.of(hold.id());
          log.warn(
              "{}: nobody has lifted the hold within its {} ms: the clients go on",
              place.group().group(),
              hold.budgetMs());
        });
    return state.waiting(nowMs());
  }

  /**
   * Clients are held before the sessions to the old primary are ended, and go on after those to the new one are possible.
   *
   * @param look also when nothing is new: HAProxy may have forgotten
   */
  private void follow(boolean look) {
    Plan plan = state.plan(nowMs());
    boolean news = ordered.filter(plan::equals).isEmpty() || !inForce.equals(state.topology());
    Waiting waiting = waiting();
    // More wait at once; some go on when all else is in force.
    if (waiting.compareTo(pgbouncer.wanted()) > 0) {
      pgbouncer.want(waiting);
    } else if (!busy && !news) {
      goOn();
    }
    if (!busy && (news || look)) {
      busy = true;
      ordered = Optional.of(plan);
      Optional<Topology> topology = state.topology();
      ActorRef<Command> self = getContext().getSelf();
      thread.execute(() -> self.tell(new Applied(plan, topology, apply(plan))));
    }
  }

  private Optional<String> apply(Plan plan) {
    try {
      haproxy.apply(plan);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(e.getMessage());
    } catch (RuntimeException e) {
      log.error("{}: {}", place.group().group(), plan, e);
      return Optional.of("HAProxy was not told: " + e);
    }
  }

  private Behavior<Command> onApplied(Applied applied) {
    busy = false;
    applied
        .problem()
        .filter(why -> !haproxyProblem.equals(Optional.of(why)))
        .ifPresent(why -> log.warn("{}: {}", place.group().group(), why));
    haproxyProblem = applied.problem();
    if (haproxyProblem.isEmpty()) {
      inForce = applied.topology();
    }
    boolean current = ordered.filter(state.plan(nowMs())::equals).isPresent();
    if (current) {
      goOn();
    }
    say();
    if (!current) {
      follow(false);
    }
    return this;
  }

  private void goOn() {
    Waiting waiting = waiting();
    if (waiting != pgbouncer.wanted()) {
      pgbouncer.want(waiting);
    }
  }

  private void say() {
    Optional<UUID> held = state.wantedHold(nowMs()).filter(hold -> pgbouncer.isPaused());
    EdgeReport report = new EdgeReport(
        place.group().group(),
        place.host(),
        process,
        sequence,
        inForce.map(Topology::ballot).orElse(Ballot.NONE),
        inForce.map(Topology::version).orElse(0L),
        inForce.flatMap(Topology::incumbent).map(incumbent -> incumbent.primary()),
        held,
        Stream.of(haproxyProblem, pgbouncer.problem())
            .flatMap(Optional::stream)
            .reduce((one, other) -> one + "; " + other));
    boolean due = nowMs() - saidMs >= place.timings().reportMs();
    if (due || said.filter(last -> last.gist().equals(report.gist())).isEmpty()) {
      said = Optional.of(report);
      saidMs = nowMs();
      sequence++;
      listeners.tell(report);
    }
  }

  private Behavior<Command> onStop() {
    thread.shutdownNow();
    pgbouncer.close();
    return this;
  }

  private static long nowMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }
}
