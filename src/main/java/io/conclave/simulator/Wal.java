package io.conclave.simulator;

import io.conclave.core.EpochRow;
import io.conclave.core.Lsn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Every WAL record that any server ever wrote, each with the one before it: a tree, in which a history is a path from a tip to
 * the root. All records are equally long, so that histories that fork meet at the same positions again, which is the worst case.
 */
final class Wal {
  /** Before the first record. */
  static final int NONE = -1;

  static final int RECORD_BYTES = 8;

  /** What a record is. */
  enum Kind {
    COMMIT,
    EPOCH,
    BARRIER,
    PAD,
    /** The first record of a timeline. */
    TIMELINE,
    CHECKPOINT
  }

  private int[] parent = new int[512];
  private int[] depth = new int[512];
  private int[] timeline = new int[512];
  private int[] lastEpoch = new int[512];
  private int[] lastBarrier = new int[512];
  private int[] lastSwitch = new int[512];
  private Kind[] kind = new Kind[512];
  private int size;
  private final List<List<EpochRow>> histories = new ArrayList<>();
  private final List<UUID> barriers = new ArrayList<>();

  private int add(int before, Kind what, int onTimeline) {
    if (size == parent.length) {
      grow(size * 2);
    }
    int id = size++;
    parent[id] = before;
    depth[id] = before == NONE ? 1 : depth[before] + 1;
    timeline[id] = onTimeline;
    lastEpoch[id] = before == NONE ? NONE : lastEpoch[before];
    lastBarrier[id] = before == NONE ? NONE : lastBarrier[before];
    lastSwitch[id] = before == NONE ? NONE : lastSwitch[before];
    kind[id] = what;
    return id;
  }

  private void grow(int to) {
    parent = Arrays.copyOf(parent, to);
    depth = Arrays.copyOf(depth, to);
    timeline = Arrays.copyOf(timeline, to);
    lastEpoch = Arrays.copyOf(lastEpoch, to);
    lastBarrier = Arrays.copyOf(lastBarrier, to);
    lastSwitch = Arrays.copyOf(lastSwitch, to);
    kind = Arrays.copyOf(kind, to);
  }

  int append(int before, Kind what) {
    return add(before, what, timelineOf(before));
  }

  int startTimeline(int before, int number) {
    int id = add(before, Kind.TIMELINE, number);
    lastSwitch[id] = id;
    return id;
  }

  int appendEpoch(int before, EpochRow row) {
    int id = add(before, Kind.EPOCH, timelineOf(before));
    List<EpochRow> rows = new ArrayList<>(history(before));
    rows.add(row);
    lastEpoch[id] = histories.size();
    histories.add(List.copyOf(rows));
    return id;
  }

  int appendBarrier(int before, UUID barrier) {
    int id = add(before, Kind.BARRIER, timelineOf(before));
    lastBarrier[id] = barriers.size();
    barriers.add(barrier);
    return id;
  }

  /** Epoch rows up to this record, oldest first; the same object for the same rows. */
  List<EpochRow> history(int id) {
    return id == NONE || lastEpoch[id] == NONE ? List.of() : histories.get(lastEpoch[id]);
  }

  Optional<UUID> barrier(int id) {
    return id == NONE || lastBarrier[id] == NONE
        ? Optional.empty()
        : Optional.of(barriers.get(lastBarrier[id]));
  }

  int timelineOf(int id) {
    return id == NONE ? 1 : timeline[id];
  }

  int parentOf(int id) {
    return parent[id];
  }

  /** How many records there are up to this one. */
  int depthOf(int id) {
    return id == NONE ? 0 : depth[id];
  }

  Kind kindOf(int id) {
    return kind[id];
  }

  /** Where the history of a tip leaves a timeline, in records; -1 when it never was on it. */
  int switchOf(int tip, int number) {
    if (timelineOf(tip) == number) {
      return Integer.MAX_VALUE;
    }
    int at = tip == NONE ? NONE : lastSwitch[tip];
    while (at != NONE) {
      int before = parent[at];
      if (timelineOf(before) == number) {
        return depthOf(before);
      }
      at = before == NONE ? NONE : lastSwitch[before];
    }
    return -1;
  }

  /** The timelines of a history, oldest first: number and where it began, in records. */
  List<int[]> timelines(int tip) {
    List<int[]> all = new ArrayList<>();
    int at = tip == NONE ? NONE : lastSwitch[tip];
    while (at != NONE) {
      all.add(0, new int[] {timeline[at], depthOf(parent[at])});
      at = parent[at] == NONE ? NONE : lastSwitch[parent[at]];
    }
    all.add(0, new int[] {1, 0});
    return all;
  }

  /** Whether such a record only marks a place, and changes no row. */
  static boolean isMark(Kind what) {
    return what == Kind.TIMELINE || what == Kind.PAD || what == Kind.CHECKPOINT;
  }

  /** The record of this history that is so many records deep; the tip itself when there are not so many. */
  int ancestorAt(int tip, int records) {
    int at = tip;
    while (at != NONE && depth[at] > records) {
      at = parent[at];
    }
    return at;
  }

  boolean isAncestor(int id, int tip) {
    int at = tip;
    while (at != NONE && depth[at] > depth[id]) {
      at = parent[at];
    }
    return at == id;
  }

  static Lsn position(int records) {
    return new Lsn((records + 1L) * RECORD_BYTES);
  }

  /** How many whole records lie before a position. */
  static int records(Lsn position) {
    return (int) (position.bytes() / RECORD_BYTES) - 1;
  }
}
