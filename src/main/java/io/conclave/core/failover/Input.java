package io.conclave.core.failover;

import io.conclave.core.Ballot;
import io.conclave.core.EdgeReport;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport;
import io.conclave.core.RegisterRecord;
import io.conclave.core.Vote;
import java.util.Optional;
import java.util.UUID;

/** What can happen to a coordinator's view of one group; the ends of its own effects included. */
public sealed interface Input {

  /** The ballot is held by a majority, and the record read by a majority is now written under it. */
  record Claimed(Ballot ballot, RegisterRecord register) implements Input {}

  /** Somebody claimed a higher ballot. */
  record Outbid(Ballot by) implements Input {}

  /** This version is held by a majority, and the ballot was read back unchanged afterwards. */
  record Written(long version) implements Input {}

  /** No majority answered in time; whether anything was written is unknown. */
  record Unavailable(String reason) implements Input {}

  record Reported(NodeReport report) implements Input {}

  record Voted(Vote vote) implements Input {}

  /** What an edge says of its clients. */
  record EdgeReported(EdgeReport report) implements Input {}

  /**
   * An operator asks for a planned switchover.
   *
   * @param target the coordinator's choice when empty
   * @param budgetMs how long the clients of the edges may wait, in ms; the configuration's when empty
   */
  record Switchover(UUID request, Optional<NodeId> target, Optional<Long> budgetMs)
      implements Input {
    /** With the budget of the configuration. */
    public Switchover(UUID request, Optional<NodeId> target) {
      this(request, target, Optional.empty());
    }
  }

  /** Time has passed. */
  record Tick() implements Input {}
}
