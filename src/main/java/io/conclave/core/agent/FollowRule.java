package io.conclave.core.agent;

import io.conclave.core.EpochRow;
import io.conclave.core.Lsn;
import io.conclave.core.Prefix;
import java.util.List;
import java.util.Optional;

/** Whether a fenced standby may take WAL from a source (design, section 3.1, Prefix and Rebuild). */
public final class FollowRule {
  private FollowRule() {}

  /**
   * @param own epoch rows that the node shows, oldest first
   * @param timeline newest timeline of the WAL on its disk: one above the row's is WAL of a promotion without its row, which
   *     nobody knows
   * @param end end of WAL on the node
   * @param source epoch rows of the source, oldest first
   */
  public static boolean mayFollow(
      List<EpochRow> own, int timeline, Lsn end, List<EpochRow> source) {
    Optional<EpochRow> newest =
        own.isEmpty() ? Optional.empty() : Optional.of(own.get(own.size() - 1));
    boolean stray = newest.filter(row -> timeline > row.timeline()).isPresent();
    return !stray
        && Prefix.sharesRows(own, source)
        && Prefix.of(newest, end, source) == Prefix.Relation.PREFIX;
  }
}
