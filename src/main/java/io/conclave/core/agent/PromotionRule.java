package io.conclave.core.agent;

import io.conclave.core.Configuration;
import io.conclave.core.EpochRow;
import io.conclave.core.Gate;
import java.util.List;

/** Whether a node may become the primary of a configuration, and whom it lets in (design, section 3.1, Gate). */
public final class PromotionRule {
  private PromotionRule() {}

  /**
   * Whether the node is what it was chosen as: its newest epoch row is the base of the choice; or it is promoted already.
   *
   * @param history epoch rows that a query shows, oldest first
   */
  public static boolean mayPromote(
      List<EpochRow> history, EpochRow base, Configuration configuration) {
    boolean isBase =
        !history.isEmpty() && history.get(history.size() - 1).promotion().equals(base.promotion());
    return isBase || shows(history, configuration);
  }

  /** The gate of a candidate until its epoch is established: what a client read or wrote before might be taken back. */
  public static Gate gateOfCandidate() {
    return Gate.CLOSED;
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
