package io.conclave.simulator;

import io.conclave.core.Configuration;
import io.conclave.core.Gate;
import io.conclave.core.GroupDefinition;
import io.conclave.core.GroupId;
import io.conclave.core.HostId;
import io.conclave.core.Member;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport.Receiver;
import io.conclave.core.Region;
import io.conclave.core.Sentinels;
import io.conclave.core.SyncSet;
import io.conclave.core.Timings;
import io.conclave.core.failover.GroupState;
import io.conclave.core.failover.Phase;
import io.conclave.core.failover.Rules;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** One group, its hosts, and everything that happens to them: a single thread, a single clock, a single seed. */
final class World {
  private static final long STREAM_BEAT_MS = 250;
  private static final String[] REGIONS = {"us", "eu", "ap"};

  final long seed;
  final Scenario scenario;
  final Schedule schedule = new Schedule();
  final Trace trace;
  final Dice dice;
  final Wal wal = new Wal();
  final Timings timings;
  final Rules rules;
  final Host[] hosts;
  final Server[] servers;
  final Network network;
  final Invariants invariants;
  final Faults faults;
  final Clients clients;
  final Singleton singleton;
  private final Map<NodeId, Integer> indexes = new HashMap<>();

  World(long seed, Scenario scenario, boolean traced) {
    this.seed = seed;
    this.scenario = scenario;
    this.trace = new Trace(traced);
    this.dice = Dice.of(seed, 5);
    this.timings = scenario.timings();
    int count = Math.max(scenario.nodes(), scenario.sentinels());
    this.hosts = new Host[count + scenario.edges()];
    this.servers = new Server[scenario.nodes()];
    this.network = new Network(this, hosts.length);
    this.invariants = new Invariants(this);
    this.faults = new Faults(this);
    this.clients = new Clients(this);
    this.rules = rules(count);
    build();
    this.singleton = new Singleton(this);
  }

