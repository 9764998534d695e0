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
    for (int i = 0; i < history.size(); i++) {
      if (history.get(i).promotion().equals(own.get().promotion())) {
        boolean newest = i == history.size() - 1;
        return newest || history.get(i + 1).start().isAtLeast(end)
            ? Relation.PREFIX
            : Relation.DIVERGED;
      }
    }
    return Relation.UNRELATED;
  }
}
