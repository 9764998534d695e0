package io.conclave.mutation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A change to one source file of a core, for a test build alone.
 *
 * @param type name of the top-level class
 * @param text what is replaced; it must stand there exactly once
 */
record Patch(String type, String text, String replacement) {

  private Path file() {
    Path inMain = Path.of("src/main/java", type.replace('.', '/') + ".java");
    return Files.exists(inMain)
        ? inMain
        : Path.of("src/test/java", type.replace('.', '/') + ".java");
  }

  /** The source as it is. */
  String source() {
    try {
      return Files.readString(file());
    } catch (IOException e) {
      throw new UncheckedIOException("no source of " + type, e);
    }
  }

  /**
   * The source with the text replaced. White space counts as one blank, because the formatter breaks lines.
   *
   * @throws IllegalStateException when the text does not stand there exactly once: the mutation has to be written anew
   */
  String appliedTo(String source) {
    java.util.regex.Matcher found = java.util.regex.Pattern.compile(pattern()).matcher(source);
    if (!found.find()) {
      throw new IllegalStateException(
          "%s no longer contains the text that a mutation replaces: %s".formatted(file(), text));
    }
    int start = found.start();
    int end = found.end();
    if (found.find()) {
      throw new IllegalStateException(
          "%s contains more than once the text that a mutation replaces: %s"
              .formatted(file(), text));
    }
    return source.substring(0, start) + replacement + source.substring(end);
  }

  private String pattern() {
    StringBuilder regex = new StringBuilder();
    for (String word : text.trim().split("\\s+")) {
      regex.append(regex.length() == 0 ? "" : "\\s+").append(java.util.regex.Pattern.quote(word));
    }
    return regex.toString();
  }
}
