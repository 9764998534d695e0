package io.conclave.simulator;

import io.conclave.core.EpochRow;
import io.conclave.core.Gate;
import io.conclave.core.Lsn;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport.Receiver;
import io.conclave.core.SyncSetting;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A PostgreSQL server: its data directory, and its processes while they run. What streams between two of them is in {@link
 * Replication}, what a commit waits for in {@link Commits}, and what replaces the data in {@link Rebuilding}.
 */
final class Server {
  /** The postmaster. */
  enum Life {
    DOWN,
    STARTING,
    UP
  }

  final World world;
  final int index;
  final NodeId id;
  final Host host;
  final Replication replication;
  final Commits commits;

  // The data directory.
  boolean exists;
  /** A copy or a rewind that was cut short: it does not start. */
  boolean halfBuilt;

  int[] wal = new int[256];
  int length;
  int flushed;
  /** Half of the next record was received. */
  boolean partial;

  /** How many records the data pages show, and the last of them: after an overwrite it is not the one in the WAL. */
  int applied;

  int tip = Wal.NONE;
  /** Rows are there that the WAL does not explain, or are missing: nobody must ever count this node. */
  boolean corrupt;

  /** Epoch rows of such a node; null when there is nothing wrong. */
  Phantoms phantoms;

  boolean standbySignal;
  boolean stoppedCleanly;
  /** The newest one of which there is a history file, of WAL or of a promise of it. */
  int knownTimeline = 1;

  int upstreamOnDisk = -1;
  SyncSetting syncOnDisk = SyncSetting.WAIT;
  Gate gateOnDisk = Gate.OPEN;
  boolean diskFull;

  // The processes.
  Life life = Life.DOWN;
  int process;
  boolean recovery;
  boolean stopping;
  int upstream = -1;
  /** What a session shows: the startup process, whose receiver it is, may not have read it yet. */
  int upstreamShown = -1;

  SyncSetting sync = SyncSetting.WAIT;
  Gate gate = Gate.CLOSED;
  boolean replayPaused;
  /** The timeline that recovery is to end on: a newer one than that of the WAL, when only its history file was received. */
  int targetTimeline = 1;

  int replayLagMs;
  private long frozenUntil;

  Server(World world, int index, NodeId id, Host host) {
    this.world = world;
    this.index = index;
    this.id = id;
    this.host = host;
    this.replication = new Replication(this);
    this.commits = new Commits(this);
  }

  long now() {
    return world.schedule.nowMs();
  }

  boolean isUp() {
    return life == Life.UP;
  }

  boolean isPrimary() {
    return isUp() && !recovery;
  }

  boolean isStandby() {
    return isUp() && recovery;
  }

  /** Since when its processes run without a pause, if they do. */
  long runningSinceMs() {
    return Math.min(frozenUntil, now());
  }

  boolean isFrozen() {
    return now() < frozenUntil;
  }

  /** Answers queries. */
  boolean answers() {
    return isUp() && !isFrozen();
  }

  /** Runs this in the server after some ms: at once, after the thaw, or never when the process has ended. */
  void after(long ms, Runnable what) {
    int mine = process;
    world.schedule.in(ms, () -> resume(mine, what));
  }

  private void resume(int mine, Runnable what) {
    if (mine != process) {
      return;
    }
    if (isFrozen()) {
      world.schedule.at(frozenUntil, () -> resume(mine, what));
    } else {
      what.run();
    }
  }

  void freeze(long ms) {
    frozenUntil = Math.max(frozenUntil, now() + ms);
  }

  void thaw() {
    frozenUntil = Math.min(frozenUntil, now());
  }

  // WAL.

  int last() {
    return length == 0 ? Wal.NONE : wal[length - 1];
  }

  int timeline() {
    return world.wal.timelineOf(last());
  }

  int newestTimeline() {
    return Math.max(knownTimeline, timeline());
  }

  /** Recovery goes for a timeline of which nothing was received: its promotion, or what it follows, would be made of that. */
  boolean isMisled() {
    return targetTimeline > timeline();
  }

  void push(int record) {
    if (length == wal.length) {
      wal = Arrays.copyOf(wal, length * 2);
    }
    wal[length++] = record;
    partial = false;
  }

