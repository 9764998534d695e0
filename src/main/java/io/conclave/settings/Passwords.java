package io.conclave.settings;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Passwords of Conclave's own database roles. Never printed. */
public final class Passwords {
  /** Superuser of the agent and of pg_rewind. */
  public static final String SUPERUSER = "conclave";

  /** Role of the WAL receivers. */
  public static final String REPLICATION = "conclave_replication";

  /** Role of the sentinels' probes. */
  public static final String PROBE = "conclave_probe";

  /** All roles that need a password. */
  public static final List<String> ROLES = List.of(SUPERUSER, REPLICATION, PROBE);

  private final Map<String, String> byRole;

  private Passwords(Map<String, String> byRole) {
    this.byRole = byRole;
  }

  /**
   * Reads {@code role:password} lines; empty lines and those that begin with {@code #} are skipped.
   *
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException with a sentence, if a line is wrong or a role is missing
   */
  public static Passwords read(Path file) throws IOException {
    Map<String, String> byRole = new LinkedHashMap<>();
    List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      int colon = line.indexOf(':');
      if (colon < 1 || colon == line.length() - 1) {
        throw new IllegalArgumentException("line %d must be role:password".formatted(i + 1));
      }
      byRole.put(line.substring(0, colon), line.substring(colon + 1));
    }
    List<String> missing =
        ROLES.stream().filter(role -> !byRole.containsKey(role)).toList();
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "must have a line role:password for " + String.join(", ", missing));
    }
    return new Passwords(Map.copyOf(byRole));
  }

  /** Password of one of {@link #ROLES}. */
  public String of(String role) {
    String password = byRole.get(role);
    if (password == null) {
      throw new IllegalArgumentException("no password for role " + role);
    }
    return password;
  }

  @Override
  public String toString() {
    return "passwords of " + byRole.keySet();
  }
}
