package io.conclave.simulator;

import io.conclave.core.Durability.Policy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Faults in several acts, each at the moment that makes it hurt: what faults drawn one by one come to in a thousand histories,
 * or never.
 */
final class Stories {
  /** What an act waits for. */
  enum Moment {
    /** An agent is about to promote its server. */
    PROMOTING,
    /** A server has begun a timeline. */
    PROMOTED,
    /** An agent has begun to replace the data of its server by this one's. */
    REBUILDING,
    /** An agent is ordered to start a stopped server as a standby that follows nobody. */
    RECOVERING,
    /** A configuration is established, with this one as primary. */
    ESTABLISHED,
    /** A coordinator at rest writes another sync set to the register. */
    SYNC_SET_WRITTEN,
    /** A coordinator at rest writes a sync set to the register, in which this one is new. */
    JOINING,
    /** A coordinator orders a setting that names fewer than the register does. */
    NARROWING,
    /** A coordinator is about to fence, because it takes the primary for dead. */
    VERDICT,
    /** A coordinator calls a failover off. */
    CALLED_OFF,
    /** An agent lets its fenced standby follow somebody. */
    RELEASED
  }

  private record Act(Moment moment, boolean atOnce, Consumer<Server> what) {}

  private final World world;
  private final Faults faults;
  private final List<Act> waiting = new ArrayList<>();
  private boolean over;

  Stories(World world, Faults faults) {
    this.world = world;
    this.faults = faults;
  }

  void end() {
    over = true;
    waiting.clear();
  }

  void at(Moment moment, Consumer<Server> what) {
    waiting.add(new Act(moment, false, what));
  }

  /** In the same millisecond, behind what that holds already. */
  void atOnce(Moment moment, Consumer<Server> what) {
    waiting.add(new Act(moment, true, what));
  }

  void later(long ms, Runnable what) {
    world.schedule.in(ms, () -> {
      if (!over) {
        what.run();
      }
    });
  }

  /** The acts that wait for this follow a moment later, or at once. */
  void happened(Moment moment, Server whose) {
    for (int i = 0; i < waiting.size(); i++) {
      Act act = waiting.get(i);
      if (act.moment() == moment) {
        waiting.remove(i--);
        later(act.atOnce() ? 0 : soon(), () -> act.what().accept(whose));
      }
    }
  }

  /** Within the next message or two, or some more. */
  private long soon() {
    return faults.dice().below(faults.dice().oneIn(2) ? 6 : 60);
  }

  void powerOff(Host host, long forMs) {
    if (host.powered) {
      world.trace("FAULT", () -> host.id.value() + " loses power for " + forMs + " ms");
      faults.powerOff(host);
      later(forMs, host::regainPower);
    }
  }

  /** A host, for a while, or its server alone, of which everybody knows at once. */
  void lose(Fault fault, Host host, long forMs) {
    if ((fault.draw() >>> 60 & 1) == 0 || host.agent == null) {
      powerOff(host, forMs);
    } else {
      world.trace("FAULT", () -> host.agent.server.id + " is killed");
      host.agent.server.crash();
    }
  }

  Host primary(Host otherwise) {
    return world.invariants.newest().map(c -> world.server(c.primary()).host).orElse(otherwise);
  }

  /**
   * The primary is lost, and the candidate too as soon as it has begun its timeline: another one begins a timeline of the same
   * number at the same place. A standby of the first may be without its agent; and a third failover asks who has what.
   */
  void twinPromotions(Fault fault, Host host) {
    Host first = primary(host);
    if (mayHavePupil(fault)) {
      // It has written a little more than anybody has received: what is promoted with that begins
      // its epoch a little further on.
      faults.links().cutOff(first, 300);
    }
    later(mayHavePupil(fault) ? 100 : 0, () -> powerOff(first, 400 + fault.forMs() / 4));
    at(Moment.PROMOTED, candidate -> {
      Optional<Server> pupil = isolatedPupil(fault, first, candidate);
      if (pupil.isPresent()) {
        unattended(fault, candidate, pupil.get());
        return;
      }
      powerOff(candidate.host, 1500 + fault.forMs() / 2);
      loseAgents(fault, first, candidate);
      at(Moment.REBUILDING, rebuilt -> later(fault.forMs(), () -> powerOff(primary(first), 2000)));
    });
  }

  /** Of the others that are drawn. */
  private void loseAgents(Fault fault, Host first, Server candidate) {
    for (Server other : world.servers) {
      boolean drawn = ((fault.draw() >>> (20 + other.index)) & 1) == 0;
      if (drawn && other != candidate && other.host != first) {
        withoutAgent(other, 4000 + fault.forMs());
      }
    }
  }

