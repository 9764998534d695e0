package io.conclave.simulator;

import io.conclave.core.SyncSetting;
import io.conclave.core.agent.Arming;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Quorum commit with PostgreSQL's semantics: a commit is flushed to the primary's disk, and then waits; WAL senders release it, each by the
 * setting in its own memory; an emptied setting releases everybody; a wait that is cut short leaves the commit there, visible
 * and not acknowledged; after a restart all commits are visible.
 */
final class Commits {
  /** What its session learns at the end of a wait. */
  enum End {
    ACKNOWLEDGED,
    /** The wait was cancelled, or the session ended: it may be safe or not. */
    UNKNOWN
  }

  /** A flush takes less than this. */
  private static final int FLUSH_MS = 4;

  private record Wait(int record, int depth, boolean client, Consumer<End> onEnd) {}

  private final Server server;
  private final World world;
  /** Their records are written and not flushed yet. */
  private final List<Wait> flushing = new ArrayList<>();

  private final List<Wait> waits = new ArrayList<>();

  /** Whether a commit waits at all: a flag of the checkpointer, which reads its settings when it gets to it. */
  private boolean armed;

  private boolean checkpointerTookSetting;
  private long checkpointUntilMs;

  Commits(Server server) {
    this.server = server;
    this.world = server.world;
  }

  /** The checkpointer is there before anybody is let in. */
  void start() {
    begin();
    checkpointUntilMs = 0;
    take();
  }

  void begin() {
    flushing.clear();
    waits.clear();
  }

  boolean isArmed() {
    return armed;
  }

  /** The processes are gone, and all sessions with them. */
  void end() {
    List<Wait> cut = take(flushing, wait -> true);
    cut.addAll(take(waits, wait -> true));
    tell(cut, End.UNKNOWN);
  }

  /** A fast stop, or a gate that closes on clients only, ends sessions that wait. */
  void endSessions() {
    giveUp(wait -> true);
  }

  void endClients() {
    giveUp(Wait::client);
  }

  void cancelOwn() {
    giveUp(wait -> !wait.client());
  }

  /** A wait is given up only after the flush. */
  private void giveUp(Predicate<Wait> which) {
    if (flushing.stream().anyMatch(which)) {
      flushed();
    }
    tell(take(waits, which), End.UNKNOWN);
  }

  /** The newest record whose commits are all over: what a query shows. */
  int visibleTip() {
    if (waits.isEmpty() && flushing.isEmpty()) {
      return server.tip;
    }
    return world.wal.parentOf((waits.isEmpty() ? flushing : waits).get(0).record());
  }

  int waiting() {
    return waits.size();
  }

  /** The record is written. Once it is flushed, its session waits as the setting demands. */
  void commit(int record, boolean client, Consumer<End> onEnd) {
    flushing.add(new Wait(record, server.length, client, onEnd));
    server.after(world.dice.below(FLUSH_MS), this::flushed);
  }

  /** One flush is for all that is written. */
  private void flushed() {
    server.flush();
    List<Wait> all = take(flushing, wait -> true);
    if (!armed) {
      tell(all, End.ACKNOWLEDGED);
      return;
    }
    waits.addAll(all);
    for (Replication.Sender sender : server.replication.senders) {
      releaseBy(sender);
    }
  }

  /** What a WAL sender does when a standby has replied. */
  void releaseBy(Replication.Sender sender) {
    if (waits.isEmpty() || !sender.on || !sender.member || sender.k == 0) {
      return;
    }
    int safe = kthLargest(sender.k);
    if (waits.get(0).depth() * 2 <= safe) {
      tell(take(waits, wait -> wait.depth() * 2 <= safe), End.ACKNOWLEDGED);
      server.changed();
    }
  }

  private int kthLargest(int k) {
    int[] flushes = new int[server.replication.senders.length];
    int count = 0;
    for (Replication.Sender other : server.replication.senders) {
      if (other.on && other.member && other.streaming) {
        flushes[count++] = other.flush;
      }
    }
    if (count < k) {
      return 0;
    }
    java.util.Arrays.sort(flushes, 0, count);
    return flushes[count - k];
  }

  private static List<Wait> take(List<Wait> from, Predicate<Wait> which) {
    List<Wait> taken = new ArrayList<>();
    from.removeIf(wait -> which.test(wait) && taken.add(wait));
    return taken;
  }

  private static void tell(List<Wait> over, End end) {
    over.forEach(wait -> wait.onEnd().accept(end));
  }

  /** The setting on disk is read: by the checkpointer and by each WAL sender when it gets to it. */
  void reload() {
    server.after(world.dice.between(1, 4), () -> {
      if (server.sync.equals(server.syncOnDisk)) {
        return;
      }
      server.sync = server.syncOnDisk;
      world.invariants.dirty();
      server.after(untilCheckpointerLooks(), this::take);
      checkpointerTookSetting = false;
      for (int i = 0; i < server.replication.senders.length; i++) {
        takeSoon(i);
      }
      server.changed();
    });
  }

  /** It does not look during an immediate checkpoint. */
  private long untilCheckpointerLooks() {
    long now = world.schedule.nowMs();
    if (world.dice.oneIn(8)) {
      checkpointUntilMs = Math.max(checkpointUntilMs, now + world.dice.between(50, 2000));
    }
    return Math.max(checkpointUntilMs - now, world.dice.below(6));
  }

  /** The checkpointer: an empty setting releases everybody, and lets whoever comes pass. */
  private void take() {
    armed = server.sync.count() > 0;
    checkpointerTookSetting = true;
    world.invariants.dirty();
    if (!armed) {
      tell(take(waits, wait -> true), End.ACKNOWLEDGED);
      server.changed();
    }
  }

  private void takeSoon(int down) {
    Replication.Sender sender = server.replication.senders[down];
    if (sender.on) {
      sender.tookSetting = false;
      server.after(world.dice.between(0, 10), () -> take(sender, down));
    }
  }

  /** A frozen one keeps the old list. */
  private void take(Replication.Sender sender, int down) {
    if (!sender.frozen && !sender.tookSetting) {
      sender.member = server.replication.isMember(down);
      sender.k = server.sync.count();
      sender.tookSetting = true;
      world.invariants.dirty();
      releaseBy(sender);
    }
  }

  void thaw(Replication.Sender sender, int down) {
    sender.frozen = false;
    take(sender, down);
  }

  /**
   * Whether the server and every one of its WAL senders work by this setting, as an agent sees it.
   *
   * @param knownArmed whether it has seen before that commits wait in this server
   */
  boolean isInForce(SyncSetting wanted, boolean knownArmed) {
    if (!server.sync.equals(wanted)) {
      return false;
    }
    if (!Arming.holds(wanted, knownArmed, checkpointerTookSetting)) {
      return false;
    }
    for (Replication.Sender sender : server.replication.senders) {
      if (sender.on && !sender.tookSetting) {
        return false;
      }
    }
    return true;
  }
}
