package io.conclave.core.failover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.conclave.core.Ballot;
import io.conclave.core.Configuration;
import io.conclave.core.Durability;
import io.conclave.core.Durability.WhenAlone;
import io.conclave.core.Evidence;
import io.conclave.core.Gate;
import io.conclave.core.GroupDefinition;
import io.conclave.core.GroupId;
import io.conclave.core.HostId;
import io.conclave.core.Member;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport.ServerState;
import io.conclave.core.Order;
import io.conclave.core.OrderStatus.Outcome;
import io.conclave.core.Region;
import io.conclave.core.RegisterRecord;
import io.conclave.core.Sentinels;
import io.conclave.core.SwitchoverReply;
import io.conclave.core.SyncSetting;
import io.conclave.core.Task;
import io.conclave.core.Timings;
import io.conclave.core.Topology;
import io.conclave.core.Vote;
import io.conclave.core.decision.Decision;
import io.conclave.core.decision.DecisionRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.BooleanSupplier;

/**
 * A coordinator's core among nodes, sentinels and a register that are plain values. Everybody is healthy and obeys at once
 * unless a test says otherwise. After every step it checks the laws that no step may break.
 */
final class World {
  /** Rows taken by anybody, by their sentence and phase. */
  static final Set<String> TAKEN = new HashSet<>();

  static final long TICK_MS = 50;

  final Rules rules;
  final Map<NodeId, Node> nodes = new TreeMap<>();
  final List<Effect> effects = new ArrayList<>();
  final List<SwitchoverReply> replies = new ArrayList<>();
  final List<DecisionRecord> records = new ArrayList<>();
  final List<Edge> edges = new ArrayList<>();
  Optional<Topology> topology = Optional.empty();
  GroupState state;
  private long takenMs;
  long nowMs = 1_000_000;
  boolean registerUp = true;
  boolean ordersArrive = true;
  boolean answersArrive = true;
  /** Orders that are not begun, because the promise cannot be kept. */
  BiPredicate<NodeId, Task> cannotPromise = (node, task) -> false;

  /** A scripted outcome of an order instead of carrying it out. */
  BiFunction<NodeId, Task, Optional<Outcome>> script = (node, task) -> Optional.empty();
  /** Another opinion than the obvious one. */
  Optional<Vote.Opinion> opinion = Optional.empty();

  /** What every vote rests on. */
  List<Evidence> evidence = List.of();

  private final Deque<Input> answers = new ArrayDeque<>();
  private final Map<String, RegisterRecord> written = new HashMap<>();
  RegisterRecord stored = RegisterRecord.EMPTY;
  Ballot claimed = Ballot.NONE;
  private long uuids;
  private int tokens;
  final Set<Integer> acknowledged = new HashSet<>();

