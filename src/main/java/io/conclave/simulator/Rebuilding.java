package io.conclave.simulator;

import java.util.List;

/** What replaces the data of a stopped server: pg_rewind with its trap, and a clone. */
final class Rebuilding {
  private Rebuilding() {}

  /**
   * pg_rewind goes by timeline numbers and where they began: with equal newest numbers it finds nothing to do, whatever the
   * histories are, and neither when the target's WAL ends before the fork.
   *
   * @return whether it found anything to do; the target is as it was if not
   */
  static boolean rewind(Server target, Server source) {
    World world = target.world;
    target.halfBuilt = false;
    if (target.timeline() == source.timeline()) {
      return false;
    }
    int fork = fork(world.wal.timelines(target.last()), world.wal.timelines(source.last()));
    if (fork >= target.length) {
      return false;
    }
    boolean wrong =
        fork > source.length || (fork > 0 && target.wal[fork - 1] != source.wal[fork - 1]);
    boolean corrupt = target.corrupt || source.corrupt || wrong;
    Phantoms phantoms = target.phantoms == null ? source.phantoms : target.phantoms;
    copy(target, source);
    target.corrupt = corrupt;
    target.phantoms = phantoms;
    return true;
  }

  private static int fork(List<int[]> own, List<int[]> theirs) {
    int fork = 0;
    for (int i = 0; i < own.size() && i < theirs.size(); i++) {
      if (own.get(i)[0] != theirs.get(i)[0] || own.get(i)[1] != theirs.get(i)[1]) {
        break;
      }
      int ownEnd = i + 1 < own.size() ? own.get(i + 1)[1] : Integer.MAX_VALUE;
      int theirEnd = i + 1 < theirs.size() ? theirs.get(i + 1)[1] : Integer.MAX_VALUE;
      fork = Math.min(ownEnd, theirEnd);
    }
    return fork;
  }

  /** Before a copy the old data goes. */
  static void empty(Server target) {
    target.exists = true;
    target.halfBuilt = true;
    target.length = 0;
    target.flushed = 0;
    target.applied = 0;
    target.tip = Wal.NONE;
    target.partial = false;
    target.corrupt = false;
    target.phantoms = null;
  }

  /** A fresh copy. */
  static void copy(Server target, Server source) {
    target.exists = true;
    target.halfBuilt = false;
    target.length = 0;
    target.overwrite(0, source.wal, source.flushed);
    target.length = source.flushed;
    target.flushed = target.length;
    target.applied = target.length;
    target.tip = target.last();
    target.corrupt = source.corrupt;
    target.phantoms = source.phantoms;
    target.knownTimeline = source.timeline();
    target.stoppedCleanly = false;
  }
}
