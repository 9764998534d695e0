package io.conclave.postgres;

import java.util.HashMap;
import java.util.Map;

/** Which table is which in WAL. */
public final class Filenodes {
  private static final int TIMEOUT_MS = 2000;
  private static final String DATABASES =
      "SELECT string_agg(datname, E'\\n') FROM pg_database WHERE datallowconn AND NOT datistemplate";
  private static final String TABLES = """
      SELECT string_agg(
        format('%s/%s %s.%I.%I', d.oid, pg_relation_filenode(c.oid), d.datname, n.nspname, c.relname), E'\\n')
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, pg_database d
      WHERE d.datname = current_database() AND c.relkind IN ('r', 'm')
        AND n.nspname NOT IN ('pg_catalog', 'information_schema')""";

  private Filenodes() {}

  /**
   * Asks the running server of a node.
   *
   * @return "database oid/filenode" → "database.schema.table" of the users' tables
   * @throws SessionException when it does not answer
   */
  public static Map<String, String> of(DataDirectory directory) {
    Map<String, String> names = new HashMap<>();
    for (String database : ask(directory, "postgres", DATABASES).split("\n")) {
      ask(directory, database, TABLES).lines().forEach(line -> {
        int space = line.indexOf(' ');
        names.put(line.substring(0, space), line.substring(space + 1));
      });
    }
    return names;
  }

  private static String ask(DataDirectory directory, String database, String sql) {
    Identity identity = directory.identity();
    try (LocalSession session = LocalSession.open(
        identity.localAddress(), identity.port(), database, directory.passwords(), TIMEOUT_MS)) {
      String answer = session.queryText(sql);
      return answer == null ? "" : answer;
    }
  }
}
