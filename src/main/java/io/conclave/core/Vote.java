package io.conclave.core;

import java.util.List;

/**
 * What one sentinel says of one primary, with the evidence it rests on.
 *
 * @param epoch the configuration that the vote is about; a vote about an older one does not count
 * @param sequence rises with every vote of this sentinel
 */
public record Vote(
    GroupId group,
    long epoch,
    NodeId primary,
    HostId sentinel,
    Region region,
    long sequence,
    Opinion opinion,
    List<Evidence> evidence) {

  public Vote {
    evidence = List.copyOf(evidence);
  }

  /** The four answers of a sentinel. */
  public enum Opinion {
    HEALTHY,
    /** Something is wrong, and it is no reason to fail over yet. */
    SUSPECT,
    DEAD,
    /** The sentinel cannot tell: it was stalled itself, or has only just begun. */
    ABSTAIN
  }
}
