package io.conclave.simulator;

import java.util.Arrays;

/** What is to happen, by time and then in the order in which it was asked for. A binary heap over plain arrays. */
final class Schedule {
  private long[] at = new long[256];
  private long[] order = new long[256];
  private Runnable[] what = new Runnable[256];
  private int size;
  private long asked;
  private long nowMs;

  long nowMs() {
    return nowMs;
  }

  void in(long ms, Runnable action) {
    at(nowMs + Math.max(0, ms), action);
  }

  void at(long ms, Runnable action) {
    if (size == at.length) {
      at = Arrays.copyOf(at, size * 2);
      order = Arrays.copyOf(order, size * 2);
      what = Arrays.copyOf(what, size * 2);
    }
    int i = size++;
    long time = Math.max(ms, nowMs);
    long mine = asked++;
    while (i > 0) {
      int up = (i - 1) >>> 1;
      if (at[up] <= time) {
        break;
      }
      move(up, i);
      i = up;
    }
    at[i] = time;
    order[i] = mine;
    what[i] = action;
  }

  /** Takes out what is next; the clock moves there. Null when nothing is left. */
  Runnable next() {
    if (size == 0) {
      return null;
    }
    Runnable first = what[0];
    nowMs = at[0];
    size--;
    long time = at[size];
    long mine = order[size];
    Runnable last = what[size];
    what[size] = null;
    int i = 0;
    for (int child = 1; child < size; child = 2 * i + 1) {
      if (child + 1 < size && isBefore(child + 1, child)) {
        child++;
      }
      if (time < at[child] || (time == at[child] && mine < order[child])) {
        break;
      }
      move(child, i);
      i = child;
    }
    if (size > 0) {
      at[i] = time;
      order[i] = mine;
      what[i] = last;
    }
    return first;
  }

  private boolean isBefore(int one, int other) {
    return at[one] < at[other] || (at[one] == at[other] && order[one] < order[other]);
  }

  private void move(int from, int to) {
    at[to] = at[from];
    order[to] = order[from];
    what[to] = what[from];
  }
}
