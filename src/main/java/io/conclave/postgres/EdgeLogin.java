package io.conclave.postgres;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What PgBouncer asks for the verifier of a client: a function in each database, for the role {@code conclave_edge} alone.
 * It tells of no superuser and no role of Conclave or of replication: those do not come through the edges.
 */
public final class EdgeLogin {
  /** PgBouncer's auth_query; it runs in the database that the client asks for. */
  public static final String QUERY = "SELECT role, verifier FROM conclave.edge_login($1)";

  private static final List<String> FUNCTION = List.of(
      "CREATE SCHEMA IF NOT EXISTS conclave",
      "REVOKE ALL ON SCHEMA conclave FROM PUBLIC",
      """
          CREATE OR REPLACE FUNCTION conclave.edge_login(client text, OUT role text, OUT verifier text)
            RETURNS SETOF record LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS
          $$ SELECT rolname, rolpassword FROM pg_catalog.pg_authid
             WHERE rolname = client AND rolcanlogin AND NOT rolsuper AND NOT rolreplication
               AND rolname NOT LIKE 'conclave\\_%'
               AND (rolvaliduntil IS NULL OR rolvaliduntil > pg_catalog.now()) $$""",
      "REVOKE ALL ON FUNCTION conclave.edge_login(text) FROM PUBLIC",
      "GRANT USAGE ON SCHEMA conclave TO " + Passwords.EDGE,
      "GRANT EXECUTE ON FUNCTION conclave.edge_login(text) TO " + Passwords.EDGE);

  private EdgeLogin() {}

  static List<String> statements() {
    return FUNCTION;
  }

  /** For psql, as a superuser: what a database needs that Conclave has not given it. */
  public static String script() {
    return FUNCTION.stream()
        .map(statement -> statement + ";\n")
        .collect(Collectors.joining(
            "",
            "-- For a database that was made without template1, or restored: psql -d NAME -f\n",
            ""));
  }
}
