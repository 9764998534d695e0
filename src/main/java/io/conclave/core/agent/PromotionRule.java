package io.conclave.core.agent;

import io.conclave.core.Configuration;
import io.conclave.core.EpochRow;
import io.conclave.core.Gate;
import io.conclave.core.Task;
import java.util.List;

/** Whether a node may become the primary of a configuration, and whom it lets in (design, section 3.1, Gate). */
public final class PromotionRule {
  private PromotionRule() {}

  /**
   * Whether the node is what it was chosen as: its newest epoch row is the base of the choice; or it runs promoted already. One
   * that was promoted and is a standby again is refused: on a second timeline under one epoch row, what it acknowledges there
   * would count for nothing in the evidence of a fence ({@link FenceEvidence}). The next attempt has a row of its own.
   *
   * @param inRecovery whether the server runs as a standby
   * @param history epoch rows that a query shows, oldest first
   */
  public static boolean mayPromote(
      boolean inRecovery, List<EpochRow> history, EpochRow base, Configuration configuration) {
    if (shows(history, configuration)) {
      return !inRecovery;
    }
    return !history.isEmpty()
        && history.get(history.size() - 1).promotion().equals(base.promotion());
  }

  /**
   * Whether the promotion begins the timeline of its epoch, and no other. A standby that knows one of that number or above has
   * got it from somebody who is none of this group's promotions (by hand, or by an older Conclave): the next attempt has a
   * higher number.
   *
   * @param inRecovery whether the server runs as a standby; one that is promoted already has to be on that timeline
   * @param newest highest timeline of which the node has WAL or a history file
   * @param timeline of the epoch ({@link io.conclave.core.Task.Promote#timeline})
   */
  public static boolean mayTake(boolean inRecovery, int newest, int timeline) {
    return inRecovery ? newest < timeline : newest == timeline;
  }

  /** The gate of a candidate until its epoch is established: what a client read or wrote before might be taken back. */
  public static Gate gateOfCandidate() {
    return Gate.CLOSED;
  }

  /**
   * Whether the gate of a node that is ordered to promote once more is left as it is: it serves this very configuration, so that one was
   * established, whoever has not heard of it. To close the gate would end sessions whose commits wait, and show what nobody else has.
   */
  public static boolean staysOpen(
      Gate gate, boolean inRecovery, List<EpochRow> history, Configuration configuration) {
    return gate == Gate.OPEN && mayOpen(inRecovery, history, configuration);
  }

  /**
   * Whether an agent does a task that an incarnation of before has promised, and may have done. A gate that was opened may have been closed
   * since, for a reason that is forgotten, and commits that waited show what nobody else has: the coordinator orders it
   * anew when members have that.
   */
  public static boolean mayRepeat(Task task) {
    return !(task instanceof Task.OpenGate);
  }

  /** Whether clients may be let in: the server is the primary of this configuration. */
  public static boolean mayOpen(
      boolean inRecovery, List<EpochRow> history, Configuration configuration) {
    return !inRecovery && shows(history, configuration);
  }

  private static boolean shows(List<EpochRow> history, Configuration configuration) {
    return history.stream().anyMatch(row -> row.promotion().equals(configuration.promotion()));
  }
}
