package io.conclave.core.failover;

import io.conclave.core.Ballot;
import io.conclave.core.Order;
import io.conclave.core.RegisterRecord;
import io.conclave.core.SwitchoverReply;
import io.conclave.core.Topology;
import java.util.UUID;

/** What the shell has to do. Each of these can be repeated. */
public sealed interface Effect {

  /** Claim a ballot above this one; ends in {@code Claimed}, {@code Outbid} or {@code Unavailable}. */
  record Claim(Ballot above) implements Effect {}

  /** Write the record by majority and read the ballot back; ends in {@code Written}, {@code Outbid} or {@code Unavailable}. */
  record Write(RegisterRecord register) implements Effect {}

  record Send(Order order) implements Effect {}

  record Publish(Topology topology) implements Effect {}

  /** A step of a failover worth remembering, with its reason. */
  record Remember(Milestone milestone, String detail) implements Effect {}

  /** The end of a switchover request. */
  record Answer(UUID request, SwitchoverReply reply) implements Effect {}

  /** Stop coordinating. */
  record Resign(String reason) implements Effect {}

  /** The steps of an attempt. */
  enum Milestone {
    VERDICT,
    SWITCHOVER,
    HELD,
    FENCED,
    BEGUN,
    PROMOTED,
    ESTABLISHED,
    CALLED_OFF,
    SYNC_SET_CHANGED,
    FORMED
  }
}
