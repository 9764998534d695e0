package io.conclave.agent;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.actor.typed.receptionist.Receptionist;
import io.conclave.core.Gate;
import io.conclave.core.NodeReport;
import io.conclave.core.NodeReport.Problem;
import io.conclave.core.Order;
import io.conclave.core.OrderStatus;
import io.conclave.core.Pulse;
import io.conclave.core.Task;
import io.conclave.core.agent.GateRule;
import io.conclave.core.agent.Obedience;
import io.conclave.core.agent.Promise;
import io.conclave.core.agent.PromiseBook;
import io.conclave.core.agent.PromotionRule;
import io.conclave.core.check.LocalReport;
import io.conclave.postgres.Observation;
import io.conclave.postgres.ServerProcess;
import io.conclave.wire.Relays;
import io.conclave.wire.Topics;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after one node: promises ballots, has orders carried out, watches the server, reports. It dies without the server and
 * the server without it; another incarnation adopts what it finds.
 */
public final class NodeAgent extends AbstractBehavior<NodeAgent.Command> {
  private static final Logger log = LoggerFactory.getLogger(NodeAgent.class);

  /** What these do is seen in the server. */
  private static final Set<Class<? extends Task>> SHOWN = Set.of(
      Task.Promote.class,
      Task.Follow.class,
      Task.Rejoin.class,
      Task.ChangeSync.class,
      Task.Barrier.class,
      Task.Initialize.class,
      Task.Adopt.class);

  /** How long others wait for what an order makes this node show. */
  private static final long ATTENTION_MS = 3000;

  private static final Duration RESTART_PAUSE = Duration.ofMillis(500);
  private static final int RESTARTS = 5;

  /** What an agent takes. */
  public sealed interface Command {}

  /** An order of a coordinator. */
  public record Obey(Order order) implements Command {}

  private record Looked(Seen seen, long beganNanos) implements Command {}

  private record Exited() implements Command {}

  private record Progressed(Order order, String detail) implements Command {}

  private record Ended(Order order, Result result) implements Command {}

  private record Restarted(Result result) implements Command {}

  private record Heard(Pulse pulse) implements Command {}

  private record Restart() implements Command {}

  private record Tick() implements Command {}

  private final AgentContext context;
  private final ActorRef<NodeReport> reports;
  private final Consumer<LocalReport> local;
  private final TimerScheduler<Command> timers;
  private final PromiseBook promises;
  private final ServerProcess process;
  private final GateKeeper gate;
  private final Tasks tasks;
  private final Monitor monitor;
  private final Watchdog watchdog;
  private final Surroundings surroundings;
  private final Reporter reporter;
  private int restarts;
  private long lookedNanos = System.nanoTime();

  private NodeAgent(
      ActorContext<Command> actor,
      TimerScheduler<Command> timers,
      AgentContext context,
      ActorRef<NodeReport> reports,
      Consumer<LocalReport> local) {
    super(actor);
    this.context = context;
    this.reports = reports;
    this.local = local;
    this.timers = timers;
    PromiseFile file = new PromiseFile(context.promiseFile());
    this.promises = new PromiseBook(
        file.begin(), () -> context.directory().control().systemIdentifier(), file::write);
    this.process = new ServerProcess(context.directory(), context.binaries());
    this.surroundings = new Surroundings(context, promises);
    this.gate = new GateKeeper(context, process, surroundings);
    this.tasks = new Tasks(
        new Server(context, process, promises), new Commitments(context.directory()), gate);
    this.reporter = new Reporter(context, promises, gate);
    ActorRef<Command> self = actor.getSelf();
    this.monitor = new Monitor(
        context,
        process,
        (seen, began) -> self.tell(new Looked(seen, began)),
        this::serverIsThere,
        () -> self.tell(new Exited()));
    this.watchdog = new Watchdog(
        context.node().value(),
        GateRule.thawMs(context.timings().suspicionMs()),
        gapMs -> gate.holdThawed("the host was frozen for " + gapMs + " ms"));
    register(actor);
    monitor.start();
    timers.startTimerWithFixedDelay(
        new Tick(), Duration.ofMillis(context.timings().reportMs()));
  }

