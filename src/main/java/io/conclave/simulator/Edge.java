package io.conclave.simulator;

import io.conclave.core.Ballot;
import io.conclave.core.EdgeReport;
import io.conclave.core.NodeReport;
import io.conclave.core.Topology;
import io.conclave.core.edge.Commands;
import io.conclave.core.edge.EdgeState;
import io.conclave.core.edge.Plan;
import io.conclave.core.edge.Servers;
import io.conclave.core.edge.Waiting;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * An edge: the shell of {@link EdgeState} and {@link Commands}, with a {@link Balancer} that it tells, a PgBouncer that it has
 * hold clients, and {@link EdgeClients}.
 */
final class Edge {
  /** HAProxy may have forgotten. */
  private static final long LOOK_MS = 900;

  final Host host;
  final Balancer balancer;
  private final World world;
  private final EdgeClients clients;
  private EdgeState state;
  private UUID process = new UUID(0, 0);
  private long sequence;
  private Optional<Plan> ordered = Optional.empty();
  private Optional<Plan> told = Optional.empty();
  private Optional<Topology> inForce = Optional.empty();
  private Optional<EdgeReport> said = Optional.empty();
  private long toldProcess;
  private long lookedMs;
  private long saidMs;
  private boolean busy;

  /** Whom PgBouncer is to hold; the daemon's wish. */
  private Waiting wanted = Waiting.NOBODY;

  /** Whom it holds: also while the daemon is dead. */
  private Waiting held = Waiting.NOBODY;

  Edge(Host host) {
    this.host = host;
    this.world = host.world;
    this.balancer = new Balancer(host);
    this.clients = new EdgeClients(world, this);
  }

  /** A new incarnation of the daemon knows nothing; what it finds goes on as it is. */
  void start() {
    state = EdgeState.begin(world.rules.group(), world.timings, host.clock());
    process = world.uuid();
    sequence = 0;
    ordered = Optional.empty();
    told = Optional.empty();
    inForce = Optional.empty();
    said = Optional.empty();
    toldProcess = -1;
    busy = false;
    wanted = Waiting.NOBODY;
    balancer.start();
  }

  EdgeClients clients() {
    return clients;
  }

  /** The power has failed. */
  void end() {
    balancer.end();
    held = Waiting.NOBODY;
  }

  boolean holds() {
    return held != Waiting.NOBODY;
  }

  void hear(Topology topology) {
    state = state.hear(topology, host.clock());
    follow(false);
  }

  /** Most reports change nothing but what is known; what time changes is seen at the next beat. */
  void hear(NodeReport report) {
    EdgeState before = state;
    state = before.hear(report);
    if (!state.standings().equals(before.standings()) || !state.gather().equals(before.gather())) {
      follow(false);
    }
  }

  void beat() {
    boolean look = host.clock() - lookedMs >= LOOK_MS;
    if (look) {
      lookedMs = host.clock();
      held = wanted;
    }
    follow(look);
    say();
  }

  private void follow(boolean look) {
    Plan plan = state.plan(host.clock());
    boolean news = ordered.filter(plan::equals).isEmpty() || !inForce.equals(state.topology());
    Waiting waiting = state.waiting(host.clock());
    if (waiting.compareTo(wanted) > 0) {
      want(waiting);
    } else if (!busy && !news) {
      want(waiting);
    }
    if (!busy && (news || look)) {
      busy = true;
      ordered = Optional.of(plan);
      Optional<Topology> topology = state.topology();
      host.after(world.dice.between(1, 8), () -> apply(plan, topology));
    }
  }

  private void want(Waiting waiting) {
    wanted = waiting;
    held = waiting;
  }

  private void apply(Plan plan, Optional<Topology> topology) {
    busy = false;
    if (balancer.isRunning()) {
      Servers shown = balancer.shown();
      if (shown.process() != toldProcess) {
        told = Optional.empty();
      }
      List<String> commands = Commands.of(world.rules.group().group(), plan, told, shown);
      if (!commands.isEmpty() && told.filter(plan::equals).isEmpty()) {
        world.trace(host.id.value(), () -> "HAProxy is told " + commands);
      }
      balancer.obey(commands, topology);
      told = Optional.of(plan);
      toldProcess = shown.process();
      inForce = topology;
    }
    if (ordered.filter(state.plan(host.clock())::equals).isPresent()) {
      want(state.waiting(host.clock()));
    } else {
      follow(false);
    }
    say();
  }

  private boolean isPaused() {
    return wanted == Waiting.EVERYBODY && held == Waiting.EVERYBODY && !clients.isAnybodyAsking();
  }

  private void say() {
    Optional<UUID> drained = state.wantedHold(host.clock()).filter(hold -> isPaused());
    EdgeReport report = new EdgeReport(
        world.rules.group().group(),
        host.id,
        process,
        sequence,
        inForce.map(Topology::ballot).orElse(Ballot.NONE),
        inForce.map(Topology::version).orElse(0L),
        inForce.flatMap(Topology::incumbent).map(incumbent -> incumbent.primary()),
        drained,
        balancer.isRunning() ? Optional.empty() : Optional.of("HAProxy does not answer"));
    boolean due = host.clock() - saidMs >= world.timings.reportMs();
    if (due || said.filter(last -> last.gist().equals(report.gist())).isEmpty()) {
      said = Optional.of(report);
      saidMs = host.clock();
      sequence++;
      for (Host other : world.hosts) {
        if (other.seat != null && other.seat.isTaken()) {
          world.network.send(host.index, other.index, () -> other.seat.hear(report));
        }
      }
    }
  }
}
