package io.conclave.simulator;

import io.conclave.core.Ballot;
import io.conclave.core.Configuration;
import io.conclave.core.EpochRow;
import io.conclave.core.Gate;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** I1 to I5, looked at after every step that could have broken them; and the ledger of the clients. */
final class Invariants {
  private static final long NEVER = Long.MAX_VALUE;

  /** The slowest link that a fault makes, and a message that is late. */
  private static final long SLOW_MS = 1000;

  private final World world;
  private final BitSet acknowledged = new BitSet();
  private int count;
  private final Set<UUID> established = new HashSet<>();
  private Configuration newest;
  private long knownSinceMs = NEVER;
  private Violation violation;
  private boolean dirty;
  private int failovers;

  Invariants(World world) {
    this.world = world;
  }

  Optional<Violation> violation() {
    return Optional.ofNullable(violation);
  }

  int acknowledged() {
    return count;
  }

  int failovers() {
    return failovers;
  }

  Optional<Configuration> newest() {
    return Optional.ofNullable(newest);
  }

  void violated(String invariant, String detail) {
    if (violation == null) {
      violation = new Violation(invariant, world.schedule.nowMs(), detail);
      world.trace("INVARIANT", () -> violation.toString());
    }
  }

  /** Something has changed that decides about who can acknowledge. */
  void dirty() {
    dirty = true;
  }

  void check() {
    if (dirty) {
      dirty = false;
      atMostOneAcknowledges();
    }
  }

  // I1.

  private void atMostOneAcknowledges() {
    Server first = null;
    for (Server server : world.servers) {
      if (canAcknowledge(server)) {
        if (first != null) {
          violated(
              "I1",
              "both can acknowledge: %s (%s) and %s (%s)"
                  .formatted(first.id, first, server.id, server));
        }
        first = server;
      }
    }
  }

  /** Enough of those whom it waits for would take its WAL, sooner or later. */
  private boolean canAcknowledge(Server primary) {
    if (!primary.isPrimary() || primary.stopping || primary.history().isEmpty()) {
      return false;
    }
    if (primary.sync.count() == 0 || !primary.commits.isArmed()) {
      return primary.gate == Gate.OPEN;
    }
    int willing = 0;
    for (Server other : world.servers) {
      if (primary.sync.members().contains(other.id) && wouldTakeWalOf(primary, other)) {
        willing++;
      }
    }
    return willing >= primary.sync.count();
  }

  private static boolean wouldTakeWalOf(Server primary, Server other) {
    if (other.isStandby() && other.upstream == primary.index) {
      return true;
    }
    return other.exists && other.standbySignal && other.upstreamOnDisk == primary.index;
  }

  // I2.

  /** A client was told that its write is safe, or has read it. */
  void acknowledge(Server server, int record) {
    if (acknowledged.get(record)) {
      return;
    }
    acknowledged.set(record);
    count++;
    world.trace.mix(record);
    if (newest != null && !holds(world.server(newest.primary()), record)) {
      violated(
          "I2",
          "%s acknowledges a write that %s, established since, lacks".formatted(server.id, newest));
    }
  }

  private boolean holds(Server server, int record) {
    int depth = world.wal.depthOf(record);
    return depth <= server.length && server.wal[depth - 1] == record;
  }

  /**
   * A coordinator says that a configuration is established. One that was outbid long ago may learn late that an epoch was proven
   * which has a successor by now: it is right, and nobody heeds it.
   */
  void established(Configuration configuration, Ballot ballot) {
    boolean late = newest != null && configuration.epoch() < newest.epoch() && isOutbid(ballot);
    if (late || !established.add(configuration.promotion())) {
      return;
    }
    failovers++;
    Server primary = world.server(configuration.primary());
    if (newest == null || configuration.epoch() > newest.epoch()) {
      newest = configuration;
      knownSinceMs = NEVER;
      learned();
    } else {
      violated("I2", "%s is established after %s".formatted(configuration, newest));
    }
    if (primary.corrupt) {
      violated("I2", primary.id + " is established, and its data is not what its WAL says");
    }
    for (int record = acknowledged.nextSetBit(0);
        record >= 0;
        record = acknowledged.nextSetBit(record + 1)) {
      if (!holds(primary, record)) {
        violated(
            "I2", "%s lacks acknowledged writes, record %d first".formatted(configuration, record));
        return;
      }
    }
    world.trace("ESTABLISHED", configuration::toString);
    world.faults.stories().happened(Stories.Moment.ESTABLISHED, primary);
  }

  private boolean isOutbid(Ballot ballot) {
    long higher = Arrays.stream(world.hosts)
        .filter(host -> host.replica != null && host.replica.cell().claimed().isAbove(ballot))
        .count();
    return higher >= world.rules.sentinels().majority();
  }

  /**
   * Clients who are let in read whatever a query shows: it must not be taken back. What an old epoch shows is I5's. Those who
   * have been there all the time see the commits of others whose wait was cancelled, as in any PostgreSQL: nobody promises those.
   */
  void gateMoved(Server server) {
    dirty();
    if (isSuperseded(server)) {
      return;
    }
    if (server.serves()) {
      int visible = world.wal.depthOf(server.commits.visibleTip());
      for (int i = 0; i < visible && i < server.length; i++) {
        if (world.wal.kindOf(server.wal[i]) == Wal.Kind.COMMIT) {
          acknowledge(server, server.wal[i]);
        }
      }
    }
  }

