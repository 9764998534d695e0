package io.conclave.core;

import java.util.List;
import java.util.Optional;

/**
 * Whether the WAL of a node is a prefix of a source's history. PostgreSQL counts a standby by LSN, not by history: one
 * that is ahead on another history is counted as having what it does not have (design, section 3.1, Prefix). So nobody
 * follows a source without this check.
 */
public final class Prefix {
  private Prefix() {}

  /** How the WAL of a node relates to a source's history. */
  public enum Relation {
    /** Everything on the node is in the source's history too: it may follow. */
    PREFIX,
    /** The node has WAL that the source's history does not have: rewind or clone. */
    DIVERGED,
    /** The node shows no epoch row that the source knows: clone. */
    UNRELATED
  }

  /**
   * @param own newest epoch row that the node shows, if any
   * @param end end of WAL on the node
   * @param history epoch rows of the source, oldest first
   */
  public static Relation of(Optional<EpochRow> own, Lsn end, List<EpochRow> history) {
    if (own.isEmpty()) {
      return Relation.UNRELATED;
    }
    for (int i = history.size() - 1; i >= 0; i--) {
      if (history.get(i).promotion().equals(own.get().promotion())) {
        boolean newest = i == history.size() - 1;
        return newest || history.get(i + 1).start().isAtLeast(end)
            ? Relation.PREFIX
            : Relation.DIVERGED;
      }
    }
    return Relation.UNRELATED;
  }

  /**
   * Whether a node and a source show the same promotions in the epochs that both know. A standby that nobody looked after may
   * have gone on with WAL of another promotion, at the same positions of a timeline of the same number: its newest row is the
   * source's then, an earlier one is a phantom, or one of the source's is missing. {@link #of} looks at the newest row alone.
   *
   * @param own epoch rows that the node shows, oldest first; the oldest ones may have been left out, as in {@code source}
   * @param source epoch rows of the source, oldest first; one beyond the newest of {@code own} is no contradiction
   */
  public static boolean sharesRows(List<EpochRow> own, List<EpochRow> source) {
    if (own.isEmpty() || source.isEmpty()) {
      return true;
    }
    if (own.equals(source)) {
      return true;
    }
    long from = Math.max(own.get(0).epoch(), source.get(0).epoch());
    long to = Math.min(newest(own), newest(source));
    int i = firstFrom(own, from);
    int j = firstFrom(source, from);
    while (isWithin(own, i, to) && isWithin(source, j, to)) {
      if (!own.get(i++).promotion().equals(source.get(j++).promotion())) {
        return false;
      }
    }
    return !isWithin(own, i, to) && !isWithin(source, j, to);
  }

  /** Whether these rows can be one history: every promotion begins a newer timeline, so that two on one are never one's past. */
  public static boolean isOneHistory(List<EpochRow> rows) {
    for (int i = 1; i < rows.size(); i++) {
      if (rows.get(i).timeline() <= rows.get(i - 1).timeline()) {
        return false;
      }
    }
    return true;
  }

  private static long newest(List<EpochRow> rows) {
    return rows.get(rows.size() - 1).epoch();
  }

  private static int firstFrom(List<EpochRow> rows, long epoch) {
    int i = 0;
    while (i < rows.size() && rows.get(i).epoch() < epoch) {
      i++;
    }
    return i;
  }

  private static boolean isWithin(List<EpochRow> rows, int i, long to) {
    return i < rows.size() && rows.get(i).epoch() <= to;
  }
}
