package io.conclave.postgres;

import io.conclave.core.Lsn;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is in WAL that only this node had: transactions that were committed here and never acknowledged, with their tables and
 * rows, read by pg_waldump.
 *
 * @param transactions how many they are
 * @param ids of the first {@value #IDS} of them, in the order of their commits
 * @param rows changes of those transactions by table
 * @param complete whether the WAL was read to its end: only then do no transactions mean that there are none
 */
public record Divergence(
    long transactions, List<Long> ids, Map<String, Rows> rows, boolean complete) {
  static final int IDS = 1000;
  static final int RECORDS = 500_000;

  public Divergence {
    ids = List.copyOf(ids);
    rows = new TreeMap<>(rows);
  }

  /** Changes of one table. */
  public record Rows(long inserted, long updated, long deleted) {
    static final Rows NONE = new Rows(0, 0, 0);

    Rows plus(Rows more) {
      return new Rows(inserted + more.inserted, updated + more.updated, deleted + more.deleted);
    }
  }

  /**
   * Reads WAL that was kept aside.
   *
   * @param kept holds the segments
   * @param from the first position that the source does not have
   * @param tables names of tables by "database oid/filenode"; a table without a name is called by that
   * @throws PostgresException when pg_waldump is not there or does not end in time
   */
  static Divergence read(
      Path kept,
      int timeline,
      Lsn from,
      Map<String, String> tables,
      Binaries binaries,
      OsUser user,
      Deadline deadline) {
    if (!binaries.has("pg_waldump")) {
      throw Binaries.notFound("there is no pg_waldump in " + binaries.directory());
    }
    DivergenceReader reader = new DivergenceReader(tables);
    int exit = Command.forEachLine(
        user.command(List.of(
            binaries.tool("pg_waldump"),
            "--path=" + kept,
            "--timeline=" + timeline,
            "--start=" + from,
            "--limit=" + RECORDS,
            "--rmgr=Transaction",
            "--rmgr=Heap",
            "--rmgr=Heap2")),
        deadline,
        reader);
    if (exit == Command.TIMED_OUT) {
      throw new PostgresException(
          PostgresException.Kind.TIMEOUT, "pg_waldump of " + kept + " did not end in time");
    }
    return reader.result();
  }

  /** For people; lines end with a newline. */
  public String text() {
    StringBuilder text = new StringBuilder();
    text.append("committed here and never acknowledged: %d transactions%s%n"
        .formatted(transactions, complete ? "" : " (the WAL was not read to its end)"));
    if (!ids.isEmpty()) {
      text.append("transaction ids: ")
          .append(ids)
          .append(transactions > ids.size() ? " and more" : "")
          .append('\n');
    }
    rows.forEach((table, change) -> text.append("%s: %d inserted, %d updated, %d deleted%n"
        .formatted(table, change.inserted(), change.updated(), change.deleted())));
    return text.toString();
  }
}
