package io.conclave.core;

/** How a switchover that an operator asked for ended. */
public sealed interface SwitchoverReply {
  /** Clients are served by the new primary. */
  record Done(NodeId from, NodeId to, long epoch) implements SwitchoverReply {}

  /** Nothing was changed, or what was begun was called off; the reason is for people. */
  record Refused(String reason) implements SwitchoverReply {}
}
