package io.conclave.simulator;

import io.conclave.core.GroupId;
import io.conclave.core.NodeId;
import io.conclave.core.Topology;
import io.conclave.core.check.Check;
import io.conclave.core.check.CheckRequest;
import io.conclave.core.check.CheckRule;
import io.conclave.core.check.LocalReport;
import io.conclave.core.check.Sight;
import io.conclave.core.edge.Backends;
import io.conclave.core.edge.Servers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * HAProxy on the host of an edge, as far as it leads clients to the primary: what it was told by its runtime API, its own checks
 * of the agents, and the sessions that it keeps. It outlives the daemon, and forgets everything when the power fails.
 */
final class Balancer {
  private static final int RISE = 2;
  private static final int WELL = 3;
  private static final int UP = 2;
  private static final int MAINTENANCE = 1;
  private static final long CHECK_MS = 1000;
  private static final long CHECK_SOON_MS = 250;

  private final Host host;
  private final World world;
  private final GroupId group;
  private final CheckRule rule;
  private final boolean[] barred;
  private final boolean[] barredForReads;
  private final int[] health;
  private final List<EdgeSession> sessions = new ArrayList<>();
  private boolean running;
  private long process;
  /** Checks of an earlier process are void. */
  private int life;

  private long frozenUntil;
  private long epoch;
  private Servers shown;

  Balancer(Host host) {
    this.host = host;
    this.world = host.world;
    this.group = world.rules.group().group();
    this.rule = new CheckRule(world.timings);
    this.barred = new boolean[world.servers.length];
    this.barredForReads = new boolean[world.servers.length];
    this.health = new int[world.servers.length];
  }

  boolean isRunning() {
    return running && world.schedule.nowMs() >= frozenUntil;
  }

  /** It lets everybody in until a check fails. */
  void start() {
    if (running) {
      return;
    }
    running = true;
    process++;
    life++;
    epoch = 0;
    shown = null;
    for (int i = 0; i < health.length; i++) {
      barred[i] = false;
      barredForReads[i] = false;
      health[i] = RISE;
      checkIn(world.dice.below((int) CHECK_MS), i, life);
    }
  }

  void end() {
    running = false;
    life++;
    sessions.forEach(EdgeSession::end);
    sessions.clear();
  }

  /** Another process: it knows nothing of what this one was told. */
  void restart() {
    end();
    start();
  }

  void freeze(long ms) {
    frozenUntil = Math.max(frozenUntil, world.schedule.nowMs() + ms);
  }

  void thaw() {
    frozenUntil = world.schedule.nowMs();
  }

  // The runtime API.

  Servers shown() {
    if (shown == null) {
      Map<String, Servers.State> states = new HashMap<>();
      for (Server server : world.servers) {
        int i = server.index;
        states.put(
            Backends.writes(group) + "/" + server.id,
            new Servers.State(health[i] >= RISE ? UP : 0, barred[i] ? MAINTENANCE : 0, health[i]));
        states.put(
            Backends.reads(group) + "/" + server.id,
            new Servers.State(UP, barredForReads[i] ? MAINTENANCE : 0, WELL));
      }
      shown = new Servers(process, states);
    }
    return shown;
  }

  /** What it is told in one exchange, for a topology. */
  void obey(List<String> commands, Optional<Topology> topology) {
    for (String command : commands) {
      String[] words = command.split(" ");
      // "set server BACKEND/SERVER state|health WORD", "shutdown sessions server BACKEND/SERVER"
      boolean set = words[0].equals("set");
      String[] name = words[set ? 2 : 3].split("/");
      int index = world.indexOf(new NodeId(name[1]));
      if (!name[0].equals(Backends.writes(group))) {
        // Whoever reads from standbys is not modelled.
        if (set && words[3].equals("state")) {
          barredForReads[index] = words[4].equals("maint");
        }
      } else {
        if (set) {
          set(index, words[3], words[4]);
        } else {
          endSessions(index);
        }
      }
    }
    shown = null;
    topology
        .filter(Topology::established)
        .flatMap(Topology::configuration)
        .ifPresent(now -> epoch = Math.max(epoch, now.epoch()));
  }

  private void set(int server, String what, String value) {
    if (what.equals("state")) {
      barred[server] = value.equals("maint");
    } else {
      health[server] = value.equals("up") ? WELL : 0;
    }
    if (!leadsTo(server)) {
      endSessions(server);
    }
  }

  private void endSessions(int server) {
    sessions.removeIf(session -> {
      if (session.server().index == server) {
        session.end();
      }
      return !session.isOpen();
    });
  }

  /** The newest established epoch that this very process was told of. */
  long epoch() {
    return epoch;
  }

  // Checks.

  private void checkIn(long ms, int server, int mine) {
    world.schedule.in(ms, () -> {
      if (mine != life) {
        return;
      }
      if (isRunning()) {
        checked(server, passes(world.servers[server]));
      }
      boolean steady = health[server] == 0 || health[server] == WELL;
      checkIn(steady ? CHECK_MS : CHECK_SOON_MS, server, mine);
    });
  }

  /** {@code /primary} of the agent's host. */
  private boolean passes(Server server) {
    Host there = server.host;
    if (!there.isAwake() || !world.network.connected(host.index, there.index)) {
      return false;
    }
    Optional<LocalReport> word = there.agent.lastWord();
    Optional<Topology> known = Optional.ofNullable(there.sentinel).flatMap(Sentinel::topology);
    return rule.objection(
            CheckRequest.of(Check.PRIMARY), new Sight(word, known, Optional.empty(), there.clock()))
        .isEmpty();
  }

  private void checked(int server, boolean well) {
    int before = health[server];
    if (well) {
      health[server] = before + 1 == RISE ? WELL : Math.min(WELL, before + 1);
    } else {
      health[server] = before - 1 < RISE ? 0 : before - 1;
    }
    if (health[server] != before) {
      shown = null;
    }
    if (before >= RISE && health[server] < RISE) {
      endSessions(server);
    }
  }

  // Clients.

  private boolean leadsTo(int server) {
    return !barred[server] && health[server] >= RISE;
  }

  /** A session to any server that it leads to; empty when that one takes no connection, and while there is none. */
  Optional<EdgeSession> connect() {
    sessions.removeIf(session -> !session.isOpen());
    int from = world.dice.below(world.servers.length);
    for (int i = 0; i < world.servers.length; i++) {
      Server server = world.servers[(from + i) % world.servers.length];
      boolean there = server.life == Server.Life.UP
          && !server.stopping
          && world.network.connected(host.index, server.host.index);
      if (isRunning() && leadsTo(server.index) && there) {
        EdgeSession session = new EdgeSession(world, host, server);
        sessions.add(session);
        return Optional.of(session);
      }
    }
    return Optional.empty();
  }
}