  /**
   * @param reports takes what the agent reports
   * @param local told the same, on the agent's thread, with how old it is
   */
  public static Behavior<Command> create(
      AgentContext context, ActorRef<NodeReport> reports, Consumer<LocalReport> local) {
    return Behaviors.setup(actor ->
        Behaviors.withTimers(timers -> new NodeAgent(actor, timers, context, reports, local)));
  }

  /**
   * Looks whether an agent could start; to be asked before the actor system is there.
   *
   * @throws DamagedPromiseException when the node's promise cannot be trusted
   */
  public static void check(AgentContext context) {
    boolean managed =
        context.directory().exists() && context.directory().settings().isPresent();
    new PromiseFile(context.promiseFile())
        .check(managed ? Optional.of(context.directory().path()) : Optional.empty());
  }

  private void register(ActorContext<Command> actor) {
    ActorRef<Order> orders = actor.messageAdapter(Order.class, Obey::new);
    ActorRef<Pulse> heard = actor.messageAdapter(Pulse.class, Heard::new);
    actor
        .getSystem()
        .receptionist()
        .tell(Receptionist.register(Topics.ordersFor(context.node()), orders));
    Relays.listen(actor.getSystem(), Topics.PULSES, Pulse.class, heard);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Obey.class, this::onObey)
        .onMessage(Looked.class, this::onLooked)
        .onMessage(Exited.class, this::onExited)
        .onMessage(Progressed.class, this::onProgressed)
        .onMessage(Ended.class, this::onEnded)
        .onMessage(Restart.class, this::onRestart)
        .onMessage(Restarted.class, this::onRestarted)
        .onMessage(Heard.class, this::onHeard)
        .onMessage(Tick.class, this::onTick)
        .onSignal(PreRestart.class, failed -> onStop())
        .onSignal(PostStop.class, stopped -> onStop())
        .build();
  }

  // Orders.

  private Behavior<Command> onObey(Obey obey) {
    Order order = obey.order();
    Promise promise = promises.get();
    switch (Obedience.of(promise.ballot(), promise.number(), reporter.knows(order), order)) {
      case OBEY -> begin(order, Obedience.isPromised(promise.ballot(), promise.number(), order));
      case ANSWER_AGAIN, REFUSE -> say();
    }
    return this;
  }

  /**
   * @param again after an incarnation that may have done it
   */
  private void begin(Order order, boolean again) {
    try {
      promises.promise(order.ballot(), order.number());
    } catch (UncheckedIOException e) {
      log.error("{}: not obeyed, because the promise cannot be kept", context.node(), e);
      return;
    }
    reporter.began(order);
    if (again && !PromotionRule.mayRepeat(order.task())) {
      log.info("{} order {} is not done again: {}", context.node(), order.number(), order.task());
      boolean unused = reporter.ended(order, Result.failed("the gate may have been closed since"));
      say();
      return;
    }
    attend(order);
    ActorRef<Command> self = getContext().getSelf();
    tasks.begin(
        order,
        detail -> self.tell(new Progressed(order, detail)),
        (done, result) -> self.tell(new Ended(done, result)));
    log.info(
        "{} ballot {} order {}: {}", context.node(), order.ballot(), order.number(), order.task());
  }

  /**
   * Looks at the node often for a while, when others wait for what this order makes it show. Nobody waits for what a read replica shows, and of
   * the other orders the end says it all.
   */
  private void attend(Order order) {
    if (SHOWN.contains(order.task().getClass()) && context.self().mayBePrimary()) {
      monitor.attend(ATTENTION_MS);
    }
  }

  private Behavior<Command> onProgressed(Progressed progressed) {
    if (reporter.progressed(progressed.order(), progressed.detail())) {
      say();
    }
    return this;
  }

  private Behavior<Command> onEnded(Ended ended) {
    log.info(
        "{} order {} {}: {}",
        context.node(),
        ended.order().number(),
        ended.result().outcome(),
        ended.result().detail());
    if (reporter.ended(ended.order(), ended.result())) {
      say();
    }
    attend(ended.order());
    return this;
  }

  // The server.

  private Behavior<Command> onLooked(Looked looked) {
    lookedNanos = looked.beganNanos();
    if (looked.seen() instanceof Seen.Answering) {
      restarts = 0;
    } else if (looked.seen() instanceof Seen.NoProcess) {
      startStandbyAgain();
    }
    if (reporter.saw(looked.seen())) {
      say();
    }
    if (looked.seen() instanceof Seen.Answering answering) {
      // After the report: others wait for it, and for this nobody does.
      remember(answering.observation());
    }
    return this;
  }

  /** Epoch rows are evidence that must still be known when the server is stopped. Without room they are noted at a later look. */
  private void remember(Observation seen) {
    if (seen.history().isEmpty()) {
      return;
    }
    try {
      promises.know(seen.history());
    } catch (UncheckedIOException e) {
      log.warn("{}: its epoch rows are not noted yet: {}", context.node(), e.getMessage());
    }
  }

  private Behavior<Command> onExited(Exited exited) {
    log.warn("{}: the postmaster is gone", context.node());
    gate.serverIsGone();
    tasks.serverIsGone();
    if (reporter.saw(new Seen.NoProcess())) {
      say();
    }
    startStandbyAgain();
    return this;
  }

  /** A standby is started again as it is: its fence, if any, is durable. A primary only by order. */
  private void startStandbyAgain() {
    boolean standby = context.directory().exists()
        && context.directory().isStandby()
        && promises.get().rebuilding().isEmpty()
        && !reporter.isForeign();
    if (standby && !tasks.isBusy() && restarts < RESTARTS && !timers.isTimerActive(new Restart())) {
      timers.startSingleTimer(new Restart(), restarts == 0 ? Duration.ZERO : RESTART_PAUSE);
    }
  }

  private Behavior<Command> onRestart(Restart restart) {
    restarts++;
    ActorRef<Command> self = getContext().getSelf();
    tasks.restart(result -> self.tell(new Restarted(result)));
    return this;
  }

  private Behavior<Command> onRestarted(Restarted restarted) {
    if (restarted.result().outcome() == OrderStatus.Outcome.FAILED) {
      log.warn("{}: {}", context.node(), restarted.result().detail());
      reporter.startFailed(
          new Problem(Problem.Kind.START_FAILED, restarted.result().detail()));
      say();
    }
    return this;
  }

  /** On the monitor's thread. */
  private void serverIsThere() {
    gate.serverIsThere();
    tasks.serverIsThere();
  }

  // Sentinels, and reports.

  private Behavior<Command> onHeard(Heard heard) {
    surroundings.hear(heard.pulse());
    holdWhenSuperseded();
    return this;
  }

  private Behavior<Command> onTick(Tick tick) {
    holdWhenSuperseded();
    holdWhenIsolated();
    say();
    return this;
  }

  private void holdWhenIsolated() {
    if (gate.gate() == Gate.OPEN) {
      reporter
          .primary()
          .flatMap(seen -> surroundings.isolation(reporter.syncOnDisk(), seen))
          .ifPresent(gate::hold);
    }
  }

  /** A primary that has a successor serves nobody until an order has made something else of it. */
  private void holdWhenSuperseded() {
    surroundings
        .successor()
        .filter(incumbent -> reporter.primary().isPresent() && gate.gate() == Gate.OPEN)
        .ifPresent(incumbent -> gate.hold(Surroundings.superseded(incumbent)));
  }

  private void say() {
    if (!reporter.hasLooked()) {
      return;
    }
    // Both before the report: a freeze after them shows in its age.
    long asOfMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    boolean awake = watchdog.isAwakeSince(lookedNanos);
    NodeReport report = reporter.report();
    local.accept(new LocalReport(report, asOfMs, awake));
    reports.tell(report);
  }

  /** Also before a restart: the next incarnation reads the promise anew, and nothing of this one may write it any more. */
  private Behavior<Command> onStop() {
    promises.close();
    monitor.close();
    tasks.close();
    watchdog.close();
    gate.close();
    return this;
  }
}
