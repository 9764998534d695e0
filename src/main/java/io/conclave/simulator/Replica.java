package io.conclave.simulator;

import io.conclave.core.register.AdmissionRule;
import io.conclave.core.register.AdmissionRule.Standing;
import io.conclave.core.register.Cell;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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

  private final Map<Integer, Standing> others = new TreeMap<>();
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
    others.clear();
    if (!complete) {
      askForAdmission();
    }
    gossip();
  }

  void loseStore() {
    cell = Cell.EMPTY;
    complete = false;
    others.clear();
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
    others.put(from, new Standing(whole, other.equals(Cell.EMPTY)));
    if (whole) {
      hold(other);
    }
    admit();
  }

  private void admit() {
    int majority = world.rules.sentinels().majority();
    int needed = AdmissionRule.needed(world.rules.sentinels().seats().size(), majority);
    if (AdmissionRule.admits(needed, cell.equals(Cell.EMPTY), others.values())) {
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
