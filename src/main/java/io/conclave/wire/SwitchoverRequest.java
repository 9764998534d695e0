package io.conclave.wire;

import akka.actor.typed.ActorRef;
import io.conclave.core.GroupId;
import io.conclave.core.NodeId;
import io.conclave.core.SwitchoverReply;
import java.util.Optional;

/**
 * An operator asks for a planned switchover.
 *
 * @param target the coordinator chooses when none is named
 * @param budgetMs how long the clients of the edges may wait, in ms; the configuration's when empty
 */
public record SwitchoverRequest(
    GroupId group,
    Optional<NodeId> target,
    Optional<Long> budgetMs,
    ActorRef<SwitchoverReply> replyTo) {
  public SwitchoverRequest {
    // Left out by a host of an older version.
    budgetMs = budgetMs == null ? Optional.empty() : budgetMs;
  }
}
