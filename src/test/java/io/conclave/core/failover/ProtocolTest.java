package io.conclave.core.failover;

import static io.conclave.core.failover.Row.Trigger.CLAIMED;
import static io.conclave.core.failover.Row.Trigger.OBSERVED;
import static io.conclave.core.failover.Row.Trigger.OUTPROMISED;
import static io.conclave.core.failover.Row.Trigger.UNAVAILABLE;
import static io.conclave.core.failover.Row.Trigger.WRITTEN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.conclave.core.Ballot;
import io.conclave.core.failover.Row.Trigger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The table as such: nothing is forgotten in it, and a changed row is a difference that one can review. */
class ProtocolTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/protocol.txt");

  /** What is ignored on purpose, with the reason. */
  private static final Map<Phase, Set<Trigger>> IGNORED = Map.ofEntries(
      // Whatever is seen is remembered and looked at once the ballot is held; a write of an earlier
      // ballot is void.
      Map.entry(Phase.CLAIMING, Set.of(OBSERVED, OUTPROMISED, WRITTEN)),
      // Nothing is being claimed or written.
      Map.entry(Phase.FORMING, Set.of(CLAIMED, WRITTEN, UNAVAILABLE)),
      Map.entry(Phase.PREPARING, Set.of(CLAIMED, WRITTEN, UNAVAILABLE)),
      Map.entry(Phase.HOLDING, Set.of(CLAIMED, WRITTEN, UNAVAILABLE)),
      Map.entry(Phase.DRAINING, Set.of(CLAIMED, WRITTEN, UNAVAILABLE)),
      Map.entry(Phase.PROMOTING, Set.of(CLAIMED, WRITTEN, UNAVAILABLE)),
      // The end of a sync set write that the verdict cut short: whether it arrived does not matter
      // to the fence.
      Map.entry(Phase.FENCING, Set.of(CLAIMED, WRITTEN, UNAVAILABLE)),
      Map.entry(Phase.STEADY, Set.of(CLAIMED)),
      // The write decides; the candidate is looked at afterwards.
      Map.entry(Phase.BEGINNING, Set.of(CLAIMED, OBSERVED)),
      Map.entry(Phase.ESTABLISHING, Set.of(CLAIMED)),
      Map.entry(
          Phase.RESIGNED,
          Set.of(CLAIMED, Trigger.OUTBID, WRITTEN, UNAVAILABLE, OUTPROMISED, OBSERVED)));

  @Test
  void everyPhaseAndTriggerIsARowOrIgnoredOnPurpose() {
    for (Phase phase : Phase.values()) {
      Set<Trigger> open = new TreeSet<>(Arrays.asList(Trigger.values()));
      Failover.ROWS.stream()
          .filter(row -> row.phase() == phase)
          .forEach(row -> open.remove(row.trigger()));
      assertEquals(new TreeSet<>(IGNORED.get(phase)), open, phase.name());
    }
  }

  @Test
  void theTableIsTheOneInTheGoldenFile() throws IOException {
    if (Boolean.getBoolean("golden.rewrite")) {
      Files.createDirectories(GOLDEN.getParent());
      Files.writeString(GOLDEN, Failover.describe());
    }
    assertEquals(
        Files.readString(GOLDEN),
        Failover.describe(),
        "the protocol has changed; -Dgolden.rewrite=true rewrites " + GOLDEN);
  }

  @Test
  void oneBallotIsOneAttempt() {
    Authority spent = new Authority(Ballot.NONE, Authority.Use.SPENT, 3);
    assertThrows(IllegalStateException.class, () -> spent.using(Authority.Use.FENCING));
  }
}