  /** Its server runs on. */
  void withoutAgent(Server server, long forMs) {
    world.trace("FAULT", () -> server.host.id.value() + " loses its JVM");
    server.host.kill();
    later(forMs, server.host::start);
  }

  /**
   * The primary is lost, and the candidate for a moment as soon as it has begun its timeline; while it is being brought back the
   * coordinators are lost, and a successor goes on with what was begun.
   */
  void interruptedPromotion(Fault fault, Host host) {
    Host first = primary(host);
    powerOff(first, 400 + fault.forMs() / 4);
    at(Moment.PROMOTED, candidate -> {
      powerOff(candidate.host, 300 + ((fault.draw() >>> 32) & 1023));
      loseAgents(fault, first, candidate);
      at(Moment.RECOVERING, back -> {
        world.eachSeat(Seat::stop);
        at(
            Moment.ESTABLISHED,
            again -> later(
                500 + ((fault.draw() >>> 42) & 2047),
                () -> faults.absences().lateReturn(fault, again.host)));
      });
    });
  }

  private boolean mayHavePupil(Fault fault) {
    return (fault.draw() & 2) != 0 && world.scenario.durability().policy() == Policy.CROSS_REGION;
  }

  /**
   * In half of the cases, where the policy is to cross regions, a standby in the candidate's: it counts for nothing in the
   * configuration that is begun, and others are a quorum without it.
   */
  private Optional<Server> isolatedPupil(Fault fault, Host first, Server candidate) {
    return Arrays.stream(world.servers)
        .filter(server -> mayHavePupil(fault) && server != candidate && server.host != first)
        .filter(server -> server.host.region.equals(candidate.host.region))
        .findFirst();
  }

  /**
   * One standby alone has what the candidate writes, and nobody hears of it: it is without its agent from then on, wherever
   * the candidate's data comes from later.
   */
  private void unattended(Fault fault, Server candidate, Server pupil) {
    for (Server other : world.servers) {
      if (other != candidate && other != pupil) {
        faults.links().cutPair(candidate.host, other.host, 1000);
      }
    }
    withoutAgent(pupil, 8000 + fault.forMs());
    later(faults.dice().between(50, 500), () -> powerOff(candidate.host, 1500 + fault.forMs() / 2));
  }

  /**
   * The old primary comes back with WAL of its own, and the new one is lost while that is replaced; in half of the cases before
   * the third has anything from it.
   */
  void interruptedRebuild(Fault fault, Host host) {
    Host old = primary(host);
    faults.links().cutOff(old, 1500 + fault.forMs() / 4);
    if ((fault.draw() & 1) == 0) {
      at(Moment.PROMOTED, candidate -> {
        for (Server other : world.servers) {
          if (other != candidate && other.host != old) {
            faults.links().cutPair(candidate.host, other.host, 3000);
          }
        }
      });
    }
    at(
        Moment.REBUILDING,
        source -> later(
            (fault.draw() >>> 4) & 511, () -> powerOff(source.host, 1000 + fault.forMs() / 2)));
  }

  /** The hosts of servers; mostly those first that have no voice in who is primary. */
  private Stream<Host> withoutSentinelFirst(Fault fault) {
    int from = (int) ((fault.draw() >>> 8) & 0xFF);
    Stream<Host> hosts = IntStream.range(0, world.servers.length)
        .mapToObj(i -> world.servers[(from + i) % world.servers.length].host);
    return (fault.draw() & 3) == 0
        ? hosts
        : hosts.sorted(Comparator.comparing(host -> host.isSentinel));
  }

  /** Two standbys are away until the register knows it; then they are with the primary, and the others are not. */
  void wrongSide(Fault fault, Host host) {
    Host primary = primary(host);
    List<Host> side = new ArrayList<>(List.of(primary));
    withoutSentinelFirst(fault).filter(other -> other != primary).limit(2).forEach(side::add);
    List<Runnable> heal = new ArrayList<>();
    for (Host away : side.subList(1, side.size())) {
      heal.add(faults.links().cut(away, List.of(away)));
    }
    Consumer<Server> apart = nobody -> {
      heal.forEach(Runnable::run);
      heal.clear();
      Runnable whole = faults.links().cut(primary, side);
      later(2000 + fault.forMs(), whole);
    };
    if ((fault.draw() & 8) == 0) {
      // A coordinator that takes over counts the grace of both anew: it ends at one moment.
      later(300, () -> world.eachSeat(Seat::stop));
    }
    boolean atTheFirst = (fault.draw() & 8) == 0 || (fault.draw() & 4) == 0;
    at(Moment.SYNC_SET_WRITTEN, atTheFirst ? apart : nobody -> at(Moment.SYNC_SET_WRITTEN, apart));
    later(6000, () -> {
      heal.forEach(Runnable::run);
      heal.clear();
    });
  }
}