  /** At the end: what clients were told is where they are served, and no standby has rows of its own. */
  void atTheEnd() {
    if (newest == null) {
      return;
    }
    Server primary = world.server(newest.primary());
    for (int record = acknowledged.nextSetBit(0);
        record >= 0;
        record = acknowledged.nextSetBit(record + 1)) {
      if (!holds(primary, record)) {
        violated("I2", "%s lacks record %d at the end".formatted(primary.id, record));
        return;
      }
    }
    for (Server server : world.servers) {
      if (server.corrupt) {
        violated("I2", server.id + " has data that its WAL does not explain");
      }
    }
  }

  // COPIES.

  /**
   * A node is about to be rebuilt, and counts for nothing from here on. No configuration names it that a majority of sentinels
   * holds; and what clients were told is safe is on so many other nodes as a commit waits for, and on one more.
   */
  void marked(Server server) {
    named(server);
    int needed = 1 + leastRegistered();
    // After data were lost there may be fewer, and it is nobody's fault.
    if (newest == null || world.faults.haveLostData()) {
      return;
    }
    for (int record = acknowledged.nextSetBit(0);
        record >= 0;
        record = acknowledged.nextSetBit(record + 1)) {
      if (holds(server, record) && copiesBeside(server, record) < needed) {
        violated(
            "COPIES",
            "%s is rebuilt, and of acknowledged record %d fewer than %d other copies are left"
                .formatted(server.id, record, needed));
        return;
      }
    }
  }

  private void named(Server server) {
    // One that lost its store and was told by some of the others takes no part yet.
    long naming = Arrays.stream(world.hosts)
        .filter(host -> host.replica != null && host.replica.isComplete())
        .filter(host -> host.replica.cell().record().active().stream()
            .anyMatch(now -> now.primary().equals(server.id) || now.sync().contains(server.id)))
        .count();
    if (naming >= world.rules.sentinels().majority()) {
      violated("COPIES", "%s is rebuilt, and the register counts on it".formatted(server.id));
    }
  }

  private int copiesBeside(Server server, int record) {
    int copies = 0;
    for (Server other : world.servers) {
      boolean counts =
          other != server && other.exists && !other.halfBuilt && !other.host.agent.isRebuilding();
      if (counts && holds(other, record)) {
        copies++;
      }
    }
    return copies;
  }

  /** The lowest k that any sentinel knows of. */
  private int leastRegistered() {
    return Arrays.stream(world.hosts)
        .filter(host -> host.replica != null)
        .flatMap(host -> host.replica.cell().record().established().stream())
        .mapToInt(established -> established.sync().k())
        .min()
        .orElse(0);
  }

  // I4.

  void promotes(Agent agent, Configuration configuration) {
    int held = 0;
    for (Host host : world.hosts) {
      if (host.replica != null && host.replica.everHeld.contains(configuration.promotion())) {
        held++;
      }
    }
    if (held < world.rules.sentinels().majority()) {
      violated(
          "I4",
          "%s is promoted for %s, which %d replicas hold"
              .formatted(agent.node(), configuration, held));
    }
  }

  // I5.

  /** A sentinel has learned, or forgotten, who is primary. */
  void learned() {
    if (newest == null) {
      return;
    }
    int knowing = 0;
    for (Host host : world.hosts) {
      if (host.isSentinel && host.sentinel.knownEpoch() >= newest.epoch()) {
        knowing++;
      }
    }
    boolean majority = knowing >= world.rules.sentinels().majority();
    knownSinceMs =
        !majority ? NEVER : knownSinceMs == NEVER ? world.schedule.nowMs() : knownSinceMs;
  }

  private boolean isSuperseded(Server server) {
    if (newest == null || world.server(newest.primary()) == server) {
      return false;
    }
    List<EpochRow> history = server.history();
    return history.isEmpty() || history.get(history.size() - 1).epoch() < newest.epoch();
  }

  /** A client of an edge is answered: never under an older epoch than that of which its HAProxy was told. */
  void throughEdge(Edge edge, Server server, long epoch) {
    if (epoch < edge.balancer.epoch()) {
      violated(
          "I5",
          "%s answers a client of %s under epoch %d, whose HAProxy was told of epoch %d"
              .formatted(server.id, edge.host.id, epoch, edge.balancer.epoch()));
    }
  }

  /**
   * A client is served here. Under an old epoch that may go on only for a bounded time: from when a majority of the sentinels
   * knows of the new one, and the agent and the server have run without a pause. An agent that is dead or frozen closes
   * no gate; its next start, or its thaw, does.
   */
  void served(Server server) {
    boolean promised = knownSinceMs != NEVER && server.host.isAwake();
    if (!promised || !isSuperseded(server)) {
      return;
    }
    long now = world.schedule.nowMs();
    long since =
        Math.max(knownSinceMs, Math.max(server.host.runningSinceMs(), server.runningSinceMs()));
    if (now - since > world.timings.isolationMs() + 2 * world.timings.reportMs() + SLOW_MS) {
      violated(
          "I5",
          "%s serves clients, %d ms after a majority of sentinels knew of %s"
              .formatted(server.id, now - since, newest));
    }
  }
}
