package io.conclave.wire;

import akka.actor.typed.ActorRef;
import io.conclave.core.GroupId;
import io.conclave.core.decision.Outlook;

/** An operator asks what the coordinator of a group would do; it changes nothing. */
public record OutlookRequest(GroupId group, ActorRef<Outlook> replyTo) {}
