package io.conclave;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.receptionist.ServiceKey;
import akka.cluster.typed.ClusterSingleton;
import akka.cluster.typed.ClusterSingletonSettings;
import akka.cluster.typed.SingletonActor;
import akka.management.javadsl.AkkaManagement;
import io.conclave.agent.AgentContext;
import io.conclave.agent.NodeAgent;
import io.conclave.coordinator.Coordinator;
import io.conclave.coordinator.GroupCoordinator;
import io.conclave.coordinator.Seat;
import io.conclave.core.Appointment;
import io.conclave.core.EdgeReport;
import io.conclave.core.GroupDefinition;
import io.conclave.core.GroupStatus;
import io.conclave.core.NodeReport;
import io.conclave.core.Order;
import io.conclave.core.Pulse;
import io.conclave.core.Sentinels;
import io.conclave.core.Topology;
import io.conclave.core.Vote;
import io.conclave.core.decision.DecisionRecord;
import io.conclave.core.failover.Rules;
import io.conclave.core.placement.Deputies;
import io.conclave.edge.Edge;
import io.conclave.history.History;
import io.conclave.membership.Downing;
import io.conclave.membership.Membership;
import io.conclave.ops.Board;
import io.conclave.ops.LocalNodes;
import io.conclave.ops.Ops;
import io.conclave.ops.OpsExtension;
import io.conclave.postgres.PrimaryProbe;
import io.conclave.register.Admission;
import io.conclave.register.Register;
import io.conclave.sentinel.Pulses;
import io.conclave.sentinel.Sentinel;
import io.conclave.settings.Role;
import io.conclave.wire.Broadcast;
import io.conclave.wire.OrderRouter;
import io.conclave.wire.Topics;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Starts the roles of a host and gives each the refs that carry its words to the others, and joins the cluster. No decision
 * is made here.
 */