  /** Takes over records of another server, from a position on. */
  void overwrite(int from, int[] other, int to) {
    if (to > wal.length) {
      wal = Arrays.copyOf(wal, Math.max(to, wal.length * 2));
    }
    System.arraycopy(other, from, wal, from, to - from);
    length = Math.max(length, to);
    partial = false;
  }

  /** On a primary: a record, in its buffers. */
  int write(Wal.Kind kind) {
    return wrote(world.wal.append(last(), kind));
  }

  int writeEpoch(EpochRow row) {
    return wrote(world.wal.appendEpoch(last(), row));
  }

  int writeBarrier(UUID barrier) {
    return wrote(world.wal.appendBarrier(last(), barrier));
  }

  private int wrote(int record) {
    push(record);
    applied = length;
    tip = record;
    return record;
  }

  /** What is not on disk yet is lost when the power fails; replication sends only what is. */
  void flush() {
    flushed = length;
    replication.sendToAll();
  }

  // Looking.

  /** Epoch rows that a query shows. */
  List<EpochRow> history() {
    List<EpochRow> explained = world.wal.history(recovery ? tip : commits.visibleTip());
    return phantoms == null ? explained : phantoms.with(explained);
  }

  /**
   * Data pages that show one history are carried on by WAL of another. That harms nothing as long as nothing but the marks
   * of a promotion differs.
   */
  void graft(int shown, int next) {
    int depth = world.wal.depthOf(shown);
    int other = world.wal.ancestorAt(next, depth);
    boolean harmless = world.wal.depthOf(other) == depth;
    int a = shown;
    int b = other;
    while (harmless && a != b) {
      harmless = Wal.isMark(world.wal.kindOf(a)) && Wal.isMark(world.wal.kindOf(b));
      a = world.wal.parentOf(a);
      b = world.wal.parentOf(b);
    }
    if (!harmless) {
      corrupt = true;
      phantoms = new Phantoms(history(), world.wal.history(other));
    }
  }

  Optional<UUID> barrier() {
    return world.wal.barrier(recovery ? tip : commits.visibleTip());
  }

  Lsn position() {
    return recovery ? Wal.position(applied) : Wal.position(flushed);
  }

  Lsn received() {
    return recovery && partial
        ? new Lsn(Wal.position(length).bytes() + Wal.RECORD_BYTES / 2)
        : Wal.position(flushed);
  }

  Receiver receiver() {
    return replication.receiver();
  }

  /** Whether the startup process has come to the end of what it can replay of the WAL on disk. */
  boolean atEndOfWal() {
    return applied == length || replication.cannotGoOn();
  }

  /** Clients get in, and get answers. */
  boolean serves() {
    return isPrimary() && !isFrozen() && !stopping && gate == Gate.OPEN;
  }

  // Starting and ending.

  /** What a start leads to is seen later; false when it cannot start at all. */
  boolean start() {
    if (!exists || halfBuilt || !host.powered) {
      return false;
    }
    if (life != Life.DOWN) {
      return true;
    }
    if (diskFull && !standbySignal) {
      return false;
    }
    life = Life.STARTING;
    process++;
    stopping = false;
    frozenUntil = host.isFrozen() ? Long.MAX_VALUE : 0;
    if (host.isFrozen()) {
      frozenUntil = now();
    }
    changed();
    after(world.dice.between(20, 150), this::up);
    return true;
  }

  private void up() {
    life = Life.UP;
    recovery = standbySignal;
    stoppedCleanly = false;
    upstream = recovery ? upstreamOnDisk : -1;
    upstreamShown = upstreamOnDisk;
    sync = syncOnDisk;
    gate = gateOnDisk;
    replayPaused = false;
    commits.start();
    // Before anything else it flushes what it finds.
    flushed = length;
    if (recovery) {
      // Queries are answered from the last restart point on; the WAL on disk is replayed after it.
      applied = Math.max(0, Math.min(applied, length) - world.dice.below(3));
      if (tip != Wal.NONE && applied > 0 && !world.wal.isAncestor(wal[applied - 1], tip)) {
        graft(tip, last());
      }
      tip = applied == 0 ? Wal.NONE : wal[applied - 1];
      // Whoever starts a standby removes the history files of timelines that it has nothing of.
      knownTimeline = timeline();
      targetTimeline = timeline();
      replication.begin();
    } else {
      partial = false;
      if (tip != Wal.NONE && !world.wal.isAncestor(tip, last())) {
        graft(tip, last());
      }
      applied = length;
      tip = last();
      replication.standAlone();
    }
    world.trace(
        id.value(),
        () -> "server is up as " + (recovery ? "standby" : "primary") + " with " + this);
    world.invariants.gateMoved(this);
    changed();
  }

