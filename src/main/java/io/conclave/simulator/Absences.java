package io.conclave.simulator;

import java.util.ArrayList;
import java.util.List;

/** Stories of nodes that lack what others have, or have what nobody else has, when it is asked who is to be the primary. */
final class Absences {
  private final World world;
  private final Faults faults;
  private final Stories stories;

  Absences(World world, Faults faults, Stories stories) {
    this.world = world;
    this.faults = faults;
    this.stories = stories;
  }

  /** A standby that is drawn. */
  private Server standby(Fault fault, Host primary) {
    List<Server> standbys = new ArrayList<>();
    for (Server server : world.servers) {
      if (server.host != primary) {
        standbys.add(server);
      }
    }
    return standbys.get((int) ((fault.draw() >>> 10) & 0xFF) % standbys.size());
  }

  /**
   * A standby is away, for less than the grace, and others acknowledge; the primary is lost just before it comes back. In half
   * of the cases the others have received more than they have replayed.
   */
  void lateReturn(Fault fault, Host host) {
    Host primary = stories.primary(host);
    Server late = standby(fault, primary);
    long forMs = 400 + ((fault.draw() >>> 20) & 1023) % 900;
    if ((fault.draw() & 4) != 0) {
      for (Server other : world.servers) {
        if (other != late && other.host != primary) {
          lagInReplay(other, 600 + (int) ((fault.draw() >>> 32) & 1023), forMs + 1500);
        }
      }
    }
    Runnable back = faults.links().cut(late.host, List.of(late.host));
    stories.later(Math.max(0, forMs - 250), world.clients::burst);
    stories.later(forMs, () -> {
      stories.lose(fault, primary, 1500 + fault.forMs() / 2);
      stories.later(faults.dice().below(60), back);
    });
  }

  void lagInReplay(Server server, int ms, long forMs) {
    world.trace("FAULT", () -> server.id + " replays " + ms + " ms late");
    server.replayLagMs = ms;
    stories.later(forMs, () -> server.replayLagMs = 0);
  }

  /**
   * The old primary, cut off, with a standby if there are more than two, goes on writing what will never be acknowledged. They
   * come back just when the new one, which has written little, is lost; or when it is about to be promoted, and is cut off, and
   * without its agent for a moment: nobody sees its epoch row, and the old one is promoted in its place.
   */
  void longerPast(Fault fault, Host host) {
    Host old = stories.primary(host);
    List<Host> side =
        world.servers.length > 3 ? List.of(old, standby(fault, old).host) : List.of(old);
    Runnable back = faults.links().cut(old, side);
    for (int i = 0; i < 4; i++) {
      stories.later(300L * i, world.clients::burst);
    }
    if ((fault.draw() & 1) == 0) {
      stories.at(Stories.Moment.PROMOTING, candidate -> {
        back.run();
        faults.links().cutOff(candidate.host, 4000 + fault.forMs() / 2);
      });
      stories.at(Stories.Moment.PROMOTED, candidate -> stories.withoutAgent(candidate, 1000));
      return;
    }
    stories.at(
        Stories.Moment.ESTABLISHED,
        fresh -> stories.later((fault.draw() >>> 4) & 511, () -> {
          back.run();
          stories.later(
              faults.dice().below(150),
              () -> stories.lose(fault, fresh.host, 1500 + fault.forMs() / 2));
        }));
  }

  /**
   * A standby is on a slow link when the data of another one are lost: the register hears of a smaller sync set, and then the
   * primary is lost too, for a while.
   */
  void laggard(Fault fault, Host host) {
    Host primary = stories.primary(host);
    Server laggard = standby(fault, primary);
    faults.links().slowly(primary, laggard.host, 400 + (int) (fault.draw() & 511), 4000);
    stories.later(600, () -> {
      for (Server other : world.servers) {
        if (other != laggard && other.host != primary) {
          faults.loseData(other);
        }
      }
      stories.at(
          Stories.Moment.SYNC_SET_WRITTEN,
          nobody -> stories.lose(fault, primary, 1500 + fault.forMs() / 2));
    });
  }
}
