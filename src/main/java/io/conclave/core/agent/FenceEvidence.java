package io.conclave.core.agent;

import io.conclave.core.Ballot;
import io.conclave.core.EpochRow;
import io.conclave.core.Fenced;
import io.conclave.core.Lsn;
import java.util.List;
import java.util.Optional;

/** What a fenced node may say of itself (design, section 3.1, Evidence). */
public final class FenceEvidence {
  private FenceEvidence() {}

  /**
   * Whether a running standby is fenced and its evidence complete: it takes no WAL any more, and all that it had received is
   * replayed. A position read earlier is too low, or belongs to epoch rows that the query does not show yet.
   *
   * @param upstreamGone the server itself says that it follows nobody
   * @param receiverGone no WAL receiver runs
   * @param endReached the startup process has come to the end of the WAL on disk
   */
  public static boolean isComplete(boolean upstreamGone, boolean receiverGone, boolean endReached) {
    return upstreamGone && receiverGone && endReached;
  }

  /**
   * A standby that is fenced while it runs.
   *
   * @param history epoch rows that a query shows, oldest first
   * @param timeline newest timeline of the WAL on its disk
   * @param position end of the replayed WAL
   * @param fork where the WAL left the timeline of the newest epoch row, if it did
   * @return empty when it shows no epoch row: then it proves nothing
   */
  public static Optional<Fenced> ofStandby(
      Ballot ballot,
      long number,
      List<EpochRow> history,
      int timeline,
      Lsn position,
      Optional<Lsn> fork) {
    return newest(history)
        .map(row ->
            new Fenced(ballot, number, end(row, timeline, position, fork), timeline, row, true));
  }

  /** WAL of a later timeline without its epoch row does not count: the position is where that timeline branched off. */
  private static Lsn end(EpochRow row, int timeline, Lsn position, Optional<Lsn> fork) {
    return timeline <= row.timeline()
        ? position
        : fork.filter(position::isAtLeast).orElse(position);
  }

  /**
   * A server that is stopped. Only one that was stopped cleanly says by its control file where its WAL ends.
   *
   * @param known epoch rows that it is known to have shown
   * @param checkpoint start of its shutdown checkpoint
   */
  public static Optional<Fenced> ofStopped(
      Ballot ballot,
      long number,
      boolean cleanly,
      List<EpochRow> known,
      int timeline,
      Lsn checkpoint) {
    return newest(known)
        .filter(row -> cleanly)
        .map(row -> new Fenced(ballot, number, checkpoint, timeline, row, false));
  }

  private static Optional<EpochRow> newest(List<EpochRow> history) {
    return history.isEmpty() ? Optional.empty() : Optional.of(history.get(history.size() - 1));
  }
}
