package io.conclave.simulator;

import java.util.Arrays;
import java.util.PriorityQueue;

/**
 * What is to happen, by time and then in the order in which it was asked for. Time is whole milliseconds, and nearly everything
 * comes within some seconds: a timing wheel has a queue for each of these milliseconds. What is further away waits in a heap,
 * and goes to the wheel as soon as that covers its time, before anybody else can ask for the same millisecond.
 */
final class Schedule {
  /** How many milliseconds the wheel covers: a power of two. */
  private static final int SLOTS = 16_384;

  private static final int NOTHING = -1;

  private record Far(long atMs, long order, Runnable action) implements Comparable<Far> {
    @Override
    public int compareTo(Far other) {
      int byTime = Long.compare(atMs, other.atMs);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  // The wheel: for each slot the first and the last of a chain of entries.
  private final int[] first = new int[SLOTS];
  private final int[] last = new int[SLOTS];
  /** One bit for each slot that is not empty. */
  private final long[] used = new long[SLOTS / Long.SIZE];

  private int inWheel;
  // The entries, used again when they are free: what is done, and which one follows in its chain.
  private Runnable[] actions = new Runnable[256];
  private int[] following = new int[256];
  private int entries;
  private int free = NOTHING;

  private final PriorityQueue<Far> far = new PriorityQueue<>();
  private long farAsked;
  private long nowMs;

  Schedule() {
    Arrays.fill(first, NOTHING);
  }

  long nowMs() {
    return nowMs;
  }

  void in(long ms, Runnable action) {
    at(nowMs + Math.max(0, ms), action);
  }

  void at(long ms, Runnable action) {
    long time = Math.max(ms, nowMs);
    if (time - nowMs < SLOTS) {
      append(slot(time), action);
    } else {
      far.add(new Far(time, farAsked++, action));
    }
  }

  /** Takes out what is next; the clock moves there. Null when nothing is left. */
  Runnable next() {
    if (inWheel > 0) {
      moveTo(nowMs + distance());
    } else if (!far.isEmpty()) {
      moveTo(far.peek().atMs());
    } else {
      return null;
    }
    return take(slot(nowMs));
  }

  private static int slot(long time) {
    return (int) time & (SLOTS - 1);
  }

  private void moveTo(long time) {
    nowMs = time;
    while (!far.isEmpty() && far.peek().atMs() - nowMs < SLOTS) {
      Far near = far.poll();
      append(slot(near.atMs()), near.action());
    }
  }

  /** From now to the next slot that is not empty, in ms. */
  private int distance() {
    int from = slot(nowMs);
    if (first[from] != NOTHING) {
      return 0;
    }
    int word = from / Long.SIZE;
    long bits = used[word] & (-1L << from);
    while (bits == 0) {
      word = (word + 1) % used.length;
      bits = used[word];
    }
    int found = word * Long.SIZE + Long.numberOfTrailingZeros(bits);
    return (found - from) & (SLOTS - 1);
  }

  private void append(int slot, Runnable action) {
    int entry = entry();
    actions[entry] = action;
    following[entry] = NOTHING;
    if (first[slot] == NOTHING) {
      first[slot] = entry;
      used[slot / Long.SIZE] |= 1L << slot;
    } else {
      following[last[slot]] = entry;
    }
    last[slot] = entry;
    inWheel++;
  }

  private int entry() {
    if (free != NOTHING) {
      int entry = free;
      free = following[entry];
      return entry;
    }
    if (entries == actions.length) {
      actions = Arrays.copyOf(actions, 2 * entries);
      following = Arrays.copyOf(following, 2 * entries);
    }
    return entries++;
  }

  private Runnable take(int slot) {
    int entry = first[slot];
    Runnable action = actions[entry];
    first[slot] = following[entry];
    if (first[slot] == NOTHING) {
      used[slot / Long.SIZE] &= ~(1L << slot);
    }
    actions[entry] = null;
    following[entry] = free;
    free = entry;
    inWheel--;
    return action;
  }
}