  /** The processes end, whatever they were doing; what was written stays in the operating system's hands. */
  void crash() {
    if (life == Life.DOWN) {
      return;
    }
    life = Life.DOWN;
    process++;
    stopping = false;
    gate = Gate.CLOSED;
    frozenUntil = 0;
    commits.end();
    replication.end();
    if (!recovery && length > flushed && world.dice.oneIn(2)) {
      // It was in the server's own buffers.
      loseUnflushed();
    }
    world.trace(id.value(), () -> "server is down: " + this);
    world.invariants.dirty();
    host.agent.serverExited();
  }

  /** The machine loses power: what was not fsynced is gone. */
  void powerLoss() {
    crash();
    loseUnflushed();
  }

  private void loseUnflushed() {
    length = Math.min(length, flushed);
    partial = false;
    applied = Math.min(applied, length);
    if (world.wal.depthOf(tip) > applied) {
      tip = applied == 0 ? Wal.NONE : wal[applied - 1];
    }
  }

  /**
   * A stop that escalates: fast, immediate, SIGKILL. A primary writes its checkpoint first, and then waits for its standbys to
   * have it.
   */
  void stop(Runnable ended) {
    if (life == Life.DOWN) {
      ended.run();
      return;
    }
    int mine = process;
    long bound = world.timings.stopMs();
    if (isFrozen() || life == Life.STARTING) {
      world.schedule.in(2 * bound, () -> endIf(mine, false, ended));
      return;
    }
    stopping = true;
    commits.endSessions();
    if (recovery) {
      // Whoever stops it waits for its end, whatever the end comes from.
      world.schedule.in(world.dice.between(5, 30), () -> endIf(mine, false, ended));
      return;
    }
    write(Wal.Kind.CHECKPOINT);
    flush();
    drain(mine, now() + bound, ended);
  }

  private void drain(int mine, long until, Runnable ended) {
    world.schedule.in(5, () -> {
      if (mine != process || replication.allHaveEverything() || now() >= until) {
        endIf(mine, true, ended);
      } else {
        drain(mine, until, ended);
      }
    });
  }

  private void endIf(int mine, boolean cleanly, Runnable ended) {
    if (mine == process) {
      crash();
      stoppedCleanly = cleanly;
    }
    ended.run();
  }

  /**
   * The startup process ends recovery: everything received is replayed, and a new timeline begins. Its number is the next free
   * one: by placeholders for those before it the one that is wanted.
   */
  void promote(int wanted) {
    if (!isStandby() || diskFull) {
      return;
    }
    replication.stopReceiving();
    replayPaused = false;
    partial = false;
    if (applied > 0 && wal[applied - 1] != tip) {
      graft(tip, last());
    }
    applied = length;
    int number = Math.max(newestTimeline() + 1, wanted);
    knownTimeline = number;
    targetTimeline = number;
    recovery = false;
    standbySignal = false;
    upstream = -1;
    upstreamOnDisk = -1;
    wrote(world.wal.startTimeline(last(), number));
    flushed = length;
    commits.begin();
    replication.timelineEnded();
    world.trace(id.value(), () -> "promoted: " + this);
    world.invariants.gateMoved(this);
    changed();
  }

  /** Others may want to hear of it. */
  void changed() {
    host.agent.notice();
  }

  @Override
  public String toString() {
    return "%d records (%d applied) on timeline %d, follows %s, sync %s, gate %s%s"
        .formatted(
            length,
            applied,
            timeline(),
            upstreamOnDisk < 0 ? "nobody" : world.servers[upstreamOnDisk].id,
            syncOnDisk.toPostgres(),
            gateOnDisk,
            corrupt ? ", CORRUPT" : "");
  }
}
