package io.conclave.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.postgres.Divergence.Rows;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Lines as pg_waldump 15 and 16 print them. */
class DivergenceTest {
  private static final List<String> LINES = List.of(
      "rmgr: Heap        len (rec/tot):     59/    59, tx:        745, lsn: 0/01530B10, prev 0/01530AD8, desc: INSERT+INIT off 1 flags 0x00, blkref #0: rel 1663/5/16396 blk 0",
      "rmgr: Heap        len (rec/tot):     70/    70, tx:        746, lsn: 0/01530B50, prev 0/01530B10, desc: HOT_UPDATE off 1 xmax 746 flags 0x10 ; new off 2 xmax 0, blkref #0: rel 1663/5/16396 blk 0",
      "rmgr: Transaction len (rec/tot):     34/    34, tx:        745, lsn: 0/01530B90, prev 0/01530B50, desc: COMMIT 2026-11-22 18:00:00.000000 UTC; subxacts: 746",
      "rmgr: Heap2       len (rec/tot):   3059/  3059, tx:        750, lsn: 0/01530BC0, prev 0/01530B90, desc: MULTI_INSERT+INIT ntuples: 61, flags: 0x02, offsets: [1], blkref #0: rel 1663/5/16400 blk 0",
      "rmgr: Heap        len (rec/tot):     54/    54, tx:        751, lsn: 0/01531800, prev 0/01530BC0, desc: DELETE off 1 flags 0x00 KEYS_UPDATED , blkref #0: rel 1663/5/16400 blk 0",
      "rmgr: Transaction len (rec/tot):     34/    34, tx:        751, lsn: 0/01531840, prev 0/01531800, desc: ABORT 2026-11-22 18:00:00.100000 UTC",
      "rmgr: Transaction len (rec/tot):     34/    34, tx:        750, lsn: 0/01531870, prev 0/01531840, desc: COMMIT 2026-11-22 18:00:00.200000 UTC",
      "pg_waldump: error: error in WAL record at 0/1531870: invalid record length at 0/15318A0: wanted 24, got 0");

  private static Divergence parse(List<String> lines, Map<String, String> tables) {
    DivergenceReader reader = new DivergenceReader(tables);
    lines.forEach(reader);
    return reader.result();
  }

  @Test
  void countsTheRowsOfCommittedTransactionsByTable() {
    Divergence divergence = parse(LINES, Map.of("5/16396", "app.public.answers"));
    assertEquals(2, divergence.transactions());
    assertEquals(List.of(745L, 750L), divergence.ids());
    assertEquals(
        Map.of("app.public.answers", new Rows(1, 1, 0), "5/16400", new Rows(61, 0, 0)),
        divergence.rows());
    assertEquals("""
        committed here and never acknowledged: 2 transactions
        transaction ids: [745, 750]
        5/16400: 61 inserted, 0 updated, 0 deleted
        app.public.answers: 1 inserted, 1 updated, 0 deleted
        """, divergence.text());
  }

  @Test
  void whatWasNotCommittedIsNoDivergence() {
    Divergence divergence = parse(LINES.subList(4, 6), Map.of());
    assertEquals(0, divergence.transactions());
    assertFalse(divergence.rows().containsKey("5/16400"));
  }

  @Test
  void whatCannotBeReadIsNotTakenForNothing() {
    assertTrue(parse(LINES, Map.of()).complete());
    List<String> failed =
        List.of("pg_waldump: error: could not find file \"000000020000000000000005\"");
    assertFalse(parse(failed, Map.of()).complete());
    assertFalse(parse(LINES.subList(0, 5), Map.of()).complete());
  }

  @Test
  void namesTheFirstOfVeryManyTransactions() {
    DivergenceReader reader = new DivergenceReader(Map.of());
    for (int i = 0; i < 2 * Divergence.IDS; i++) {
      reader.accept(
          "rmgr: Transaction len (rec/tot):     34/    34, tx:        %d, lsn: 0/01530B90, prev 0/01530B50, desc: COMMIT 2026-11-22 18:00:00.000000 UTC"
              .formatted(1000 + i));
    }
    Divergence divergence = reader.result();
    assertEquals(2 * Divergence.IDS, divergence.transactions());
    assertEquals(Divergence.IDS, divergence.ids().size());
    assertTrue(divergence.text().contains("and more"));
  }
}
