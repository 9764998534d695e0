package io.conclave.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The passwords of Conclave's own roles. Never on a command line, never in a log. */
public final class Passwords {
  /** Superuser: the agent's own sessions, and pg_rewind. */
  public static final String SUPERUSER = "conclave";

  /** WAL receivers and clones. */
  public static final String REPLICATION = "conclave_replication";

  /** The sentinels' probe: plain login, pg_monitor. */
  public static final String PROBE = "conclave_probe";

  /** The edges: console of PgBouncer, and its questions for the verifiers of clients. Only where a host is an edge. */
  public static final String EDGE = "conclave_edge";

  private final Map<String, String> byRole;

  public Passwords(Map<String, String> byRole) {
    this.byRole = Map.copyOf(byRole);
    for (String role : List.of(SUPERUSER, REPLICATION, PROBE)) {
      if (!byRole.containsKey(role) || byRole.get(role).isEmpty()) {
        throw new PostgresException(
            PostgresException.Kind.BAD_CONTENT, "no password for role " + role);
      }
    }
  }

  /**
   * @param file lines of {@code role:password}; empty lines and those that begin with # are passed over
   * @throws PostgresException naming file and line, when it cannot be read or a role is missing
   */
  public static Passwords load(Path file) {
    try {
      Map<String, String> roles = new TreeMap<>();
      List<String> lines = Files.readAllLines(file);
      for (int i = 0; i < lines.size(); i++) {
        String line = lines.get(i).strip();
        int colon = line.indexOf(':');
        if (line.isEmpty() || line.startsWith("#")) {
          continue;
        }
        if (colon < 1) {
          throw new PostgresException(
              PostgresException.Kind.BAD_CONTENT,
              "%s, line %d: must be role:password".formatted(file, i + 1));
        }
        roles.put(line.substring(0, colon), line.substring(colon + 1));
      }
      return new Passwords(roles);
    } catch (IOException e) {
      throw DurableFiles.failed("cannot read the passwords file " + file, e);
    }
  }

  String of(String role) {
    return byRole.get(role);
  }

  /** Of {@link #EDGE}; empty in a cell without edges. */
  public Optional<String> edge() {
    return Optional.ofNullable(byRole.get(EDGE));
  }

  /** The role's line of a libpq password file, for all hosts, ports and databases. */
  String passfileLine(String role) {
    return "*:*:*:%s:%s\n".formatted(role, of(role).replace("\\", "\\\\").replace(":", "\\:"));
  }

  @Override
  public String toString() {
    return "passwords of " + new java.util.TreeSet<>(byRole.keySet());
  }
}
