package io.conclave.fault;

/**
 * The steps between which a daemon can die, each by its name: <b>for tests only</b>, and nothing happens at any of them
 * unless {@link FaultPoints} is switched on. {@code BEFORE_X}: decided and not done. {@code AFTER_X}: handed on, whether it
 * arrives is unknown. A message that is sent to several nodes passes its points once for each.
 */
public enum FaultPoint {
  // The register.
  /** The coordinator is about to ask for a ballot: at its start, after a failover, for the next attempt. */
  BEFORE_CLAIM,
  /** It has asked for a ballot. */
  AFTER_CLAIM,
  /** A majority holds the claimed ballot, which has not been read back. */
  CLAIM_WRITTEN,
  /** A majority holds the old record under the claimed ballot; the ballot has not been read back again. */
  CLAIM_REWRITTEN,
  /** A majority holds a record that was written, and the ballot has not been read back. */
  RECORD_WRITTEN,
  /** There is a fence quorum and a candidate; the next configuration is in no register. */
  BEFORE_BEGIN,
  /** The write of the begun configuration is on its way. */
  AFTER_BEGIN,
  /** The epoch row is shown by k members; the register does not know that the epoch is established. */
  BEFORE_ESTABLISH,
  /** The write of the established configuration is on its way. */
  AFTER_ESTABLISH,
  /** The sync set may change in the register, and has not. */
  BEFORE_SYNC_WRITE,
  /** The write of the sync set is on its way. */
  AFTER_SYNC_WRITE,

  // Orders.
  /** A verdict, or the next attempt: this node is not ordered to fence yet. */
  BEFORE_FENCE,
  /** This node was ordered to fence, others perhaps not. */
  AFTER_FENCE,
  /** A stopped server is needed as evidence, and not ordered to start. */
  BEFORE_RECOVER,
  /** A stopped server was ordered to give its evidence. */
  AFTER_RECOVER,
  /** A majority holds the begun configuration; its candidate does not know. */
  BEFORE_PROMOTE,
  /** The candidate was ordered to promote; nobody was told to follow it. */
  AFTER_PROMOTE,
  /** This standby was not pointed to its primary yet. */
  BEFORE_FOLLOW,
  /** This standby was pointed to its primary. */
  AFTER_FOLLOW,
  /** The epoch is proven, or the primary was restarted; clients are not let in. */
  BEFORE_OPEN_GATE,
  /** The primary was ordered to let clients in. */
  AFTER_OPEN_GATE,
  /** A node that has to be brought back was not ordered to. */
  BEFORE_REJOIN,
  /** A node was ordered to come back, by a rewind or a clone if need be. */
  AFTER_REJOIN,
  /** The primary's sync setting is to change, and the primary does not know. */
  BEFORE_CHANGE_SYNC,
  /** The primary was ordered to change its sync setting. */
  AFTER_CHANGE_SYNC,
  /** A barrier row is wanted, and not ordered. */
  BEFORE_BARRIER,
  /** The primary was ordered to commit a barrier row. */
  AFTER_BARRIER,
  /** A switchover was asked for; this node has no order to checkpoint. */
  BEFORE_PREPARE,
  /** This node was ordered to checkpoint. */
  AFTER_PREPARE,
  /** The edges hold their clients, and the primary of a switchover does not know that it is to end. */
  BEFORE_STEP_DOWN,
  /** The primary was ordered to step down. */
  AFTER_STEP_DOWN,
  /** An empty group is to begin, and its first primary does not know. */
  BEFORE_INITIALIZE,
  /** The first primary was ordered to initialize itself. */
  AFTER_INITIALIZE,
  /** A server that runs already is to begin a group, and does not know. */
  BEFORE_ADOPT,
  /** A server was ordered to let itself be adopted. */
  AFTER_ADOPT,

  // What others are told.
  /** A topology is to be published: of a configuration begun, established, or with another sync set. */
  BEFORE_PUBLISH,
  /** The topology was published. */
  AFTER_PUBLISH,
  /** The operator's switchover has ended; nobody has told the operator. */
  BEFORE_ANSWER,
  /** The operator was told how the switchover ended. */
  AFTER_ANSWER,

  // The agent.
  /** The server runs as a primary, and its epoch row is not written. */
  PROMOTED
}
