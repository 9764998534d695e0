package io.conclave.register;

import akka.cluster.ddata.ReplicatedData;
import io.conclave.core.Ballot;
import io.conclave.core.RegisterRecord;
import io.conclave.core.register.Cell;
import io.conclave.core.register.Request;

/**
 * One group in the register: the highest ballot claimed, and the newest record. Both only ever grow, by ballot and version
 * and never by time, so replicas merge by taking the higher of each.
 */
public record RegisterCell(Ballot claimed, RegisterRecord record) implements ReplicatedData {
  public RegisterCell {
    claimed = new Cell(claimed, record).claimed();
  }

  static final RegisterCell EMPTY = new RegisterCell(Cell.EMPTY);

  private RegisterCell(Cell state) {
    this(state.claimed(), state.record());
  }

  Cell state() {
    return new Cell(claimed, record);
  }

  /** This replica after one step of a claim or a write. */
  RegisterCell after(Request request) {
    return new RegisterCell(request.change(state()));
  }

  RegisterCell claiming(Ballot ballot) {
    return new RegisterCell(state().claiming(ballot));
  }

  RegisterCell holding(RegisterRecord other) {
    return new RegisterCell(state().holding(other));
  }

  @Override
  public RegisterCell merge(ReplicatedData that) {
    return new RegisterCell(state().merge(((RegisterCell) that).state()));
  }
}