final class Guardian {
  private static final SupervisorStrategy RESTART =
      SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(10), 0.2);

  /** Of GET /conclave/register. */
  private static final Duration TELL_PATIENCE = Duration.ofMillis(900);

  private final ActorContext<Void> context;
  private final ActorSystem<Void> system;
  private final HostParts parts;
  private final Consumer<String> hopeless;
  private final LocalNodes local = new LocalNodes();

  private Guardian(ActorContext<Void> context, HostParts parts, Consumer<String> hopeless) {
    this.context = context;
    this.system = context.getSystem();
    this.parts = parts;
    this.hopeless = hopeless;
  }

  /**
   * @param hopeless is told, before the actor system ends, why this daemon can be of no use here
   */
  static Behavior<Void> create(HostParts parts, Consumer<String> hopeless) {
    return Behaviors.setup(context -> {
      new Guardian(context, parts, hopeless).start();
      return Behaviors.empty();
    });
  }

  private void start() {
    startOps();
    ActorRef<Membership.Command> membership =
        context.spawn(restarting(Membership.create(parts.membership())), Membership.NAME);
    if (parts.self().has(Role.SENTINEL)) {
      startAdmission(() -> membership.tell(Membership.Admitted.NOW));
    } else {
      membership.tell(Membership.Admitted.NOW);
    }
    serveHttp();
    ActorRef<NodeReport> reports =
        repeating(Topics.REPORTS, NodeReport.class, NodeReport::node, NodeReport::gist, "reports");
    parts.agents().forEach(agent -> startAgent(agent, reports));
    if (parts.self().has(Role.SENTINEL)) {
      startSentinel();
    }
    if (!parts.edges().isEmpty()) {
      ActorRef<EdgeReport> edges =
          repeating(Topics.EDGES, EdgeReport.class, EdgeReport::group, EdgeReport::gist, "edges");
      parts
          .edges()
          .forEach(edge -> context.spawn(
              restarting(Edge.create(edge, edges)), "edge-" + edge.group().group()));
    }
  }

  private <T> ActorRef<T> broadcast(ServiceKey<T> key, Class<T> type, String name) {
    return context.spawn(Broadcast.create(key, type), name);
  }

  /** For words of this host that are repeated ({@link Broadcast#repeating}). */
  private <T> ActorRef<T> repeating(
      ServiceKey<T> key, Class<T> type, Function<T, ?> subject, Function<T, ?> gist, String name) {
    return context.spawn(Broadcast.repeating(key, type, subject, gist), name);
  }

  private void startOps() {
    ActorRef<Board.Command> board = context.spawn(restarting(Board.create(local)), "board");
    ActorRef<History.Command> history = context.spawn(
        restarting(History.create(
            parts.groups().stream().map(GroupDefinition::group).toList(),
            parts.history(),
            (group, change) -> board.tell(new Board.Changed(group, change)))),
        "history",
        DispatcherSelector.fromConfig("conclave.blocking-dispatcher"));
    OpsExtension.get(system)
        .install(new Ops(
            parts.self().host(),
            board,
            local,
            history,
            parts.groups(),
            parts.sentinels(),
            parts.edgeHosts(),
            parts.settings().timings()));
  }

  /** A sentinel takes part once its replica of the register is complete. */
  private void startAdmission(Runnable join) {
    ActorRef<Admission.Command> admission = context.spawn(
        restarting(Admission.create(parts.admission(), join)),
        Admission.NAME,
        DispatcherSelector.fromConfig("conclave.blocking-dispatcher"));
    OpsExtension.get(system)
        .serveRegister(() ->
            AskPattern.ask(admission, Admission.Tell::new, TELL_PATIENCE, system.scheduler()));
  }

  /** Without it no operator could see or ask anything of this host. */
  private void serveHttp() {
    AkkaManagement.get(system).start().whenComplete((uri, failure) -> {
      if (failure != null) {
        hopeless.accept(
            "%s cannot serve HTTP on %s:%d (%s): is another program there, or another daemon of this host?"
                .formatted(
                    parts.self().host(),
                    parts.settings().http().bindAddress(),
                    parts.self().httpPort(),
                    failure.getMessage()));
        system.terminate();
      }
    });
  }

  private void startAgent(AgentContext agent, ActorRef<NodeReport> reports) {
    context.spawn(
        restarting(NodeAgent.create(agent, reports, local::say)),
        "agent-" + agent.self().node(),
        DispatcherSelector.fromConfig("conclave.blocking-dispatcher"));
  }

  private void startSentinel() {
    Sentinels.Seat self = new Sentinels.Seat(parts.self().host(), parts.self().region());
    ActorRef<Pulses.Command> pulse = context.spawn(
        restarting(Pulses.create(
            self.sentinel(),
            parts.sentinels(),
            parts.groups().stream().map(GroupDefinition::group).toList(),
            parts.settings().timings(),
            broadcast(Topics.PULSES, Pulse.class, "pulses"))),
        "pulse");
    context.spawn(
        restarting(Downing.create(
            parts.downing(stableAfter()), gone -> pulse.tell(new Pulses.Missed(gone)))),
        "downing");
    ActorRef<Vote> votes = repeating(Topics.VOTES, Vote.class, Vote::group, Vote::opinion, "votes");
    parts.groups().forEach(group -> startWatching(self, group, votes));
    startSeat();
    startSingleton();
  }

  private Duration stableAfter() {
    return system.settings().config().getDuration("conclave.downing.stable-after");
  }

  private void startWatching(Sentinels.Seat self, GroupDefinition group, ActorRef<Vote> votes) {
    int timeoutMs = (int) parts.settings().timings().suspicionMs();
    context.spawn(
        restarting(Sentinel.create(
            self,
            group,
            parts.settings().timings(),
            member ->
                new PrimaryProbe(member.address(), member.port(), parts.passwords(), timeoutMs),
            votes)),
        "sentinel-" + group.group());
  }

  private void startSeat() {
    ActorRef<Order> orders = context.spawn(
        OrderRouter.create(parts.groups().stream()
            .flatMap(group -> group.members().stream())
            .map(m -> m.node())
            .toList()),
        "orders");
    ActorRef<Topology> topologies = repeating(
        Topics.TOPOLOGIES, Topology.class, Topology::group, Function.identity(), "topologies");
    ActorRef<GroupStatus> statuses = repeating(
        Topics.STATUSES,
        GroupStatus.class,
        status -> status.topology().group(),
        GroupStatus::phase,
        "statuses");
    ActorRef<DecisionRecord> decisions =
        context.spawn(Broadcast.gathering(Topics.DECISIONS, DecisionRecord.class), "decisions");
    context.spawn(
        restarting(Seat.create(parts.self().host(), deputyRules(), group -> {
          GroupDefinition definition = parts.settings().group(group).definition();
          Rules rules = new Rules(
              definition,
              parts.sentinels(),
              parts.settings().timings(),
              parts.self().host());
          return GroupCoordinator.create(
              rules,
              new GroupCoordinator.Ports(
                  register(definition), orders, topologies, statuses, decisions));
        })),
        "seat");
  }

  private List<Deputies.Rules> deputyRules() {
    return parts.groups().stream()
        .map(group -> new Deputies.Rules(
            group,
            parts.sentinels(),
            parts.self().host(),
            parts.settings().timings().suspicionMs()))
        .toList();
  }

  private Behavior<Register.Command> register(GroupDefinition group) {
    return restarting(Register.create(
        group.group(),
        parts.sentinels().majority(),
        Duration.ofMillis(parts.settings().timings().registerTimeoutMs())));
  }

  private void startSingleton() {
    ActorRef<Appointment> appointments =
        broadcast(Topics.APPOINTMENTS, Appointment.class, "appointments");
    ClusterSingleton.get(system)
        .init(SingletonActor.of(
                restarting(Coordinator.create(
                    parts.sentinels(),
                    parts.groups(),
                    appointments,
                    parts.settings().timings().suspicionMs())),
                "coordinator")
            .withSettings(
                ClusterSingletonSettings.create(system).withRole(Role.SENTINEL.lowerCase())));
  }

  private static <T> Behavior<T> restarting(Behavior<T> behavior) {
    return Behaviors.supervise(behavior).onFailure(Exception.class, RESTART);
  }
}
