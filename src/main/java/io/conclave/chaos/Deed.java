package io.conclave.chaos;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** One thing that a scenario does. Those that harm can be undone: see {@link Heal} and {@link Step#lasts}. */
public sealed interface Deed {
  /** Which process of a host. */
  enum Program {
    POSTMASTER,
    /** The JVM of Conclave. */
    DAEMON,
    PGBOUNCER,
    HAPROXY,
    KEEPALIVED
  }

  /** What a run waits for. */
  enum Event {
    /** Nothing is missing in the group. */
    STEADY,
    /** A newer epoch than before the first deed is established. */
    FAILOVER,
    /** Another host coordinates than before the first deed. */
    COORDINATOR,
    /** Another edge holds the virtual address than before the first deed. */
    ADDRESS_MOVED,
    /** A node tells that its disk is full. */
    DISK_FULL,
    /** Docker finds every container healthy that it checks. */
    HEALTHY
  }

  /** What is done to hosts. */
  sealed interface OnHosts extends Deed {
    Targets whom();

    @Override
    default List<Targets> targets() {
      return List.of(whom());
    }
  }

  /** Freezes containers ({@code docker pause}). */
  record Pause(Targets whom) implements OnHosts {}

  /** Kills all processes of containers ({@code docker kill}); undone by a start. */
  record Kill(Targets whom) implements OnHosts {}

  /** Stops containers with their own stop signal ({@code docker stop}); undone by a start. */
  record Stop(Targets whom) implements OnHosts {}

  /**
   * Sends a signal to one kind of process inside of containers. STOP is undone by CONT; KILL is left to whatever starts it
   * again, and to a start of the container when it has ended.
   *
   * @param signal KILL, TERM, INT, QUIT, STOP …
   */
  record KillProcess(String signal, Program which, Targets whom) implements OnHosts {}

  /**
   * Swallows all packets in both directions, without an answer.
   *
   * @param from whose packets; empty for everybody's, clients' too
   */
  record Cut(Targets whom, Optional<Targets> from) implements OnHosts {
    @Override
    public List<Targets> targets() {
      return Stream.concat(Stream.of(whom), from.stream()).toList();
    }
  }

  /** Delays each packet between the regions, once in each direction, for so long: the round trip takes twice that. */
  record Delay(Duration by) implements Deed {
    @Override
    public List<Targets> targets() {
      return List.of(Targets.of(Selector.Part.ROUTER));
    }
  }

  /**
   * Swallows a part of the packets at random, those sent and those received.
   *
   * @param percent 1 to 99
   */
  record Loss(int percent, Targets whom) implements OnHosts {}

  /** Fills the file system of the servers' data, which must be one of its own. */
  record FillDisk(Targets whom) implements OnHosts {}

  /**
   * Moves the wall clock of the processes of a host, which must run under libfaketime.
   *
   * @param by may be negative
   */
  record JumpClock(Targets whom, Duration by) implements OnHosts {}

  /** Kills all of them at the same time and starts them again. */
  record Restart(Targets whom) implements OnHosts {}

  /** Stops and starts one after the other, each when the group is whole again. */
  record Roll(Targets whom) implements OnHosts {}

  /**
   * Asks for a planned change of the primary and waits for its end.
   *
   * @param to empty for the coordinator's choice
   */
  record Switchover(Optional<Selector> to) implements Deed {
    @Override
    public List<Targets> targets() {
      return to.stream().map(Targets::of).toList();
    }
  }

  /** Opens idle clients of PgBouncer, which must all be served at the end; undone by their end. */
  record Crowd(int clients) implements Deed {}

  /** Has each client of the crowd send a statement; who is answered is looked at when the crowd ends. */
  record Ask() implements Deed {}

  /** Undoes everything that was done so far, in the opposite order. */
  record Heal() implements Deed {}

  /** Lets time pass. */
  record Pass(Duration time) implements Deed {}

  /** Waits for something to happen. */
  record Until(Event event, Duration limit) implements Deed {}

  /** Who must be there. */
  default List<Targets> targets() {
    return List.of();
  }

  /** Whether it does something to the stack: the outage counts from the first such one. */
  default boolean harms() {
    return !(this instanceof Pass
        || this instanceof Until
        || this instanceof Crowd
        || this instanceof Ask);
  }
}
