package io.conclave.simulator;

import io.conclave.core.Order;
import io.conclave.core.failover.Phase;
import java.util.ArrayList;
import java.util.List;

/** Does the drawn faults to the world, and takes them back. */
final class Faults {
  private static final int REMEMBERED = 200;

  private final World world;
  private final Dice dice;
  private final List<Fault> waiting = new ArrayList<>();
  private final List<String> done = new ArrayList<>();
  private final List<Order> orders = new ArrayList<>();
  private final Links links;
  private final Stories stories;
  private final Absences absences;
  private final Relapses relapses;
  private boolean over;
  private boolean dataLost;

  Faults(World world) {
    this.world = world;
    this.dice = Dice.of(world.seed, 4);
    this.links = new Links(world, this);
    this.stories = new Stories(world, this);
    this.absences = new Absences(world, this, stories);
    this.relapses = new Relapses(world, this, stories);
  }

  void plan(List<Fault> faults) {
    for (Fault fault : faults) {
      world.schedule.at(fault.atMs(), () -> {
        if (over) {
          return;
        }
        if (fault.whenPhase() == null) {
          happen(fault);
        } else {
          waiting.add(fault);
        }
      });
    }
  }

  Dice dice() {
    return dice;
  }

  Links links() {
    return links;
  }

  Stories stories() {
    return stories;
  }

  Absences absences() {
    return absences;
  }

  List<String> done() {
    return done;
  }

  /** A coordinator has entered a phase: what waits for that happens a moment later. */
  void phaseEntered(Phase phase) {
    for (int i = 0; i < waiting.size(); i++) {
      Fault fault = waiting.get(i);
      if (fault.whenPhase() == phase) {
        waiting.remove(i--);
        world.schedule.in(fault.draw() >>> 60, () -> happen(fault));
      }
    }
  }

  void remember(Order order) {
    if (orders.size() < REMEMBERED) {
      orders.add(order);
    } else {
      orders.set(dice.below(REMEMBERED), order);
    }
  }

  private Host target(Fault fault) {
    int any = (int) ((fault.draw() >>> 8) & 0xFFFF) % world.servers.length;
    Host drawn = world.servers[any].host;
    return switch (fault.target()) {
      case PRIMARY ->
        world.invariants.newest().map(c -> world.server(c.primary()).host).orElse(drawn);
      case SYNC_STANDBY ->
        world
            .invariants
            .newest()
            .filter(c -> world.server(c.primary()).host == drawn)
            .map(c -> world.servers[(any + 1) % world.servers.length].host)
            .orElse(drawn);
      case COORDINATOR -> {
        for (Host host : world.hosts) {
          if (host.seat != null && host.seat.isTaken()) {
            yield host;
          }
        }
        yield drawn;
      }
      case ANYBODY -> world.hosts[(int) ((fault.draw() >>> 8) & 0xFFFF) % world.hosts.length];
    };
  }

  private void happen(Fault fault) {
    if (over) {
      return;
    }
    Host host = target(fault);
    String text = fault.describe(host.id.value());
    done.add(Words.seconds(world.schedule.nowMs()) + " s " + text);
    world.trace("FAULT", () -> text);
    world.clients.burst();
    apply(fault, host);
  }

  /** Everything is being healed: nothing is taken back one by one any more. */
  boolean isOver() {
    return over;
  }

  boolean haveLostData() {
    return dataLost;
  }

  /** Takes the fault back when its time is over. */
  void back(Fault fault, Runnable how) {
    world.schedule.in(fault.forMs(), () -> {
      if (!over) {
        world.trace("FAULT", () -> "#" + fault.number() + " is over");
        how.run();
      }
    });
  }

  private void apply(Fault fault, Host host) {
    Server server = host.agent == null
        ? world.servers[(int) (fault.draw() & 0xFF) % world.servers.length]
        : host.agent.server;
    switch (fault.kind()) {
      case KILL_SERVER -> server.crash();
      case POWER_LOSS -> {
        powerOff(host);
        back(fault, host::regainPower);
      }
      case KILL_JVM -> {
        host.kill();
        if (host.edge != null && (fault.draw() & 1) == 0) {
          host.edge.balancer.restart();
        }
        back(fault, host::start);
      }
      case FREEZE_HOST -> {
        host.freeze(fault.forMs());
        if (host.agent != null) {
          host.agent.server.freeze(fault.forMs());
        }
        if (host.edge != null) {
          host.edge.balancer.freeze(fault.forMs());
        }
      }
      case FREEZE_JVM -> host.freeze(fault.forMs());
      case FREEZE_SERVER -> server.freeze(fault.forMs());
      case CUT_OFF, CUT_ONE_WAY, CUT_FROM_PEERS, CUT_PAIR, SPLIT -> links.cut(fault, host);
      case SLOW_LINKS -> links.slow(fault, host);
      case LOSSY_NETWORK -> {
        world.network.lose(5 + (int) (fault.draw() & 31));
        back(fault, () -> world.network.lose(0));
      }
      case DOUBLED_MESSAGES -> {
        world.network.duplicate(10 + (int) (fault.draw() & 31));
        back(fault, () -> world.network.duplicate(0));
      }
      case ROGUE_COORDINATOR -> rogue(fault);
      case STOP_COORDINATOR ->
        host.run(() -> {
          if (host.seat != null) {
            host.seat.stop();
          }
        });
      case SWITCHOVER -> world.eachSeat(Seat::switchover);
      case LATE_ORDERS -> lateOrders();
      case LATE_MESSAGES -> world.network.echo(20);
      case LOSE_REGISTER_STORE -> loseStore(fault, host);
      case LOSE_DATA -> loseData(server);
      case TWIN_PROMOTIONS -> stories.twinPromotions(fault, host);
      case INTERRUPTED_REBUILD -> stories.interruptedRebuild(fault, host);
      case WRONG_SIDE -> stories.wrongSide(fault, host);
      case INTERRUPTED_PROMOTION -> stories.interruptedPromotion(fault, host);
      case LATE_RETURN -> absences.lateReturn(fault, host);
      case LONGER_PAST -> absences.longerPast(fault, host);
      case LAGGARD -> absences.laggard(fault, host);
      case CALLED_OFF -> relapses.calledOff(fault);
      case LATE_SETTING -> relapses.lateSetting(fault);
      default -> applyToServer(fault, host, server);
    }
  }

