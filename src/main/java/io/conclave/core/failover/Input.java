package io.conclave.core.failover;

import io.conclave.core.Ballot;
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

  /** An operator asks for a planned switchover; the target is the coordinator's choice when empty. */
  record Switchover(UUID request, Optional<NodeId> target) implements Input {}

  /** Time has passed. */
  record Tick() implements Input {}
}
