package io.conclave.simulator;

import io.conclave.core.NodeId;
import io.conclave.simulator.Stories.Moment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Stories of nodes that are back, and lost again before those who decide have taken in the one or the other. */
final class Relapses {
  private final World world;
  private final Faults faults;
  private final Stories stories;

  Relapses(World world, Faults faults, Stories stories) {
    this.world = world;
    this.faults = faults;
    this.stories = stories;
  }

  private Optional<Server> primary() {
    return world.invariants.newest().map(configuration -> world.server(configuration.primary()));
  }

  private static boolean coordinates(Host host) {
    return host.seat != null && host.seat.isTaken();
  }

  private Host coordinator(Host otherwise) {
    return Arrays.stream(world.hosts).filter(Relapses::coordinates).findFirst().orElse(otherwise);
  }

  /** Whom the primary waits for, from one that is drawn on; one beside a coordinator comes last. */
  private List<Server> members(Fault fault, Server primary) {
    List<Server> members = new ArrayList<>();
    for (NodeId node : primary.syncOnDisk.members()) {
      members.add(world.server(node));
    }
    if (!members.isEmpty()) {
      Collections.rotate(members, (int) ((fault.draw() >>> 10) & 0xFF) % members.size());
    }
    members.sort(Comparator.comparing(member -> coordinates(member.host)));
    return members;
  }

  private void kill(Server server) {
    world.trace("FAULT", () -> server.id + " is killed");
    server.crash();
  }

  /**
   * The primary is cut off, and only as many standbys can be fenced as a commit waits for; it is back, save for what the
   * coordinator sends to it, and the failover is called off. The fenced ones are released, and acknowledge again before anybody
   * hears that they do; then the primary is lost.
   */
  void calledOff(Fault fault) {
    primary().ifPresent(primary -> {
      if (coordinates(primary.host)) {
        // It would hear of the fence all the same; the next one may be somewhere else.
        kill(primary);
        stories.at(
            Moment.ESTABLISHED,
            next ->
                stories.later(faults.dice().between(1500, 4000), () -> cutOffAndBack(fault, next)));
      } else {
        cutOffAndBack(fault, primary);
      }
    });
  }

  private void cutOffAndBack(Fault fault, Server primary) {
    List<Server> members = members(fault, primary);
    int k = primary.syncOnDisk.count();
    boolean suffice = 2 * k > members.size();
    if (k == 0 || suffice || coordinates(primary.host)) {
      // With a quorum of fences nothing is called off.
      return;
    }
    List<Server> stuck = members.subList(k, members.size());
    stuck.forEach(standby -> standby.replayPaused = standby.isStandby());
    Runnable back = faults.links().cut(primary.host, List.of(primary.host));
    List<Runnable> mend = new ArrayList<>(List.of(back, () -> stuck.forEach(faults::resume)));
    stories.later(6000, () -> mend.forEach(Runnable::run));
    stories.atOnce(Moment.VERDICT, dead -> {
      Runnable arrives = faults.links().hold(coordinator(primary.host), primary.host);
      mend.add(arrives);
      stories.later(6000, arrives);
      stories.later((fault.draw() >>> 20) & 511, back);
      stories.atOnce(Moment.CALLED_OFF, nobody -> {
        stuck.forEach(standby -> mend.add(faults.links().cutPair(primary.host, standby.host)));
        stories.later(3000, () -> mend.forEach(Runnable::run));
        released(fault, new HashSet<>(members.subList(0, k)), () -> {
          kill(primary);
          mend.forEach(Runnable::run);
        });
      });
    });
  }

  /** What follows when all of these acknowledge again. */
  private void released(Fault fault, Set<Server> fenced, Runnable then) {
    stories.atOnce(Moment.RELEASED, standby -> {
      if (fenced.remove(standby)) {
        world.trace("FAULT", () -> standby.host.id.value() + " freezes its JVM");
        standby.host.freeze(2000 + fault.forMs() / 4);
        world.clients.burst();
      }
      if (fenced.isEmpty()) {
        stories.later(faults.dice().between(50, 600), then);
      } else {
        released(fault, fenced, then);
      }
    });
  }

  /**
   * A standby joins the sync set, and is away again before the server is set. What the coordinator, which is restarted, sends to
   * the primary hangs until the set is to be made smaller again, and arrives all at once. Then the standby is back, most others
   * are out of reach, and the primary is lost.
   */
  void lateSetting(Fault fault) {
    primary().ifPresent(primary -> {
      List<Server> members = members(fault, primary);
      if (coordinates(primary.host) || members.isEmpty()) {
        kill(primary);
      } else {
        stories.powerOff(members.get(0).host, world.timings.standbyGraceMs() + 700);
      }
      stories.atOnce(
          Moment.JOINING, joiner -> primary().ifPresent(now -> joinerIsAway(fault, now, joiner)));
    });
  }

  private void joinerIsAway(Fault fault, Server primary, Server joiner) {
    Runnable arrives = faults.links().hold(coordinator(primary.host), primary.host);
    world.trace("FAULT", () -> joiner.id + " freezes");
    joiner.freeze(8000);
    // What it had begun is nobody's any more.
    stories.later(faults.dice().between(100, 300), () -> world.eachSeat(Seat::stop));
    stories.at(
        Moment.NARROWING,
        nobody -> stories.later(faults.dice().below(150), () -> {
          arrives.run();
          stories.atOnce(Moment.SYNC_SET_WRITTEN, written -> joinerIsBack(fault, primary, joiner));
        }));
    stories.later(6000, () -> {
      arrives.run();
      joiner.thaw();
    });
  }

  private void joinerIsBack(Fault fault, Server primary, Server joiner) {
    Runnable arrives = faults.links().hold(coordinator(primary.host), primary.host);
    joiner.thaw();
    List<Server> others = members(fault, primary);
    others.remove(joiner);
    int more = Math.min(others.size(), Math.max(0, primary.syncOnDisk.count() - 1));
    others
        .subList(more, others.size())
        .forEach(other -> faults.links().cutPair(primary.host, other.host, 3000));
    List<Server> reached = new ArrayList<>(others.subList(0, more));
    reached.add(joiner);
    reached.forEach(other -> faults.absences().lagInReplay(other, 1500, 4000));
    stories.later(300, world.clients::burst);
    stories.later(faults.dice().between(400, 900), () -> {
      stories.lose(fault, primary.host, 1500 + fault.forMs() / 2);
      arrives.run();
    });
  }
}
