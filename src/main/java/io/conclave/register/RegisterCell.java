package io.conclave.register;

import akka.cluster.ddata.ReplicatedData;
import io.conclave.core.Ballot;
import io.conclave.core.RegisterRecord;
import io.conclave.core.register.Cell;

/**
 * One group in the register: the highest ballot claimed, and the newest record. Both only ever grow, by ballot and version
 * and never by time, so replicas merge by taking the higher of each.
 */
public record RegisterCell(Ballot claimed, RegisterRecord record) implements ReplicatedData {
  public RegisterCell {
    claimed = record.ballot().isAbove(claimed) ? record.ballot() : claimed;
  }

  static final RegisterCell EMPTY = new RegisterCell(Ballot.NONE, RegisterRecord.EMPTY);

  static RegisterCell of(Cell cell) {
    return new RegisterCell(cell.claimed(), cell.record());
  }

  /** The same without what Akka needs of it. */
  Cell cell() {
    return new Cell(claimed, record);
  }

  @Override
  public RegisterCell merge(ReplicatedData that) {
    return of(cell().merge(((RegisterCell) that).cell()));
  }
}
