package io.conclave.postgres;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.util.PasswordUtil;

/** Conclave's own objects in database postgres. */
final class Schema {
  private static final List<String> TABLES = List.of(
      "CREATE SCHEMA IF NOT EXISTS conclave AUTHORIZATION conclave",
      """
          CREATE TABLE IF NOT EXISTS conclave.epoch (
            epoch bigint NOT NULL, promotion uuid PRIMARY KEY, node text NOT NULL, timeline int NOT NULL,
            start pg_lsn NOT NULL, members text[] NOT NULL, k int NOT NULL,
            written_at timestamptz NOT NULL DEFAULT now())""",
      "CREATE TABLE IF NOT EXISTS conclave.barrier (id uuid PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())",
      "REVOKE ALL ON SCHEMA conclave FROM PUBLIC");

  private Schema() {}

  static List<String> statements(Passwords passwords) {
    List<String> all = new ArrayList<>(TABLES);
    all.add(role(Passwords.REPLICATION, "LOGIN REPLICATION", passwords));
    all.add(role(Passwords.PROBE, "LOGIN", passwords));
    if (passwords.edge().isPresent()) {
      all.add(role(Passwords.EDGE, "LOGIN", passwords));
    }
    all.add("GRANT pg_monitor TO " + Passwords.PROBE);
    all.add("GRANT USAGE ON SCHEMA conclave TO " + Passwords.PROBE);
    all.add("GRANT SELECT ON ALL TABLES IN SCHEMA conclave TO " + Passwords.PROBE);
    return all;
  }

  /** Creates the role, or gives it this password. The verifier is computed here: no password travels or gets into a log. */
  private static String role(String name, String attributes, Passwords passwords) {
    String verifier = verifier(name, passwords.of(name));
    return """
        DO $conclave$ BEGIN
          IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = '%1$s') THEN CREATE ROLE %1$s; END IF;
          ALTER ROLE %1$s %2$s PASSWORD '%3$s';
        END $conclave$""".formatted(name, attributes, verifier);
  }

  private static String verifier(String role, String password) {
    try {
      return PasswordUtil.encodePassword(role, password.toCharArray(), "scram-sha-256");
    } catch (SQLException e) {
      throw SessionException.of(e);
    }
  }
}
