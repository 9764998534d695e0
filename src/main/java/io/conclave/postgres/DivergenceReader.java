package io.conclave.postgres;

import io.conclave.postgres.Divergence.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes the lines of pg_waldump, one after the other, and keeps only what the report needs: WAL of hundreds of megabytes passes
 * through a daemon with a small heap.
 */
final class DivergenceReader implements Consumer<String> {
  /** How pg_waldump ends where the WAL does; anything else is a failure to read it. */
  private static final String END_OF_WAL = "error in WAL record at";

  private static final Pattern RECORD =
      Pattern.compile("rmgr: (\\w+) .*?tx: +(\\d+), lsn: [^,]+, .*?desc: ([A-Z_]+)(.*)");
  private static final Pattern TABLE = Pattern.compile("blkref #0: rel \\d+/(\\d+)/(\\d+)");
  private static final Pattern SUBTRANSACTIONS = Pattern.compile("subxacts:((?: \\d+)+)");
  private static final Pattern TUPLES = Pattern.compile("(?:ntuples: (\\d+)|(\\d+) tuples)");

  private final Map<String, String> tables;

  /** Of transactions, and parts of such, whose end was not read yet. */
  private final Map<Long, Map<String, Rows>> open = new HashMap<>();

  private final Map<String, Rows> committed = new TreeMap<>();
  private final List<Long> ids = new ArrayList<>();
  private long transactions;
  private int records;
  private boolean ended;

  /**
   * @param tables names of tables by "database oid/filenode"; a table without a name is called by that
   */
  DivergenceReader(Map<String, String> tables) {
    this.tables = tables;
  }

  @Override
  public void accept(String line) {
    Matcher record = RECORD.matcher(line);
    if (!record.find()) {
      ended = ended || line.contains(END_OF_WAL);
      return;
    }
    records++;
    long transaction = Long.parseLong(record.group(2));
    if (!record.group(1).equals("Transaction")) {
      change(transaction, record.group(3), record.group(4));
    } else if (record.group(3).equals("COMMIT")) {
      transactions++;
      if (ids.size() < Divergence.IDS) {
        ids.add(transaction);
      }
      parts(transaction, record.group(4)).forEach(part -> commit(open.remove(part)));
    } else if (record.group(3).equals("ABORT")) {
      parts(transaction, record.group(4)).forEach(open::remove);
    }
  }

  Divergence result() {
    return new Divergence(transactions, ids, committed, ended && records < Divergence.RECORDS);
  }

  private void commit(Map<String, Rows> rows) {
    if (rows != null) {
      rows.forEach((table, change) -> committed.merge(table, change, Rows::plus));
    }
  }

  /** A transaction and its subtransactions. */
  private static List<Long> parts(long transaction, String rest) {
    List<Long> all = new ArrayList<>(List.of(transaction));
    Matcher parts = SUBTRANSACTIONS.matcher(rest);
    if (parts.find()) {
      Arrays.stream(parts.group(1).strip().split(" ")).map(Long::valueOf).forEach(all::add);
    }
    return all;
  }

  private void change(long transaction, String what, String rest) {
    Matcher table = TABLE.matcher(rest);
    Rows change = rows(what, rest);
    if (table.find() && !change.equals(Rows.NONE)) {
      String key = table.group(1) + "/" + table.group(2);
      open.computeIfAbsent(transaction, none -> new HashMap<>())
          .merge(tables.getOrDefault(key, key), change, Rows::plus);
    }
  }

  private static Rows rows(String what, String rest) {
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
}
