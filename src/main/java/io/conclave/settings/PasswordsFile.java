package io.conclave.settings;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Checks the form of the passwords' file; no password is kept here. */
final class PasswordsFile {
  private static final List<String> ROLES =
      List.of("conclave", "conclave_replication", "conclave_probe");
  private static final String EDGE = "conclave_edge";

  private PasswordsFile() {}

  /**
   * The same path, if it is readable and has a line for every role; empty lines and comments (#) are skipped.
   *
   * @param edges whether the cell has edges, which need a role of their own
   * @throws IllegalArgumentException with a sentence that holds no password
   */
  static Path check(Path file, boolean edges) {
    List<String> lines = lines(file);
    Set<String> roles = new HashSet<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      int colon = line.indexOf(':');
      if (colon < 1 || colon == line.length() - 1) {
        throw new IllegalArgumentException("must be role:password in line %d".formatted(i + 1));
      }
      roles.add(line.substring(0, colon));
    }
    if (!roles.containsAll(ROLES)) {
      throw new IllegalArgumentException(
          "must have a line role:password for each of " + String.join(", ", ROLES));
    }
    if (edges && !roles.contains(EDGE)) {
      throw new IllegalArgumentException(
          "must have a line role:password for %s: a host has the role edge".formatted(EDGE));
    }
    return file;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new IllegalArgumentException(
          "must be a readable file (%s)".formatted(unreadable), unreadable);
    }
  }
}
