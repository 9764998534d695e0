package io.conclave.core.agent;

import io.conclave.core.EpochRow;
import io.conclave.core.Lsn;
import io.conclave.core.Prefix;
import java.util.List;
import java.util.Optional;

/** Which rung of the ladder a node that rejoins may take: follow, rewind, clone (design, section 3.3 step 7). */
public final class RejoinRule {
  private RejoinRule() {}

  /**
   * Whether a server that was stopped cleanly may follow as it is: the source has its shutdown checkpoint, which it has if
   * its history goes on beyond the first byte of that.
   *
   * @param known epoch rows that the node has shown, oldest first
   * @param checkpoint start of its shutdown checkpoint
   */
  public static boolean mayFollowWhenStopped(
      List<EpochRow> known, Lsn checkpoint, List<EpochRow> source) {
    Optional<EpochRow> newest = newest(known);
    boolean newestOfSource =
        newest.map(EpochRow::promotion).equals(newest(source).map(EpochRow::promotion));
    return !newestOfSource
        && Prefix.of(newest, new Lsn(checkpoint.bytes() + 1), source) == Prefix.Relation.PREFIX;
  }

  /**
   * Where the node's history leaves the source's: the start of the epoch after the newest one they share. Empty when they
   * share none but the source's newest.
   */
  public static Optional<Lsn> fork(List<EpochRow> known, List<EpochRow> source) {
    for (int i = source.size() - 2; i >= 0; i--) {
      EpochRow shared = source.get(i);
      if (known.stream().anyMatch(row -> row.promotion().equals(shared.promotion()))) {
        return Optional.of(source.get(i + 1).start());
      }
    }
    return Optional.empty();
  }

  /**
   * Whether pg_rewind can be trusted. With equal timeline numbers it can find nothing to do and leave phantom rows: then only
   * a clone is safe.
   *
   * @param highestTimeline of the node: of its control file and of the WAL on its disk
   */
  public static boolean mayRewind(
      List<EpochRow> known, int highestTimeline, List<EpochRow> source) {
    return fork(known, source).isPresent()
        && newest(source).filter(row -> row.timeline() > highestTimeline).isPresent();
  }

  private static Optional<EpochRow> newest(List<EpochRow> history) {
    return history.isEmpty() ? Optional.empty() : Optional.of(history.get(history.size() - 1));
  }
}
