package io.conclave.core.register;

import io.conclave.core.Ballot;
import io.conclave.core.RegisterRecord;

/**
 * What one replica of the register holds of one group: the highest ballot claimed, and the newest record. Both only ever
 * grow, by ballot and version and never by time, so replicas merge by taking the higher of each.
 */
public record Cell(Ballot claimed, RegisterRecord record) {
  /** Nothing was ever written. */
  public static final Cell EMPTY = new Cell(Ballot.NONE, RegisterRecord.EMPTY);

  public Cell {
    claimed = higher(claimed, record.ballot());
  }

  /** The cell once this ballot is claimed. */
  public Cell claiming(Ballot ballot) {
    return new Cell(higher(claimed, ballot), record);
  }

  /** The cell once this record has arrived. */
  public Cell holding(RegisterRecord other) {
    return new Cell(higher(claimed, other.ballot()), other.compareTo(record) > 0 ? other : record);
  }

  /** Both, the higher of each. */
  public Cell merge(Cell other) {
    return claiming(other.claimed).holding(other.record);
  }

  /** The highest ballot that this cell or the caller knows. */
  public Ballot highest(Ballot above) {
    return higher(above, higher(claimed, record.ballot()));
  }

  private static Ballot higher(Ballot one, Ballot other) {
    return one.isAbove(other) ? one : other;
  }
}
