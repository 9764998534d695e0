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
 */
public record Promise(
    Ballot ballot, long number, Optional<UUID> rebuilding, List<EpochRow> history) {
  public static final Promise NOTHING = new Promise(Ballot.NONE, 0, Optional.empty(), List.of());

  public Promise {
    history = List.copyOf(history);
  }

  public Promise promising(Ballot other, long otherNumber) {
    return new Promise(other, otherNumber, rebuilding, history);
  }

  public Promise rebuilding(Optional<UUID> incarnation) {
    return new Promise(ballot, number, incarnation, history);
  }

  public Promise knowing(List<EpochRow> rows) {
    return new Promise(ballot, number, rebuilding, rows);
  }
}
