package io.conclave.postgres;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the lines of a postgresql.conf: {@code name = 'value'} or {@code name = value}, comments passed over. */
final class SettingsFile {
  private static final Pattern LINE =
      Pattern.compile("\\s*([A-Za-z_][\\w.]*)\\s*(?:=|\\s)\\s*('(?:[^']|'')*'|[^\\s#']+).*");

  private SettingsFile() {}

  static Map<String, String> parse(String text) {
    Map<String, String> found = new TreeMap<>();
    text.lines().forEach(line -> {
      Matcher m = LINE.matcher(line);
      if (m.matches()) {
        found.put(m.group(1).toLowerCase(java.util.Locale.ROOT), unquote(m.group(2)));
      }
    });
    return found;
  }

  private static String unquote(String value) {
    return value.startsWith("'")
        ? value.substring(1, value.length() - 1).replace("''", "'")
        : value;
  }
}