  World(WhenAlone whenAlone, int size) {
    List<Member> members = new ArrayList<>();
    List<Sentinels.Seat> seats = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      String name = String.valueOf((char) ('a' + i));
      HostId host = new HostId("h-" + name);
      Region region = new Region("r-" + name);
      members.add(new Member(
          new NodeId(name), host, region, Member.Kind.STANDBY, "127.0.0.1", 5000 + i, 100 - i));
      if (i < 3) {
        seats.add(new Sentinels.Seat(host, region));
      }
    }
    GroupDefinition group = new GroupDefinition(
        new GroupId("main"), members, new Durability(Durability.Policy.QUORUM, whenAlone));
    rules = new Rules(group, new Sentinels(seats), Timings.LAN, new HostId("h-b"));
    members.forEach(member -> nodes.put(member.node(), new Node(this, member)));
  }

  /** Three healthy nodes; a is primary. */
  static World steady(WhenAlone whenAlone) {
    return steady(whenAlone, 3);
  }

  static World steady(WhenAlone whenAlone, int size) {
    World world = new World(whenAlone, size);
    world.start();
    world.until("whole", world::isWhole);
    return world;
  }

  /** A coordinator begins: the first one, or one that takes over. */
  void start() {
    answers.clear();
    state = GroupState.starting(nowMs);
    perform(new Effect.Claim(Ballot.NONE));
  }

  Node node(NodeId id) {
    return nodes.get(id);
  }

  Node node(String id) {
    return nodes.get(new NodeId(id));
  }

  Node primary() {
    return node(stored.established().orElseThrow().primary());
  }

  boolean isWhole() {
    return state.phase() == Phase.STEADY
        && state.change().isEmpty()
        && primary().runs(ServerState.PRIMARY)
        && primary().gate == Gate.OPEN
        && established().sync().size() == nodes.size() - 1
        && established().sync().k() == nodes.size() / 2
        && primary()
            .sync
            .equals(Optional.of(new SyncSetting(
                established().sync().members(), established().sync().k())));
  }

  Configuration established() {
    return state.established().orElseThrow();
  }

  // Time.

  void tick() {
    nowMs += TICK_MS;
    nodes.values().forEach(Node::stream);
    for (Node node : nodes.values()) {
      if (node.hostUp && !node.silent) {
        take(new Input.Reported(node.report()));
      }
    }
    for (Edge edge : edges) {
      edge.report(nowMs).ifPresent(report -> take(new Input.EdgeReported(report)));
    }
    vote();
    int waiting = answersArrive ? answers.size() : 0;
    for (int i = 0; i < waiting; i++) {
      take(answers.removeFirst());
    }
    take(new Input.Tick());
    primaryIsSafe();
    nobodyIsHeldForNothing();
    if (nowMs % 1000 == 0) {
      Outlooks.of(rules, state, nowMs);
    }
  }

  void run(long ms) {
    for (long until = nowMs + ms; nowMs < until; ) {
      tick();
    }
  }

  void until(String what, BooleanSupplier condition) {
    for (int i = 0; i < 2000; i++) {
      if (condition.getAsBoolean()) {
        return;
      }
      tick();
    }
    fail("never " + what + ": " + summary());
  }

  void untilPhase(Phase phase) {
    until(phase.name(), () -> state.phase() == phase);
  }

  /** What was done lately, for the reader of a failed run. */
  String trace() {
    return effects.stream()
        .skip(Math.max(0, effects.size() - 60))
        .map(Object::toString)
        .collect(java.util.stream.Collectors.joining("\n", summary() + "\n", ""));
  }

  String summary() {
    StringBuilder text = new StringBuilder(state.phase() + " " + state.register() + " change "
        + state.changeInProgress() + " blocker " + Blocker.of(rules, state, nowMs));
    nodes
        .values()
        .forEach(n -> text.append("\n  %s up=%s %s gate=%s %s up=%s %s sync=%s order=%s fenced=%s"
            .formatted(
                n.id(),
                n.hostUp,
                n.server,
                n.gate,
                n.position,
                n.upstream,
                n.receiver,
                n.sync,
                n.order,
                n.fenced)));
    return text.toString();
  }

  private void vote() {
    state.register().established().ifPresent(configuration -> {
      for (Member member : rules.group().members()) {
        boolean isSentinel = rules.sentinels().seats().stream()
            .anyMatch(seat -> seat.sentinel().equals(member.host()));
        if (isSentinel && node(member.node()).hostUp) {
          boolean alive = node(configuration.primary()).runs(ServerState.PRIMARY);
          vote(configuration, member, alive ? Vote.Opinion.HEALTHY : Vote.Opinion.DEAD);
        }
      }
    });
  }

  private void vote(Configuration configuration, Member member, Vote.Opinion obvious) {
    take(new Input.Voted(new Vote(
        rules.group().group(),
        configuration.epoch(),
        configuration.primary(),
        member.host(),
        member.region(),
        nowMs,
        opinion.orElse(obvious),
        evidence)));
  }

  /** A client writes; acknowledged when as many members as the server waits for have it. */
  void write() {
    for (Node node : nodes.values()) {
      if (node.runs(ServerState.PRIMARY) && node.gate == Gate.OPEN) {
        int token = tokens++;
        node.data.add(token);
        node.position = new io.conclave.core.Lsn(node.position.bytes() + 10);
        nodes.values().forEach(Node::stream);
        SyncSetting sync = node.sync.orElseThrow();
        long have = sync.members().stream()
            .map(this::node)
            .filter(n -> n.runs(ServerState.STANDBY) && n.data.contains(token))
            .count();
        if (have >= sync.count()) {
          acknowledged.add(token);
        }
      }
    }
  }

  // Steps, and the laws of each.

  void take(Input input) {
    if (state.phase() == Phase.RESIGNED) {
      return;
    }
    UUID fresh = new UUID(9, ++uuids);
    Row row = onlyRow(input, fresh);
    GroupState before = state;
    Step step = Failover.step(rules, state, nowMs, fresh, input);
    assertEquals(row == null ? "" : row.sentence(), step.row());
    state = step.state();
    Decisions.of(rules, before, takenMs, nowMs, input, step).forEach(this::record);
    takenMs = nowMs;
    step.effects().forEach(effect -> check(before, input, effect));
    step.effects().forEach(this::perform);
  }

  /** As the coordinator's shell does it, in a November. */
  private void record(Decision decision) {
    records.add(new DecisionRecord(
        "%08x".formatted(records.size() + 1),
        rules.group().group(),
        state.ballot(),
        records.size(),
        rules.coordinator(),
        1_795_000_000_000L + nowMs,
        decision));
  }

  /** A step that also a resigned coordinator would take. */
  Step force(Input input) {
    UUID fresh = new UUID(9, ++uuids);
    onlyRow(input, fresh);
    return Failover.step(rules, state, nowMs, fresh, input);
  }

  private Row onlyRow(Input input, UUID fresh) {
    Turn turn = new Turn(rules, state, nowMs, fresh, input);
    turn.absorb();
    Row.Trigger trigger = Row.Trigger.of(turn);
    List<Row> open = Failover.ROWS.stream()
        .filter(row -> row.phase() == turn.phase() && row.trigger() == trigger)
        .filter(row -> row.guard().test(turn))
        .toList();
    assertTrue(open.size() <= 1, () -> "guards overlap: " + open + summary());
    open.forEach(row -> TAKEN.add(name(row)));
    return open.isEmpty() ? null : open.get(0);
  }

  static String name(Row row) {
    return "%s on %s when %s: %s"
        .formatted(row.phase(), row.trigger(), row.guardName(), row.actionName());
  }

  private void check(GroupState before, Input input, Effect effect) {
    if (effect instanceof Effect.Write write) {
      joinersFollow(write.register());
    }
    if (!(effect instanceof Effect.Send send)) {
      return;
    }
    Task task = send.order().task();
    assertEquals(state.ballot(), send.order().ballot());
    if (task instanceof Task.Promote promote) {
      assertTrue(stored.begun().contains(promote.configuration()), "I4: " + summary());
      boolean again =
          before.orders().values().stream().anyMatch(issued -> issued.order().equals(send.order()));
      boolean takeover = before.attempt().orElseThrow().cause() == Attempt.Cause.TAKEOVER;
      assertTrue(input instanceof Input.Written || again || takeover, "Promote out of " + input);
    }
    if (task instanceof Task.Rejoin) {
      assertTrue(state.register().begun().isEmpty(), "Rejoin while something is begun");
      assertTrue(
          !state
              .register()
              .established()
              .orElseThrow()
              .sync()
              .contains(send.order().node()),
          "Rejoin of a member of S");
    }
  }

  /** What a joiner of S was told last is to follow, and not to rejoin: an agent that restarts does it again. */
  private void joinersFollow(RegisterRecord next) {
    Configuration now = state.register().established().orElse(null);
    boolean step = next.established()
        .filter(then -> now != null && then.promotion().equals(now.promotion()))
        .isPresent();
    if (step) {
      List<NodeId> joiners =
          new ArrayList<>(next.established().orElseThrow().sync().members());
      joiners.removeAll(now.sync().members());
      joiners.forEach(joiner -> assertTrue(
          state.orders().get(joiner).order().task() instanceof Task.Follow, "joins: " + joiner));
    }
  }

  /** S' ⊆ S and k' ≥ k, register against server; and no acknowledged write is missing where clients are served. */
  private void primaryIsSafe() {
    for (Configuration configuration : stored.active()) {
      Node primary = node(configuration.primary());
      boolean isNewest = !primary.history.isEmpty()
          && primary
              .history
              .get(primary.history.size() - 1)
              .promotion()
              .equals(configuration.promotion());
      if (primary.server == ServerState.PRIMARY && isNewest && primary.sync.isPresent()) {
        SyncSetting server = primary.sync.get();
        assertTrue(
            server.count() >= configuration.sync().k()
                && configuration.sync().members().containsAll(server.members()),
            () -> "register " + configuration + ", server " + server);
        if (primary.gate == Gate.OPEN) {
          Set<Integer> lost = new TreeSet<>(acknowledged);
          lost.removeAll(primary.data);
          boolean replaced = stored.newest().filter(configuration::equals).isEmpty();
          assertTrue(lost.isEmpty() || replaced, () -> "lost " + lost + ": " + summary());
        }
      }
    }
  }

  /** What the coordinator has said last holds clients only while an attempt of its own wants it. */
  private void nobodyIsHeldForNothing() {
    boolean wanted = state.attempt().flatMap(Attempt::holding).isPresent();
    boolean takesOver = state.phase() == Phase.CLAIMING || state.phase() == Phase.RESIGNED;
    assertTrue(
        takesOver || topology.flatMap(Topology::hold).isPresent() == wanted,
        () -> topology + " " + summary());
  }

  private void publish(Topology next) {
    assertTrue(topology.filter(last -> !next.supersedes(last)).isEmpty(), () -> "older: " + next);
    topology = Optional.of(next);
    edges.forEach(edge -> edge.hear(next, nowMs));
  }

  private void perform(Effect effect) {
    effects.add(effect);
    if (effect instanceof Effect.Claim claim) {
      claim(claim.above());
    } else if (effect instanceof Effect.Write write) {
      write(write.register());
    } else if (effect instanceof Effect.Publish published) {
      publish(published.topology());
    } else if (effect instanceof Effect.Answer answer) {
      replies.add(answer.reply());
    } else if (effect instanceof Effect.Send send && ordersArrive) {
      deliver(send.order());
    }
  }

  void deliver(Order order) {
    Node node = node(order.node());
    if (node.hostUp) {
      node.obey(order);
    }
  }

  private void claim(Ballot above) {
    if (registerUp) {
      claimed = (above.isAbove(claimed) ? above : claimed).next(new UUID(8, ++uuids));
      stored = stored.under(claimed);
      answers.add(new Input.Claimed(claimed, stored));
    } else {
      answers.add(new Input.Unavailable("no majority"));
    }
  }

  private void write(RegisterRecord record) {
    RegisterRecord twin = written.putIfAbsent(record.ballot() + "/" + record.version(), record);
    assertTrue(twin == null || twin.equals(record), () -> "one version, two contents: " + record);
    if (!registerUp) {
      answers.add(new Input.Unavailable("no majority"));
    } else if (claimed.isAbove(record.ballot())) {
      answers.add(new Input.Outbid(claimed));
    } else {
      stored = record.compareTo(stored) > 0 ? record : stored;
      answers.add(new Input.Written(record.version()));
    }
  }

  /** Another coordinator claims, and is not heard of again. */
  void outbid() {
    claimed = claimed.next(new UUID(8, ++uuids));
    stored = stored.under(claimed);
  }

  void switchover(String target) {
    switchover(target, Optional.empty());
  }

  void switchover(String target, Optional<Long> budgetMs) {
    take(new Input.Switchover(
        new UUID(6, ++uuids),
        target.isEmpty() ? Optional.empty() : Optional.of(new NodeId(target)),
        budgetMs));
  }

  /** An edge more, which puts in force what it hears, and drains at once. */
  Edge edge(String name) {
    Edge edge = new Edge(rules.group().group(), new HostId(name));
    topology.ifPresent(current -> edge.hear(current, nowMs));
    edges.add(edge);
    return edge;
  }
}
