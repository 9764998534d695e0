package io.conclave.postgres;

import io.conclave.core.Lsn;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is in WAL that only this node had: transactions that were committed here and never acknowledged, with their tables and
 * rows, read by pg_waldump.
 *
 * @param transactions their ids, in the order of their commits
 * @param rows changes of those transactions by table
 * @param complete whether the WAL was read to its end: only then do no transactions mean that there are none
 */
public record Divergence(List<Long> transactions, Map<String, Rows> rows, boolean complete) {
  private static final int RECORDS = 500_000;

  /** How pg_waldump ends where the WAL does; anything else is a failure to read it. */
  private static final String END_OF_WAL = "error in WAL record at";

  private static final Pattern RECORD =
      Pattern.compile("rmgr: (\\w+) .*?tx: +(\\d+), lsn: [^,]+, .*?desc: ([A-Z_]+)(.*)");
  private static final Pattern TABLE = Pattern.compile("blkref #0: rel \\d+/(\\d+)/(\\d+)");
  private static final Pattern SUBTRANSACTIONS = Pattern.compile("subxacts:((?: \\d+)+)");
  private static final Pattern TUPLES = Pattern.compile("(?:ntuples: (\\d+)|(\\d+) tuples)");

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
    Command.Result result = Command.run(
        user.command(List.of(
            binaries.tool("pg_waldump"),
            "--path=" + kept,
            "--timeline=" + timeline,
            "--start=" + from,
            "--limit=" + RECORDS,
            "--rmgr=Transaction",
            "--rmgr=Heap",
            "--rmgr=Heap2")),
        deadline);
    if (result.timedOut()) {
      result.orThrow("pg_waldump of " + kept);
    }
    return parse(result.output().lines().toList(), tables);
  }

  /** Reads the lines of pg_waldump. */
  static Divergence parse(List<String> lines, Map<String, String> tables) {
    Map<Long, Map<String, Rows>> byTransaction = new HashMap<>();
    List<Long> committed = new ArrayList<>();
    Set<Long> withParts = new HashSet<>();
    int records = 0;
    for (String line : lines) {
      Matcher record = RECORD.matcher(line);
      if (record.find()) {
        records++;
        long transaction = Long.parseLong(record.group(2));
        if (record.group(1).equals("Transaction")) {
          if (record.group(3).equals("COMMIT")) {
            committed.add(transaction);
            withParts.add(transaction);
            withParts.addAll(subtransactions(record.group(4)));
          }
        } else {
          count(record, tables, byTransaction.computeIfAbsent(transaction, t -> new HashMap<>()));
        }
      }
    }
    boolean complete =
        records < RECORDS && lines.stream().anyMatch(line -> line.contains(END_OF_WAL));
    return new Divergence(committed, rowsOf(withParts, byTransaction), complete);
  }

  private static List<Long> subtransactions(String rest) {
    Matcher parts = SUBTRANSACTIONS.matcher(rest);
    return parts.find()
        ? Arrays.stream(parts.group(1).strip().split(" ")).map(Long::valueOf).toList()
        : List.of();
  }

  private static void count(Matcher record, Map<String, String> tables, Map<String, Rows> rows) {
    Matcher table = TABLE.matcher(record.group(4));
    Rows change = change(record.group(3), record.group(4));
    if (table.find() && !change.equals(Rows.NONE)) {
      String key = table.group(1) + "/" + table.group(2);
      rows.merge(tables.getOrDefault(key, key), change, Rows::plus);
    }
  }

  private static Rows change(String what, String rest) {
    return switch (what) {
      case "INSERT" -> new Rows(1, 0, 0);
      case "UPDATE", "HOT_UPDATE" -> new Rows(0, 1, 0);
      case "DELETE" -> new Rows(0, 0, 1);
      case "MULTI_INSERT" -> new Rows(tuples(rest), 0, 0);
      default -> Rows.NONE;
    };
  }

  private static long tuples(String rest) {
    Matcher tuples = TUPLES.matcher(rest);
    if (!tuples.find()) {
      return 1;
    }
    return Long.parseLong(tuples.group(1) != null ? tuples.group(1) : tuples.group(2));
  }

  private static Map<String, Rows> rowsOf(
      Set<Long> committed, Map<Long, Map<String, Rows>> byTransaction) {
    Map<String, Rows> all = new TreeMap<>();
    byTransaction.forEach((transaction, rows) -> {
      if (committed.contains(transaction)) {
        rows.forEach((table, change) -> all.merge(table, change, Rows::plus));
      }
    });
    return all;
  }

  /** For people; lines end with a newline. */
  public String text() {
    StringBuilder text = new StringBuilder();
    text.append("committed here and never acknowledged: %d transactions%s%n"
        .formatted(transactions.size(), complete ? "" : " (the WAL was not read to its end)"));
    if (!transactions.isEmpty()) {
      text.append("transaction ids: ").append(transactions).append('\n');
    }
    rows.forEach((table, change) -> text.append("%s: %d inserted, %d updated, %d deleted%n"
        .formatted(table, change.inserted(), change.updated(), change.deleted())));
    return text.toString();
  }
}
