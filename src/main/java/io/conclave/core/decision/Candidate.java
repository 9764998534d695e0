package io.conclave.core.decision;

import io.conclave.core.Lsn;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport.ServerState;
import io.conclave.core.Prefix;
import io.conclave.core.Region;
import java.util.Optional;

/**
 * A node when the next primary was chosen.
 *
 * @param why in words
 * @param server what its last report said; empty when its agent was silent
 * @param epoch of the newest epoch row on it; 0 when it shows none
 * @param position end of its WAL: that of its fence, if it was fenced
 * @param behindBytes how far that is behind the chosen one; 0 when nobody was chosen
 * @param prefix how its WAL relates to the history of the chosen one: only a prefix may follow it
 */
public record Candidate(
    NodeId node,
    Region region,
    int priority,
    Standing standing,
    String why,
    Optional<ServerState> server,
    boolean fenced,
    boolean rebuilding,
    long epoch,
    Lsn position,
    long behindBytes,
    Optional<Prefix.Relation> prefix) {

  /** What became of it. */
  public enum Standing {
    CHOSEN,
    /** The primary that is left. */
    LEFT,
    /** It may take over, and another one comes first. */
    PASSED_OVER,
    /** It must not or cannot take over. */
    UNFIT
  }
}
