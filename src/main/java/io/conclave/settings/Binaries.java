package io.conclave.settings;

import java.nio.file.Path;

/** Where the programs of PostgreSQL come from. */
public sealed interface Binaries {
  /** What the machine has (PATH, common install paths), else embedded. */
  record Auto() implements Binaries {}

  /** Binaries from Maven Central. */
  record Embedded() implements Binaries {}

  /** The programs in this absolute directory. */
  record Directory(Path path) implements Binaries {}

  /** Understands {@code auto}, {@code embedded} and an absolute directory; anything else is an error. */
  static Binaries parse(String text) {
    return switch (text) {
      case "auto" -> new Auto();
      case "embedded" -> new Embedded();
      default -> {
        Path path = Path.of(text);
        if (!path.isAbsolute()) {
          throw new IllegalArgumentException("must be auto, embedded or an absolute directory");
        }
        yield new Directory(path);
      }
    };
  }
}
