package io.conclave.workload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LedgerTest {
  private static final long MS = 1_000_000;

  @Test
  void aWindowCountsAndMeasures() {
    Ledger ledger = new Ledger(2);
    long t = System.nanoTime() + 1000 * MS;
    ledger.log(0).settle(Outcome.ACKNOWLEDGED, t);
    ledger.log(1).settle(Outcome.ACKNOWLEDGED, t + 10 * MS);
    ledger.log(0).settle(Outcome.UNKNOWN, t + 100 * MS);
    ledger.log(1).settle(Outcome.FAILED, t + 200 * MS);
    ledger.log(0).settle(Outcome.ACKNOWLEDGED, t + 310 * MS);
    Ledger.Window window = ledger.window(t + 5 * MS, t + 320 * MS);
    assertEquals(2, window.acknowledged());
    assertEquals(1, window.failed());
    assertEquals(1, window.unknown());
    assertEquals(300, window.outageMs(), 0.01);
  }

  @Test
  void aWriterThatHangsIsSeenAlthoughAnotherWrites() {
    Ledger ledger = new Ledger(2);
    long t = System.nanoTime() + 1000 * MS;
    ledger.log(0).want(t);
    for (int ms = 0; ms <= 500; ms += 50) {
      ledger.log(1).want(t + ms * MS);
      ledger.log(1).settle(Outcome.ACKNOWLEDGED, t + (ms + 4) * MS);
    }
    ledger.log(0).settle(Outcome.UNKNOWN, t + 200 * MS);
    ledger.log(0).want(t + 300 * MS);
    assertEquals(50, ledger.window(t + 10 * MS, t + 400 * MS).outageMs(), 0.01);
    assertEquals(390, ledger.window(t + 10 * MS, t + 400 * MS).stallMs(), 0.01);
    ledger.log(0).settle(Outcome.ACKNOWLEDGED, t + 350 * MS);
    assertEquals(350, ledger.window(t, t + 500 * MS).stallMs(), 0.01);
    assertEquals(60, ledger.window(t + 290 * MS, t + 500 * MS).stallMs(), 0.01);
    assertEquals(4, ledger.window(t + 360 * MS, t + 500 * MS).stallMs(), 0.01);
    ledger.log(0).want(t + 600 * MS);
    assertEquals(100, ledger.window(t + 400 * MS, t + 700 * MS).stallMs(), 0.01);
  }

  @Test
  void staleIsAReadThatMissesAnAcknowledgedId() {
    assertEquals(Optional.empty(), HighWater.mostMissing(new long[] {3, 5}, List.of(3L, 6L)));
    assertEquals(Optional.of(1), HighWater.mostMissing(new long[] {3, 5}, List.of(2L, 2L)));
  }

  @Test
  void aReadMustShowWhatWasAcknowledgedToTheClientsOfAnyWorkload() {
    Ledger one = new Ledger(2);
    Ledger other = new Ledger(1);
    Ledgers ledgers = new Ledgers();
    ledgers.add(71, one);
    ledgers.add(72, other);
    one.log(1).settle(Outcome.ACKNOWLEDGED, 1);
    other.log(0).settle(Outcome.UNKNOWN, 2);
    other.log(0).settle(Outcome.ACKNOWLEDGED, 3);
    HighWater acknowledged = ledgers.highWater();
    one.log(0).settle(Outcome.ACKNOWLEDGED, 4);
    assertArrayEquals(new Long[] {71L, 71L, 72L}, acknowledged.sessions());
    assertArrayEquals(new Integer[] {0, 1, 0}, acknowledged.numbers());
    Endpoint server = new Endpoint("a", 1);
    assertEquals(Optional.empty(), acknowledged.stale(server, List.of(0L, 1L, 2L), 5, 6));
    assertEquals(
        Optional.of(new StaleRead(server, 72, 0, 2, 1, 5, 6)),
        acknowledged.stale(server, List.of(0L, 1L, 1L), 5, 6));
  }

  @Test
  void aUrlGivesTheServersAndTheDatabase() {
    WorkloadOptions options = WorkloadOptions.of(
        "jdbc:postgresql://a:1,b/app", new Credentials("r", "p"), Duration.ofSeconds(1));
    assertEquals(List.of(new Endpoint("a", 1), new Endpoint("b", 5432)), options.servers());
    assertEquals("app", options.database());
  }

  @Test
  void aUrlOfAnotherFormIsRefused() {
    Credentials who = new Credentials("r", "p");
    for (String url : List.of(
        "jdbc:mysql://a/b", "postgresql://a:1", "postgresql://a:x/b", "postgresql://a/b?c=d")) {
      assertThrows(
          IllegalArgumentException.class,
          () -> WorkloadOptions.of(url, who, Duration.ofSeconds(1)),
          url);
    }
  }
}
