package io.conclave.core;

/** What a group promises about acknowledged commits (design, section 3.1, Durability policy). */
public record Durability(Policy policy, WhenAlone whenAlone) {

  /** Which standbys may be members of the sync set. */
  public enum Policy {
    /** All of them; a commit waits for a majority of the group. */
    QUORUM,
    /** Only those outside the primary's region: survives the loss of a region. */
    CROSS_REGION,
    /** Only those in the primary's region: no wait for a distant one. */
    LOCAL,
    /** None: k = 0. No automatic failover, because it could lose acknowledged commits. */
    ASYNC
  }

  /** What becomes of commits when no standby is left. */
  public enum WhenAlone {
    /** They wait. */
    STRICT,
    /** They go on unprotected (k = 0): recorded and alarmed, no automatic failover until a standby has caught up. */
    AVAILABLE
  }
}
