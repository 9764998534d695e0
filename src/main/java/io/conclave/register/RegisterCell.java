package io.conclave.register;

import akka.cluster.ddata.ReplicatedData;
import io.conclave.core.Ballot;
import io.conclave.core.RegisterRecord;

/**
 * One group in the register: the highest ballot claimed, and the newest record. Both only ever grow, by ballot and version
 * and never by time, so replicas merge by taking the higher of each.
 */
public record RegisterCell(Ballot claimed, RegisterRecord record) implements ReplicatedData {
  public RegisterCell {
    claimed = higher(claimed, record.ballot());
  }

  static final RegisterCell EMPTY = new RegisterCell(Ballot.NONE, RegisterRecord.EMPTY);

  RegisterCell claiming(Ballot ballot) {
    return new RegisterCell(higher(claimed, ballot), record);
  }

  RegisterCell holding(RegisterRecord other) {
    return new RegisterCell(
        higher(claimed, other.ballot()), other.compareTo(record) > 0 ? other : record);
  }

  @Override
  public RegisterCell merge(ReplicatedData that) {
    RegisterCell other = (RegisterCell) that;
    return claiming(other.claimed).holding(other.record);
  }

  private static Ballot higher(Ballot one, Ballot other) {
    return one.isAbove(other) ? one : other;
  }
}
