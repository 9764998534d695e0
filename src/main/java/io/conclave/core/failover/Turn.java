package io.conclave.core.failover;

import io.conclave.core.Ballot;
import io.conclave.core.Configuration;
import io.conclave.core.EdgeReport;
import io.conclave.core.Fenced;
import io.conclave.core.Member;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport;
import io.conclave.core.Order;
import io.conclave.core.OrderStatus;
import io.conclave.core.RegisterRecord;
import io.conclave.core.SwitchoverReply;
import io.conclave.core.Task;
import io.conclave.core.Topology;
import io.conclave.core.failover.Effect.Milestone;
import io.conclave.core.failover.GroupState.Issued;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * One step in the making: the state so far and the effects so far. It lives for one call of {@link Failover#step} and never
 * leaves it, which keeps the step a pure function.
 */
final class Turn {
  final Rules rules;
  final long nowMs;
  final Input input;
  private final UUID fresh;
  private final List<Effect> effects = new ArrayList<>();

  private Phase phase;
  private long sinceMs;
  private Authority authority;
  private RegisterRecord register;
  private RegisterRecord pending;
  private Sightings seen;
  /** Shared with the state it came from until the first change. */
  private Map<NodeId, Issued> orders;

  private boolean ownOrders;
  private Optional<Attempt> attempt;
  private Optional<SyncChange> change;
  private List<Long> failovers;
  private long topologyVersion;

  Turn(Rules rules, GroupState state, long nowMs, UUID fresh, Input input) {
    this.rules = rules;
    this.nowMs = nowMs;
    this.input = input;
    this.fresh = fresh;
    this.phase = state.phase();
    this.sinceMs = state.sinceMs();
    this.authority = state.authority();
    this.register = state.register();
    this.pending = state.pending();
    this.seen = state.seen();
    this.orders = state.orders();
    this.attempt = state.attempt();
    this.change = state.change();
    this.failovers = state.failovers();
    this.topologyVersion = state.topologyVersion();
  }

  GroupState state() {
    return new GroupState(
        phase,
        sinceMs,
        authority,
        register,
        pending,
        seen,
        orders,
        attempt,
        change,
        failovers,
        topologyVersion);
  }

  List<Effect> effects() {
    return List.copyOf(effects);
  }

  /** An identifier drawn for this step, by the shell. */
  UUID fresh() {
    return fresh;
  }

  Phase phase() {
    return phase;
  }

  long inPhaseMs() {
    return nowMs - sinceMs;
  }

  void enter(Phase next) {
    phase = next;
    sinceMs = nowMs;
  }

  // What was seen.

  void absorb() {
    if (input instanceof Input.Reported reported) {
      seen = seen.with(reported.report(), nowMs);
    } else if (input instanceof Input.Voted voted) {
      seen = seen.with(voted.vote(), nowMs);
    } else if (input instanceof Input.EdgeReported edge) {
      seen = seen.with(edge.report(), nowMs);
    }
  }

  Sightings seen() {
    return seen;
  }

  /** A report young enough to act on. */
  Optional<NodeReport> fresh(NodeId node) {
    return seen.fresh(node, nowMs, freshMs());
  }

  private long freshMs() {
    return rules.timings().suspicionMs() + rules.timings().reportMs();
  }

  /** The edges that are heard: what a silent one does to its clients nobody can know, and nobody waits for it. */
  List<EdgeReport> edges() {
    return seen.edges(nowMs, freshMs());
  }

  /** The complete evidence of every node that is fenced by the last order given to it. */
  Map<NodeId, Fenced> fenced() {
    Map<NodeId, Fenced> all = new TreeMap<>();
    orders.forEach(
        (node, issued) -> evidence(node, issued.order()).ifPresent(fence -> all.put(node, fence)));
    return all;
  }

  private Optional<Fenced> evidence(NodeId node, Order order) {
    return seen.report(node)
        .filter(report -> report.rebuilding().isEmpty())
        .flatMap(NodeReport::fenced)
        .filter(fence -> fence.ballot().equals(order.ballot()) && fence.number() == order.number());
  }

  // The ballot and the register.

  Authority authority() {
    return authority;
  }

  void use(Authority.Use use) {
    authority = authority.using(use);
  }

  /** Claims a ballot above every one that was seen; the phase waits for it. */
  void claim() {
    Ballot highest = seen.reports().values().stream()
        .map(at -> at.word().promised())
        .reduce(authority.ballot(), (a, b) -> a.isAbove(b) ? a : b);
    change = Optional.empty();
    enter(Phase.CLAIMING);
    emit(new Effect.Claim(highest));
  }

  /** Holds a ballot, and what the register held under it: orders of an earlier ballot are void. */
  void hold(Ballot ballot, RegisterRecord record) {
    authority = new Authority(ballot, Authority.Use.UNUSED, 0);
    register = record;
    pending = record;
    orders = Map.of();
    ownOrders = false;
  }

  RegisterRecord register() {
    return register;
  }

  Configuration established() {
    return register
        .established()
        .orElseThrow(() -> new IllegalStateException("no configuration is established"));
  }

  RegisterRecord pending() {
    return pending;
  }

  boolean isWriting() {
    return !pending.equals(register);
  }

  /**
   * A version is never used twice under one ballot: a write that was given up (a sync set change that a failover cut short)
   * may still reach the sentinels, and would be kept there in place of this one.
   */
  void write(RegisterRecord record) {
    pending = record.above(pending.version());
    emit(new Effect.Write(pending));
  }

  /** The same write once more: whether the last one reached anybody is unknown. */
  void rewrite() {
    emit(new Effect.Write(pending));
  }

  /** The pending write is held by a majority. */
  void written() {
    register = pending;
  }

  // Orders.

  Optional<Order> lastOrder(NodeId node) {
    return Optional.ofNullable(orders.get(node)).map(Issued::order);
  }

  /** Gives an order, unless this very task is the last one that the node was given under this ballot. */
  void order(NodeId node, Task task) {
    if (lastOrder(node).filter(order -> order.task().equals(task)).isEmpty()) {
      give(node, task);
    }
  }

  /**
   * As {@link #order}, and gives it again with a new number some time after it ended: the caller still sees that its end is
   * not reached, be it that the agent refused, that it failed, or that what was done has been undone since.
   */
  void orderUntilDone(NodeId node, Task task, long pauseMs) {
    Issued last = orders.get(node);
    boolean same = last != null && last.order().task().equals(task);
    if (!same || (hasEnded(node) && nowMs - last.givenAtMs() >= pauseMs)) {
      give(node, task);
    }
  }

  void give(NodeId node, Task task) {
    authority = authority.numbered();
    Order order =
        new Order(rules.group().group(), node, authority.ballot(), authority.lastNumber(), task);
    put(node, new Issued(order, nowMs, nowMs));
    emit(new Effect.Send(order));
  }

  private void put(NodeId node, Issued issued) {
    if (!ownOrders) {
      orders = new TreeMap<>(orders);
      ownOrders = true;
    }
    orders.put(node, issued);
  }

  /** What the agent says about the last order given to the node. */
  Optional<OrderStatus.Outcome> outcome(NodeId node) {
    return lastOrder(node)
        .flatMap(order ->
            seen.report(node).map(NodeReport::order).filter(status -> status.answers(order)))
        .map(OrderStatus::outcome);
  }

  /** Whether the last order of the node failed or was refused, and was given this long ago at least. */
  boolean hasFailed(NodeId node, long pauseMs) {
    return outcome(node)
            .filter(o -> o == OrderStatus.Outcome.FAILED || o == OrderStatus.Outcome.REFUSED)
            .isPresent()
        && sinceOrderMs(node) >= pauseMs;
  }

  /** How long ago the last order was given to the node, in ms; it was given one. */
  long sinceOrderMs(NodeId node) {
    return nowMs - orders.get(node).givenAtMs();
  }

  boolean hasEnded(NodeId node) {
    return outcome(node).filter(o -> o != OrderStatus.Outcome.RUNNING).isPresent();
  }

  /** Whether this very task was the last one ordered under this ballot, and is done. */
  boolean isDone(NodeId node, Task task) {
    return lastOrder(node).filter(order -> order.task().equals(task)).isPresent()
        && outcome(node).filter(OrderStatus.Outcome.DONE::equals).isPresent();
  }

  /** Sends every order again that its agent has not answered in time; messages may be lost. */
  void insist() {
    for (Member member : rules.group().members()) {
      Issued issued = orders.get(member.node());
      boolean due =
          issued != null && nowMs - issued.sentAtMs() >= rules.timings().orderRetryMs();
      if (due && outcome(member.node()).isEmpty()) {
        put(member.node(), new Issued(issued.order(), issued.givenAtMs(), nowMs));
        emit(new Effect.Send(issued.order()));
      }
    }
  }

  /** A ballot above the one held that an agent has promised: somebody else gives orders. */
  Optional<Ballot> outpromised() {
    Ballot highest = authority.ballot();
    for (Sightings.Reported at : seen.reports().values()) {
      Ballot promised = at.word().promised();
      highest = promised.isAbove(highest) ? promised : highest;
    }
    return highest.equals(authority.ballot()) ? Optional.empty() : Optional.of(highest);
  }

  // The attempt and the sync set change under way.

  Optional<Attempt> attempt() {
    return attempt;
  }

  Attempt ongoing() {
    return attempt.orElseThrow(() -> new IllegalStateException("no attempt in " + phase));
  }

  void attempt(Attempt next) {
    attempt = Optional.of(next);
  }

  void noAttempt() {
    attempt = Optional.empty();
  }

  Optional<SyncChange> change() {
    return change;
  }

  void change(SyncChange next) {
    change = Optional.of(next);
  }

  void noChange() {
    change = Optional.empty();
  }

  void countFailover() {
    List<Long> recent = new ArrayList<>(failovers);
    recent.add(nowMs);
    recent.removeIf(at -> at <= nowMs - rules.timings().failoverWindowMs());
    failovers = recent;
  }

  boolean failoversAreExhausted() {
    long oldest = nowMs - rules.timings().failoverWindowMs();
    return failovers.stream().filter(at -> at > oldest).count()
        >= rules.timings().failoverLimit();
  }

  /** The guard of a row that is alone on its phase and trigger. */
  boolean always() {
    return true;
  }

  // Other effects.

  void emit(Effect effect) {
    effects.add(effect);
  }

  void remember(Milestone milestone, String detail) {
    emit(new Effect.Remember(milestone, detail));
  }

  /** Who is primary; and the hold of the attempt, for as long as it has one. */
  void publish(Optional<Configuration> configuration, boolean established) {
    topologyVersion++;
    emit(new Effect.Publish(new Topology(
        rules.group().group(),
        authority.ballot(),
        topologyVersion,
        configuration,
        established,
        rules.coordinator(),
        attempt.flatMap(Attempt::holding).map(Holding::hold))));
  }

  /** Ends the operator's request, if the attempt came from one. */
  void answer(SwitchoverReply outcome) {
    attempt.flatMap(Attempt::request).ifPresent(request -> {
      emit(new Effect.Answer(request, outcome));
      attempt = attempt.map(Attempt::answered);
    });
  }
}
