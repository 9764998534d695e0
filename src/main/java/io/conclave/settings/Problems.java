package io.conclave.settings;

import com.typesafe.config.ConfigOrigin;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Collects what is wrong in one file, and knows the line of every key that was read. */
public final class Problems {
  private record Located(int line, Problem problem) {}

  private final Path file;
  private final Map<String, ConfigOrigin> origins = new HashMap<>();
  private final List<Located> errors = new ArrayList<>();
  private final List<Located> warnings = new ArrayList<>();

  public Problems(Path file) {
    this.file = file;
  }

  /** Keeps the place of a key. */
  void locate(String key, ConfigOrigin origin) {
    origins.putIfAbsent(key, origin);
  }

  /** The file cannot be used for this reason. */
  public void error(String key, Object value, String allowed) {
    errors.add(located(key, value, allowed));
  }

  /** Allowed, and probably not meant. */
  void warning(String key, Object value, String allowed) {
    warnings.add(located(key, value, allowed));
  }

  public List<Problem> errors() {
    return sorted(errors);
  }

  List<Problem> warnings() {
    return sorted(warnings);
  }

  /** What keeps the file from being read at all; the value may be the parser's message, which has the line. */
  SettingsException fatal(String value, String allowed) {
    return new SettingsException(List.of(new Problem("", file.toString(), value, allowed)));
  }

  private static List<Problem> sorted(List<Located> located) {
    return located.stream()
        .sorted(Comparator.comparingInt(Located::line))
        .map(Located::problem)
        .distinct()
        .toList();
  }

  private Located located(String key, Object value, String allowed) {
    int line = lineOf(key);
    String where = line > 0 ? file + ":" + line : file.toString();
    return new Located(line, new Problem(where, key, String.valueOf(value), allowed));
  }

  /** Line of the key, or of what it would be in; 0 if not known. */
  private int lineOf(String key) {
    for (String at = key; !at.isEmpty(); at = parent(at).orElse("")) {
      ConfigOrigin origin = origins.get(at);
      if (origin != null && origin.lineNumber() > 0) {
        return origin.lineNumber();
      }
    }
    return 0;
  }

  private static Optional<String> parent(String key) {
    int end = Math.max(key.lastIndexOf('.'), key.lastIndexOf('['));
    return end < 0 ? Optional.empty() : Optional.of(key.substring(0, end));
  }
}
