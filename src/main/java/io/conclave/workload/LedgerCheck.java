package io.conclave.workload;

import java.util.List;

/**
 * The ledger in memory compared with the table.
 *
 * @param rows rows read back
 * @param lost acknowledged and missing
 * @param duplicates rows whose (writer, id) was there already
 * @param orderViolations acknowledged rows inserted after a row with a higher id of the same writer
 * @param phantoms rows that failed for sure, or that no writer has written
 * @param examples up to ten of what is wrong, for people
 */
public record LedgerCheck(
    long acknowledged,
    long failed,
    long unknown,
    long rows,
    long lost,
    long duplicates,
    long orderViolations,
    long phantoms,
    List<String> examples) {

  public LedgerCheck {
    examples = List.copyOf(examples);
  }

  /** Whether the table holds exactly what it must. */
  public boolean clean() {
    return lost == 0 && duplicates == 0 && orderViolations == 0 && phantoms == 0;
  }
}
