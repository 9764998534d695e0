package io.conclave.simulator;

import io.conclave.core.EpochRow;
import java.util.ArrayList;
import java.util.List;

/** What a node shows whose data pages were carried on by WAL of another history: its old rows, without those it missed. */
final class Phantoms {
  private final List<EpochRow> old;
  private final List<EpochRow> missed;
  private List<EpochRow> explained;
  private List<EpochRow> shown;

  /**
   * @param old rows that it showed before
   * @param missed rows of the other history up to there, which were never applied
   */
  Phantoms(List<EpochRow> old, List<EpochRow> missed) {
    this.old = old;
    this.missed = missed;
  }

  /** The same object for the same rows. */
  List<EpochRow> with(List<EpochRow> now) {
    if (now != explained) {
      explained = now;
      List<EpochRow> all = new ArrayList<>(old);
      for (EpochRow row : now) {
        if (!old.contains(row) && !missed.contains(row)) {
          all.add(row);
        }
      }
      shown = List.copyOf(all);
    }
    return shown;
  }
}
