package io.conclave.simulator;

import io.conclave.core.Configuration;
import io.conclave.core.Incumbent;
import io.conclave.core.NodeReport;
import io.conclave.core.Pulse;
import io.conclave.core.Topology;
import io.conclave.core.Vote;
import io.conclave.core.Vote.Opinion;
import io.conclave.core.health.Judgement;
import io.conclave.core.health.Probe;
import io.conclave.core.health.Watch;
import java.util.List;
import java.util.Optional;

/** A sentinel: hears, probes, votes, by {@link Watch} and {@link Judgement}. */
final class Sentinel {
  private static final int STALL_PART = 4;

  private final Host host;
  private final World world;
  private Topology topology;
  private List<Incumbent> incumbents = List.of();
  private Watch watch;
  private Server watched;
  private long probedMs;
  private boolean probing;
  private Opinion said = Opinion.ABSTAIN;
  private long saidMs;
  private long sequence;
  private long pulsedMs;

  Sentinel(Host host) {
    this.host = host;
    this.world = host.world;
  }

  void start() {
    topology = null;
    incumbents = List.of();
    world.invariants.learned();
    watch = null;
    said = Opinion.ABSTAIN;
    sequence = 0;
    probing = false;
  }

  /** The newest epoch that it knows to be established; 0 when none. */
  long knownEpoch() {
    return incumbents.isEmpty() ? 0 : incumbents.get(0).epoch();
  }

  /** The newest that was heard. */
  Optional<Topology> topology() {
    return Optional.ofNullable(topology);
  }

  void learn(Topology heard) {
    if (topology != null && !heard.supersedes(topology)) {
      return;
    }
    topology = heard;
    heard.incumbent().ifPresent(incumbent -> {
      incumbents = List.of(incumbent);
      world.invariants.learned();
    });
    if (heard.established() && heard.configuration().isPresent()) {
      Configuration next = heard.configuration().get();
      boolean same =
          watch != null && watch.epoch() == next.epoch() && watch.primary().equals(next.primary());
      if (!same) {
        watch = Watch.begin(next, host.clock());
        watched = world.server(next.primary());
        probedMs = host.clock();
      }
    }
  }

  void hear(NodeReport report) {
    if (watch != null) {
      watch = watch.hear(report, host.clock());
      judge();
    }
  }

  void beat() {
    pulse();
    if (watch == null) {
      return;
    }
    long now = host.clock();
    watch = watch.tick(
        now, Math.max(2 * world.timings.tickMs(), world.timings.suspicionMs() / STALL_PART));
    if (!probing && now - probedMs >= world.timings.probeMs()) {
      probe();
    }
    judge();
  }

  private void pulse() {
    if (host.clock() - pulsedMs >= world.timings.reportMs()) {
      pulsedMs = host.clock();
      Pulse pulse = new Pulse(host.id, List.of(), incumbents, List.of());
      for (Host other : world.hosts) {
        if (other.agent != null) {
          world.network.send(host.index, other.index, () -> other.agent.hear(pulse));
        }
      }
      world.singleton.hear(host.index);
    }
  }

  /** One query over a kept-open connection; silence takes its time. */
  private void probe() {
    probing = true;
    probedMs = host.clock();
    Server server = watched;
    long epoch = watch.epoch();
    boolean reached = world.network.connected(host.index, server.host.index) && server.host.powered;
    Probe result;
    if (!reached || (server.life != Server.Life.DOWN && server.isFrozen())) {
      result = Probe.SILENT;
    } else if (server.life == Server.Life.DOWN) {
      result = Probe.REFUSED;
    } else if (server.life == Server.Life.STARTING || server.stopping) {
      result = Probe.UNSERVED;
    } else {
      result = server.recovery ? Probe.NOT_PRIMARY : Probe.ANSWERED;
    }
    long takes = result == Probe.SILENT
        ? world.timings.probeMs()
        : world.network.delay(host.index, server.host.index)
            + world.network.delay(server.host.index, host.index);
    host.after(takes, () -> {
      probing = false;
      if (watch != null && watch.epoch() == epoch) {
        watch = watch.probe(result, host.clock());
        judge();
      }
    });
  }

  private void judge() {
    Judgement judgement = Judgement.of(watch, world.timings, host.clock());
    boolean changed = judgement.opinion() != said;
    if (changed || host.clock() - saidMs >= world.timings.reportMs()) {
      say(judgement, changed);
    }
  }

  private void say(Judgement judgement, boolean changed) {
    if (changed) {
      world.trace(
          host.id.value(),
          () -> "votes %s on %s: %s"
              .formatted(judgement.opinion(), watch.primary(), judgement.evidence()));
    }
    said = judgement.opinion();
    saidMs = host.clock();
    sequence++;
    Vote vote = new Vote(
        world.rules.group().group(),
        watch.epoch(),
        watch.primary(),
        host.id,
        host.region,
        sequence,
        judgement.opinion(),
        judgement.evidence());
    for (Host other : world.hosts) {
      if (other.seat != null && other.seat.isTaken()) {
        world.network.send(host.index, other.index, () -> other.seat.hear(vote));
      }
    }
  }
}
