package io.conclave.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.core.Durability;
import io.conclave.core.Durability.Policy;
import io.conclave.core.Durability.WhenAlone;
import io.conclave.core.NodeReport.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a simulated disk keeps: that the model forgets what was not flushed is what makes its power losses worth something. */
class DiskTest {
  private final Script script = new Script(3, 3, new Durability(Policy.QUORUM, WhenAlone.STRICT));
  private final Server primary = script.world.servers[0];
  private final Server standby = script.world.servers[1];

  @Test
  void aPrimaryLosesWithThePowerWhatItHadNotFlushed() {
    int before = primary.length;
    List<Commits.End> ends = new ArrayList<>();
    primary.commits.commit(primary.write(Wal.Kind.COMMIT), true, ends::add);
    assertEquals(before + 1, primary.length);
    script.powerOff(0);
    assertEquals(before, primary.length);
    assertEquals(before, primary.applied);
    assertEquals(List.of(Commits.End.UNKNOWN), ends);
  }

  @Test
  void aStandbyAcknowledgesNothingThatItCouldLose() {
    script.until("WAL on its way to the disk", () -> standby.length > standby.flushed);
    int kept = standby.flushed;
    assertTrue(primary.replication.senders[1].flush <= 2 * kept);
    assertEquals(Wal.position(kept), standby.received());
    script.powerOff(1);
    assertEquals(kept, standby.length);
    script.powerOn(1);
    script.untilWhole();
  }

  @Test
  void whatAKilledStandbyHadWrittenIsThereWhenItStartsAgain() {
    script.until("WAL on its way to the disk", () -> standby.length > standby.flushed);
    int written = standby.length;
    standby.crash();
    assertEquals(written, standby.length);
    script.untilWhole();
  }

  @Test
  void aReceiverThatEndsFlushesFirst() {
    script.until("WAL on its way to the disk", () -> standby.length > standby.flushed);
    standby.replication.stopReceiving();
    assertEquals(standby.length, standby.flushed);
  }

  @Test
  void aFullDiskIsReported() {
    standby.diskFull = true;
    script.until(
        "reported",
        () -> standby
            .host
            .agent
            .lastWord()
            .flatMap(word -> word.report().problem())
            .filter(problem -> problem.kind() == Problem.Kind.DISK_FULL)
            .isPresent());
    standby.diskFull = false;
    script.untilWhole();
    assertEquals(Optional.empty(), script.world.invariants.violation());
  }
}
