package io.conclave.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReadLogTest {
  private static final long MS = 1_000_000;

  private final long begin = System.nanoTime() + 1000 * MS;
  private final Ledger ledger = new Ledger(1);
  private final Ledgers ledgers = new Ledgers();
  private final ReadLog log = new ReadLog();

  /** Ids 1 and 4 are acknowledged, after 10 and 40 ms. */
  @BeforeEach
  void write() {
    ledgers.add(7, ledger);
    settle(Outcome.ACKNOWLEDGED, 10);
    settle(Outcome.UNKNOWN, 20);
    settle(Outcome.FAILED, 30);
    settle(Outcome.ACKNOWLEDGED, 40);
  }

  private void settle(Outcome outcome, long ms) {
    ledger.log(0).settle(outcome, begin + ms * MS);
  }

  private LedgerAnswer answer(String node, boolean recovery, long seen, long sentMs) {
    return new LedgerAnswer(
        node,
        recovery,
        ledgers.highWater(),
        List.of(seen),
        begin + sentMs * MS,
        begin + (sentMs + 5) * MS);
  }

  @Test
  void anAnswerIsAsFarBehindAsTheOldestAcknowledgedWriteThatItMisses() {
    assertEquals(0, answer("a", true, 4, 100).lagNanos());
    assertEquals(60, answer("a", true, 1, 100).lagNanos() / MS);
    assertEquals(90, answer("a", true, 0, 100).lagNanos() / MS);
  }

  @Test
  void standbysMayBeBehindAndOthersMayNot() {
    log.answered(answer("a", true, 1, 100));
    log.answered(answer("a", true, 0, 200));
    log.answered(answer("b", false, 4, 300));
    assertEquals(List.of(), log.staleNanos());
    log.answered(answer("b", false, 1, 400));
    assertEquals(List.of(begin + 405 * MS), log.staleNanos());
    assertEquals(190, log.lagMs(begin, begin + 500 * MS), 0.01);
    assertEquals(60, log.lagMs(begin, begin + 200 * MS), 0.01);
    assertEquals(0, log.lagMs(begin + 201 * MS, begin + 500 * MS), 0.01);
  }

  @Test
  void aWindowSaysWhoHasAnsweredHowOftenAndHowLongNobodyDid() {
    log.answered(answer("a", true, 4, 0));
    log.answered(answer("a", true, 4, 100));
    log.failed(begin + 150 * MS);
    log.answered(answer("b", false, 4, 300));
    log.answered(answer("b", false, 4, 900));
    log.failed(begin + 950 * MS);
    ReadLog.Window window = log.window(begin + 50 * MS, begin + 400 * MS);
    assertEquals(new ReadLog.Window(2, 1, 200, Map.of("a", 1L, "b", 1L)), window);
    assertEquals(begin + 905 * MS, log.lastAnsweredNanos());
  }
}
