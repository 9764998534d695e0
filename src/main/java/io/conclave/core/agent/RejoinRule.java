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
   * @param timeline of its shutdown checkpoint: one above the row's is WAL of a promotion whose row it has never shown, because
   *     that waited for standbys to the end; the source may have other WAL at the same positions of a timeline of that number
   * @param checkpoint start of its shutdown checkpoint
   */
  public static boolean mayFollowWhenStopped(
      List<EpochRow> known, int timeline, Lsn checkpoint, List<EpochRow> source) {
    Optional<EpochRow> newest = newest(known);
    boolean stray = newest.filter(row -> timeline > row.timeline()).isPresent();
    boolean newestOfSource =
        newest.map(EpochRow::promotion).equals(newest(source).map(EpochRow::promotion));
    return !newestOfSource
        && !stray
        && Prefix.sharesRows(known, source)
        && Prefix.of(newest, new Lsn(checkpoint.bytes() + 1), source) == Prefix.Relation.PREFIX;
  }

  /**
   * Where the node's history leaves the source's: the start of the epoch after the newest one they share. Empty when they
   * share none but the source's newest, or differ in an earlier one: such rows are no history at all.
   */
  public static Optional<Lsn> fork(List<EpochRow> known, List<EpochRow> source) {
    return firstMissed(known, source).map(EpochRow::start);
  }

  /** The source's epoch after the newest one that both have; empty when they differ before that one. */
  private static Optional<EpochRow> firstMissed(List<EpochRow> known, List<EpochRow> source) {
    for (int i = source.size() - 2; i >= 0; i--) {
      for (int own = known.size() - 1; own >= 0; own--) {
        if (known.get(own).promotion().equals(source.get(i).promotion())) {
          return Prefix.sharesRows(known.subList(0, own + 1), source)
              ? Optional.of(source.get(i + 1))
              : Optional.empty();
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Whether pg_rewind can be trusted. It takes timelines of one number that began at one place for the same, whoever was
   * promoted to them: with equal newest numbers it finds nothing to do and leaves phantom rows, with an equal one before
   * that it looks for differences from a later place on. So every timeline that the source has and the node lacks must be
   * newer than any on the node; else only a clone is safe.
   *
   * @param highestTimeline of the node: of its control file and of the WAL on its disk
   */
  public static boolean mayRewind(
      List<EpochRow> known, int highestTimeline, List<EpochRow> source) {
    return firstMissed(known, source)
        .filter(row -> row.timeline() > highestTimeline)
        .isPresent();
  }

  /** What pg_rewind has done, by what it says: one that found nothing to do has proven nothing, and a clone follows. */
  public static boolean isRewound(boolean foundSomethingToDo) {
    return foundSomethingToDo;
  }

  /** Whether a node that streams has become a copy of the source: it shows the source's newest epoch, and no other past. */
  public static boolean hasArrived(List<EpochRow> shown, List<EpochRow> source) {
    boolean showsNewest = newest(source)
        .map(row -> shown.stream().anyMatch(own -> own.promotion().equals(row.promotion())))
        .orElse(true);
    return showsNewest && Prefix.sharesRows(shown, source);
  }

  private static Optional<EpochRow> newest(List<EpochRow> history) {
    return history.isEmpty() ? Optional.empty() : Optional.of(history.get(history.size() - 1));
  }
}
