package io.conclave.core.agent;

import io.conclave.core.Ballot;
import io.conclave.core.EpochRow;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What an agent must not forget about a node, whatever happens to its process or its host.
 *
 * @param ballot highest ballot promised
 * @param number highest order number promised under it
 * @param rebuilding incarnation of a destructive rebuild that was begun and has not finished
 * @param history newest epoch rows that the node has shown, oldest first: evidence while the server is stopped
 * @param system identifier of the data directory that showed them; 0 when none has, or it was not kept yet
 */
public record Promise(
    Ballot ballot, long number, Optional<UUID> rebuilding, List<EpochRow> history, long system) {
  public static final Promise NOTHING = new Promise(Ballot.NONE, 0, Optional.empty(), List.of(), 0);

  public Promise {
    history = List.copyOf(history);
  }

  public Promise promising(Ballot other, long otherNumber) {
    return new Promise(other, otherNumber, rebuilding, history, system);
  }

  public Promise rebuilding(Optional<UUID> incarnation) {
    return new Promise(ballot, number, incarnation, history, system);
  }

  public Promise knowing(List<EpochRow> rows, long ofSystem) {
    return new Promise(ballot, number, rebuilding, rows, ofSystem);
  }

  /** Whether a data directory is another than the one that has shown the history: what is known does not speak of it. */
  public boolean isForeign(long other) {
    return system != 0 && other != 0 && system != other;
  }
}
