package io.conclave.history;

import io.conclave.core.Ballot;
import io.conclave.core.Configuration;
import io.conclave.core.GroupId;
import io.conclave.core.HostId;
import io.conclave.core.NodeId;
import io.conclave.core.SyncSet;
import io.conclave.core.decision.Cause;
import io.conclave.core.decision.Decision;
import io.conclave.core.decision.DecisionRecord;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Records to keep. */
final class Records {
  static final GroupId MAIN = new GroupId("main");

  private Records() {}

  /** The end of the change of primary that led to this epoch; later epochs are later. */
  static DecisionRecord of(int epoch) {
    Configuration now = new Configuration(
        epoch,
        new NodeId("a"),
        SyncSet.majorityOf(List.of(new NodeId("b"), new NodeId("c"))),
        new UUID(1, epoch));
    return new DecisionRecord(
        "%08x".formatted(epoch),
        MAIN,
        new Ballot(epoch, new UUID(2, epoch)),
        1,
        new HostId("h"),
        1_000_000L + epoch,
        new Decision.Established(
            now, Cause.VERDICT, Optional.of(new NodeId("b")), List.of(new NodeId("c"))));
  }
}
