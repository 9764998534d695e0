package io.conclave.workload;

import static io.conclave.workload.Outcome.ACKNOWLEDGED;
import static io.conclave.workload.Outcome.FAILED;
import static io.conclave.workload.Outcome.UNKNOWN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class CheckerTest {
  private static WriterLog.Snapshot log(Outcome... outcomes) {
    WriterLog log = new WriterLog(0);
    for (int i = 0; i < outcomes.length; i++) {
      log.settle(outcomes[i], (i + 1) * 1_000_000L);
    }
    return log.snapshot();
  }

  private static LedgerCheck check(List<WriterLog.Snapshot> logs, long[]... rows) {
    Checker checker = new Checker(logs);
    for (long[] row : rows) {
      checker.row((int) row[0], row[1]);
    }
    return checker.result();
  }

  private static long[] row(long writer, long id) {
    return new long[] {writer, id};
  }

  @Test
  void aTableWithWhatWasAcknowledgedIsClean() {
    LedgerCheck check =
        check(List.of(log(ACKNOWLEDGED, FAILED, UNKNOWN, ACKNOWLEDGED)), row(0, 1), row(0, 4));
    assertTrue(check.clean());
    assertEquals(2, check.acknowledged());
    assertEquals(1, check.failed());
    assertEquals(1, check.unknown());
  }

  @Test
  void anUnknownWriteMayBeThereAlsoLate() {
    assertTrue(check(List.of(log(UNKNOWN, ACKNOWLEDGED)), row(0, 2), row(0, 1)).clean());
  }

  @Test
  void anAcknowledgedWriteThatIsMissingIsLost() {
    LedgerCheck check = check(List.of(log(ACKNOWLEDGED), log(ACKNOWLEDGED)), row(0, 1));
    assertEquals(1, check.lost());
    assertEquals(List.of("lost: writer 1, id 1"), check.examples());
    assertFalse(check.clean());
  }

  @Test
  void aRowThatIsThereTwiceIsADuplicate() {
    assertEquals(1, check(List.of(log(ACKNOWLEDGED)), row(0, 1), row(0, 1)).duplicates());
    assertEquals(1, check(List.of(log(UNKNOWN)), row(0, 1), row(0, 1)).duplicates());
  }

  @Test
  void anAcknowledgedWriteAfterALaterOneIsOutOfOrder() {
    assertEquals(
        1, check(List.of(log(ACKNOWLEDGED, ACKNOWLEDGED)), row(0, 2), row(0, 1)).orderViolations());
  }

  @Test
  void aFailedWriteThatIsThereIsAPhantom() {
    assertEquals(1, check(List.of(log(FAILED)), row(0, 1)).phantoms());
    assertEquals(1, check(List.of(log(FAILED)), row(7, 1)).phantoms());
  }

  @Test
  void whatWasWrittenAfterTheSnapshotIsIgnored() {
    assertTrue(check(List.of(log(ACKNOWLEDGED)), row(0, 1), row(0, 2)).clean());
  }
}
