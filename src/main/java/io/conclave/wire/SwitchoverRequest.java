package io.conclave.wire;

import akka.actor.typed.ActorRef;
import io.conclave.core.GroupId;
import io.conclave.core.NodeId;
import io.conclave.core.SwitchoverReply;
import java.util.Optional;

/** An operator asks for a planned switchover; the coordinator chooses the target when none is named. */
public record SwitchoverRequest(
    GroupId group, Optional<NodeId> target, ActorRef<SwitchoverReply> replyTo) {}
