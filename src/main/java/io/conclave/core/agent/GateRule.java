package io.conclave.core.agent;

import io.conclave.core.Gate;
import io.conclave.core.Incumbent;
import io.conclave.core.NodeId;
import io.conclave.core.SyncSetting;
import java.util.Optional;

/** When the gate of a primary closes by itself, and when it may open again (design, section 3.6). */
public final class GateRule {
  /** A freeze shorter than this part of the suspicion time cannot have led to a failover. */
  private static final double THAW_PART = 0.75;

  private GateRule() {}

  /** How long a gap on the monotonic clock counts as a freeze, in ms. */
  public static long thawMs(long suspicionMs) {
    return (long) (suspicionMs * THAW_PART);
  }

  /** A primary that sees neither a majority of sentinels nor enough of its sync set cannot get a commit acknowledged. */
  public static boolean isIsolated(SyncSetting sync, long membersHeard, boolean sentinelsHeard) {
    return sync.count() > 0 && membersHeard < sync.count() && !sentinelsHeard;
  }

  /**
   * Whether another node is primary of a newer epoch than this one has shown: then only an order opens the gate of this one.
   *
   * @param epoch newest one that this node has shown
   */
  public static boolean isSuperseded(NodeId self, long epoch, Incumbent incumbent) {
    return incumbent.epoch() > epoch && !incumbent.primary().equals(self);
  }

  /**
   * Whether the epoch is proven current: by a commit that the sync standbys acknowledge, which fenced ones never do; a server
   * that waits for nobody has only the sentinels. One that was superseded proves nothing more.
   */
  public static boolean isProven(
      SyncSetting sync,
      boolean commitAcknowledged,
      boolean sentinelsHeardSince,
      boolean superseded) {
    return !superseded && (sync.count() == 0 ? sentinelsHeardSince : commitAcknowledged);
  }

  /**
   * What is left of a hold: a standby has no epoch to prove, and could not prove one. Its gate is opened by the order to follow,
   * which a hold would refuse for ever. An order that makes a standby of a primary may have been obeyed just before the hold
   * began.
   *
   * @param reason why the gate is held, if it is
   */
  public static Optional<String> stillHeld(Optional<String> reason, boolean standby) {
    return standby ? Optional.empty() : reason;
  }

  /** The gate on disk of a server that has ended: whoever starts a former primary by hand must not let clients in. */
  public static Gate afterExit(boolean standby, Gate before) {
    return standby ? before : Gate.CLOSED;
  }
}