  private void applyToServer(Fault fault, Host host, Server server) {
    switch (fault.kind()) {
      case PAUSE_REPLAY -> {
        server.replayPaused = server.isStandby();
        back(fault, () -> resume(server));
      }
      case SLOW_REPLAY -> {
        server.replayLagMs = (int) (fault.draw() & 1023);
        back(fault, () -> server.replayLagMs = 0);
      }
      case DISK_FULL -> {
        server.diskFull = true;
        back(fault, () -> server.diskFull = false);
      }
      case CLOCK_JUMP -> host.jumpClock(fault.forMs());
      case FREEZE_WAL_SENDER -> freezeSender(fault, server);
      case CANCEL_COMMITS -> server.commits.endClients();
      default -> throw new IllegalArgumentException("no way to do " + fault);
    }
  }

  void powerOff(Host host) {
    host.losePower();
    if (host.agent != null) {
      host.agent.server.powerLoss();
    }
  }

  void resume(Server server) {
    server.replayPaused = false;
    server.after(1, server.replication::replay);
    if (server.isStandby()) {
      server.replication.reload();
    }
  }

  private void rogue(Fault fault) {
    Host host = world.hosts[(int) ((fault.draw() >>> 30) & 0xFF) % world.hosts.length];
    if (host.seat != null) {
      host.rogue(fault.forMs());
    }
  }

  /** Orders of any coordinator, at any later time, in any order. */
  private void lateOrders() {
    for (int i = 0; i < 8 && !orders.isEmpty(); i++) {
      Order order = orders.get(dice.below(orders.size()));
      Agent agent = world.server(order.node()).host.agent;
      world.schedule.in(dice.below(2000), () -> agent.host.run(() -> agent.obey(order)));
    }
  }

  /** One store at a time, as an operator would replace it. */
  private void loseStore(Fault fault, Host host) {
    boolean allWhole = true;
    for (Host other : world.hosts) {
      allWhole &= other.replica == null || other.replica.isComplete();
    }
    if (host.replica != null && allWhole) {
      host.kill();
      host.replica.loseStore();
      back(fault, host::start);
    }
  }

  /** Once, and where enough copies are left: more would be a real loss. */
  void loseData(Server server) {
    if (!dataLost && world.isWhole()) {
      dataLost = true;
      server.crash();
      server.exists = false;
      server.length = 0;
      server.flushed = 0;
      server.applied = 0;
      server.tip = Wal.NONE;
      server.partial = false;
      server.standbySignal = false;
      server.corrupt = false;
      server.phantoms = null;
      server.knownTimeline = 1;
      server.stoppedCleanly = false;
      server.upstreamOnDisk = -1;
    }
  }

  private void freezeSender(Fault fault, Server server) {
    Replication.Sender[] senders = server.replication.senders;
    int down = (int) ((fault.draw() >>> 40) & 0xFF) % world.servers.length;
    if (down < senders.length && senders[down].on) {
      Replication.Sender sender = senders[down];
      sender.frozen = true;
      back(fault, () -> server.commits.thaw(sender, down));
    }
  }

  /** Everything works again from here on. */
  void heal() {
    over = true;
    stories.end();
    world.trace("FAULT", () -> "all faults are over");
    world.network.heal();
    for (Host host : world.hosts) {
      host.thaw();
      if (!host.powered) {
        host.regainPower();
      } else {
        host.start();
      }
    }
    for (Server server : world.servers) {
      server.thaw();
      server.diskFull = false;
      server.replayLagMs = 0;
      resume(server);
      for (int i = 0; i < server.replication.senders.length; i++) {
        if (server.replication.senders[i].frozen) {
          server.commits.thaw(server.replication.senders[i], i);
        }
      }
    }
  }
}
