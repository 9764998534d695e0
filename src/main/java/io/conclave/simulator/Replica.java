package io.conclave.simulator;

import io.conclave.core.register.AdmissionRule;
import io.conclave.core.register.Cell;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * One replica of the register, as Akka's Distributed Data keeps it: it merges whatever arrives, whenever that is, and has it on
 * disk before it answers. A replica without its store takes no part until enough others have told it theirs.
 */
final class Replica {
  private static final long ASK_MS = 300;

  private final Host host;
  private final World world;
  private Cell cell = Cell.EMPTY;
  /** Its store is whole. */
  private boolean complete;

  private final Set<Integer> told = new HashSet<>();
  private boolean allBlank = true;
  /** Every configuration that it ever held, also before it lost its store: for the invariant only. */
  final Set<UUID> everHeld = new HashSet<>();

  Replica(Host host) {
    this.host = host;
    this.world = host.world;
  }

  Cell cell() {
    return cell;
  }

  boolean isComplete() {
    return complete;
  }

  void start() {
    told.clear();
    allBlank = cell.equals(Cell.EMPTY);
    if (!complete) {
      askForAdmission();
    }
    gossip();
  }

  void loseStore() {
    cell = Cell.EMPTY;
    complete = false;
    told.clear();
    allBlank = true;
  }

  // Admission.

  private void askForAdmission() {
    if (complete) {
      return;
    }
    for (Host other : world.hosts) {
      if (other.replica != null && other != host) {
        world.network.send(host.index, other.index, () -> other.replica.tell(host));
      }
    }
    admit();
    host.after(ASK_MS, this::askForAdmission);
  }

  private void tell(Host asker) {
    Cell mine = cell;
    boolean whole = complete;
    world.network.send(host.index, asker.index, () -> asker.replica.told(host.index, mine, whole));
  }

  private void told(int from, Cell other, boolean whole) {
    if (complete) {
      return;
    }
    boolean blank = other.equals(Cell.EMPTY);
    if (whole || blank) {
      hold(other);
      if (whole) {
        told.add(from);
      } else {
        told.add(1000 + from);
      }
      allBlank = allBlank && blank;
    }
    admit();
  }

  private void admit() {
    int needed = AdmissionRule.needed(
        world.rules.sentinels().seats().size(), world.rules.sentinels().majority());
    List<AdmissionRule.Other> others = told.stream()
        .map(from -> from % 1000)
        .distinct()
        .map(from -> new AdmissionRule.Other(told.contains(from), allBlank))
        .toList();
    if (AdmissionRule.admits(needed, cell.equals(Cell.EMPTY), others)) {
      complete = true;
    }
  }

  // Reading and writing.

  private void hold(Cell other) {
    Cell merged = cell.merge(other);
    if (!merged.equals(cell)) {
      cell = merged;
      cell.record().active().forEach(one -> everHeld.add(one.promotion()));
    }
  }

  /** A write, or what is read: merged, on disk, and then answered. */
  void update(Cell other, int from, Runnable done) {
    if (complete) {
      hold(other);
      world.network.send(host.index, from, done);
    }
  }

  void read(int from, Consumer<Cell> done) {
    if (complete) {
      Cell mine = cell;
      world.network.send(host.index, from, () -> done.accept(mine));
    }
  }

  /** Now and then replicas tell each other what they have. */
  private void gossip() {
    host.after(1500 + world.dice.below(2000), () -> {
      gossip();
      Host other = world.hosts[world.dice.below(world.hosts.length)];
      if (complete && other.replica != null && other != host) {
        Cell mine = cell;
        world.network.send(
            host.index, other.index, () -> other.replica.update(mine, host.index, () -> {}));
      }
    });
  }
}
