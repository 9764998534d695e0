package io.conclave.core.decision;

import io.conclave.core.Ballot;
import io.conclave.core.GroupId;
import io.conclave.core.HostId;
import java.util.Comparator;

/**
 * A decision as it is kept: who made it, when, and under which ballot.
 *
 * @param id what operators call it: eight hexadecimal digits, drawn at random
 * @param ballot held by the coordinator when it decided
 * @param number rises with every decision of this coordinator, so that decisions within one ms have an order
 * @param atEpochMs wall clock of the coordinator's host, ms since 1970
 */
public record DecisionRecord(
    String id,
    GroupId group,
    Ballot ballot,
    long number,
    HostId coordinator,
    long atEpochMs,
    Decision decision) {

  /** Oldest first, by the wall clock. */
  public static final Comparator<DecisionRecord> BY_TIME = Comparator.comparingLong(
          DecisionRecord::atEpochMs)
      .thenComparing(DecisionRecord::ballot)
      .thenComparingLong(DecisionRecord::number)
      .thenComparing(DecisionRecord::id);

  /** What came first in the group: by ballot, which no clock can disturb. */
  static final Comparator<DecisionRecord> BY_BALLOT = Comparator.comparing(DecisionRecord::ballot)
      .thenComparingLong(DecisionRecord::number)
      .thenComparingLong(DecisionRecord::atEpochMs);
}