  private Rules rules(int count) {
    List<Member> members = new ArrayList<>();
    List<Sentinels.Seat> seats = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      HostId host = new HostId("h" + i);
      Region region = new Region(REGIONS[i % REGIONS.length]);
      hosts[i] = new Host(this, i, host, region, i < scenario.sentinels(), dice);
      if (i < scenario.sentinels()) {
        seats.add(new Sentinels.Seat(host, region));
      }
      if (i < scenario.nodes()) {
        NodeId node = new NodeId("n" + i);
        indexes.put(node, i);
        members.add(
            new Member(node, host, region, Member.Kind.STANDBY, "127.0.0.1", 5000 + i, 100 - i));
      }
    }
    for (int i = count; i < hosts.length; i++) {
      Region region = new Region(REGIONS[i % REGIONS.length]);
      hosts[i] = new Host(this, i, new HostId("e" + (i - count)), region, false, dice);
    }
    GroupDefinition group =
        new GroupDefinition(new GroupId("main"), members, scenario.durability());
    return new Rules(group, new Sentinels(seats), timings, hosts[0].id);
  }

  private void build() {
    for (Host host : hosts) {
      if (host.index < servers.length) {
        Member member = rules.group().members().get(host.index);
        servers[host.index] = new Server(this, host.index, member.node(), host);
        host.agent = new Agent(host, member, servers[host.index]);
      }
      if (host.isSentinel) {
        host.sentinel = new Sentinel(host);
        host.seat = new Seat(host);
        host.replica = new Replica(host);
      }
      if (host.index >= hosts.length - scenario.edges()) {
        host.edge = new Edge(host);
      }
    }
  }

  // Words.

  void trace(String who, Supplier<String> what) {
    trace.note(schedule.nowMs(), who, what);
  }

  UUID uuid() {
    return dice.uuid();
  }

  int indexOf(NodeId node) {
    return indexes.get(node);
  }

  Server server(NodeId node) {
    return servers[indexes.get(node)];
  }

  void eachSeat(Consumer<Seat> what) {
    for (Host host : hosts) {
      if (host.seat != null) {
        host.run(() -> what.accept(host.seat));
      }
    }
  }

  // Time.

  void begin() {
    for (Host host : hosts) {
      host.start();
    }
    singleton.start();
    clients.start();
    for (Host host : hosts) {
      if (host.edge != null) {
        host.edge.clients().start();
      }
    }
    streamBeat();
    faults.plan(scenario.faults());
  }

  private void streamBeat() {
    schedule.in(STREAM_BEAT_MS, () -> {
      streamBeat();
      for (Server server : servers) {
        server.replication.beat();
      }
    });
  }

  /** The next thing happens, and the invariants are looked at. */
  void step() {
    schedule.next().run();
    invariants.check();
  }

  /** Whether the group is as its policy wants it, and clients are served. */
  boolean isWhole() {
    for (Host host : hosts) {
      Optional<GroupState> state = host.seat == null ? Optional.empty() : host.seat.state();
      if (state.filter(this::isWhole).isPresent()) {
        return true;
      }
    }
    return false;
  }

  private boolean isWhole(GroupState state) {
    if (state.phase() != Phase.STEADY || state.changeInProgress().isPresent()) {
      return false;
    }
    Configuration configuration = state.established().orElseThrow();
    Server primary = server(configuration.primary());
    SyncSet wanted = SyncSet.majorityOf(mayCount(configuration.primary()));
    return configuration.sync().equals(wanted)
        && primary.serves()
        && primary.sync.members().equals(wanted.members())
        && (wanted.k() == 0 || primary.sync.count() == wanted.k())
        && standbysServe(primary);
  }

  /** Whether the clients of every edge were answered not long ago. */
  boolean edgesServe(long withinMs) {
    for (Host host : hosts) {
      if (host.edge != null && schedule.nowMs() - host.edge.clients().answeredMs() >= withinMs) {
        return false;
      }
    }
    return true;
  }

  private List<NodeId> mayCount(NodeId primary) {
    Region home = hosts[indexOf(primary)].region;
    return rules.group().candidates().stream()
        .filter(member -> !member.node().equals(primary))
        .filter(member -> switch (scenario.durability().policy()) {
          case QUORUM -> true;
          case CROSS_REGION -> !member.region().equals(home);
          case LOCAL -> member.region().equals(home);
          case ASYNC -> false;
        })
        .map(Member::node)
        .toList();
  }

  /** Whether all others stream from the primary, and readers are let in. */
  private boolean standbysServe(Server primary) {
    for (Server server : servers) {
      boolean serves = server.isStandby()
          && server.upstream == primary.index
          && server.receiver() == Receiver.STREAMING
          && !hosts[server.index].agent.isRebuilding()
          && server.gate == Gate.OPEN;
      if (server != primary && !serves) {
        return false;
      }
    }
    return true;
  }

  /**
   * Nobody but an operator can help: the register says that the primary alone has to have what was acknowledged, and its data
   * are gone.
   */
  boolean isBeyondHelp() {
    return Arrays.stream(hosts)
        .filter(host -> host.seat != null)
        .flatMap(host -> host.seat.state().stream())
        .flatMap(state -> state.register().established().stream())
        .anyMatch(current -> current.sync().k() == 0 && !server(current.primary()).exists);
  }

  String summary() {
    StringBuilder text = new StringBuilder();
    for (Host host : hosts) {
      if (host.seat != null) {
        host.seat
            .state()
            .ifPresent(state -> text.append("%n  %s coordinates: %s, %s, change %s, %s"
                .formatted(
                    host.id,
                    state.phase(),
                    state.register(),
                    state.changeInProgress(),
                    io.conclave.core.failover.Blocker.of(rules, state, host.clock()))));
      }
      if (host.agent != null) {
        Server server = host.agent.server;
        text.append("%n  %s %s %s, receiver %s, rebuilding %s, promised %s, %s"
            .formatted(
                server.id,
                server.life,
                server.recovery ? "standby" : "primary",
                server.receiver(),
                host.agent.isRebuilding(),
                host.agent.promise().ballot(),
                server));
      }
    }
    return text.toString();
  }
}
