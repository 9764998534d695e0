package io.conclave.postgres;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The programs of one PostgreSQL installation.
 *
 * @param directory holds at least initdb, pg_ctl and postgres
 * @param major e.g. 15
 */
public record Binaries(Path directory, int major) {
  /** The oldest version that Conclave works with. */
  public static final int OLDEST = 15;

  private static final Pattern VERSION = Pattern.compile("(\\d+)(?:\\.\\d+|devel|beta\\d+|rc\\d+)");
  private static final List<String> PARENTS = List.of(
      "/usr/lib/postgresql",
      "/usr/local/opt",
      "/opt/homebrew/opt",
      "/Library/PostgreSQL",
      "/opt/postgresql",
      "/usr/local/pgsql-versions");
  private static final List<String> PLACES = List.of(
      "/usr/local/pgsql/bin",
      "/usr/local/bin",
      "/opt/homebrew/bin",
      "/usr/bin",
      "/Applications/Postgres.app/Contents/Versions/latest/bin");

  /**
   * @param where {@code auto} (an installed one, else embedded), {@code embedded}, or a directory
   * @param cache where embedded binaries are unpacked
   * @throws PostgresException (NOT_FOUND) naming every place that was looked at
   */
  public static Binaries find(String where, Path cache) {
    switch (where) {
      case "auto":
        return auto().orElseGet(() -> insteadOfAny(cache));
      case "embedded":
        return EmbeddedBinaries.unpack(cache);
      default:
        Path directory = Path.of(where);
        return of(directory)
            .orElseThrow(() -> notFound(
                "postgres.binaries = '%s': no PostgreSQL %d or newer there (initdb, pg_ctl and postgres are needed)"
                    .formatted(where, OLDEST)));
    }
  }

  /** The newest installation on PATH or in a common place. */
  static Optional<Binaries> auto() {
    List<Path> places = places();
    return places.stream()
        .flatMap(place -> of(place).stream())
        .max(Comparator.comparingInt(Binaries::major)
            .thenComparing(Binaries::hasBasebackup)
            .thenComparing(Binaries::hasRewind));
  }

  private static Binaries insteadOfAny(Path cache) {
    try {
      return EmbeddedBinaries.unpack(cache);
    } catch (PostgresException none) {
      throw new PostgresException(
          none.kind(),
          "no PostgreSQL %d or newer (initdb, pg_ctl, postgres) in: %s. Install it, or set postgres.binaries to its directory. The embedded one does not serve either: %s"
              .formatted(OLDEST, places(), none.getMessage()),
          none);
    }
  }

  /** The installation in this directory, if it is complete and new enough. */
  static Optional<Binaries> of(Path place) {
    Path directory = linked(place);
    for (String tool : List.of("initdb", "pg_ctl", "postgres")) {
      if (!Files.isExecutable(directory.resolve(tool))) {
        return Optional.empty();
      }
    }
    Command.Result result = Command.run(
        List.of(directory.resolve("postgres").toString(), "--version"), Deadline.in(5000));
    Matcher matcher = VERSION.matcher(result.output());
    if (result.exit() != 0 || !matcher.find() || Integer.parseInt(matcher.group(1)) < OLDEST) {
      return Optional.empty();
    }
    return Optional.of(new Binaries(directory, Integer.parseInt(matcher.group(1))));
  }

  /** Packages link some programs into a common directory; the others are where the link leads. */
  private static Path linked(Path place) {
    try {
      Path real = place.resolve("postgres").toRealPath().getParent();
      return Files.isExecutable(real.resolve("pg_ctl")) ? real : place;
    } catch (IOException absent) {
      return place;
    }
  }

  public boolean hasRewind() {
    return has("pg_rewind");
  }

  public boolean hasBasebackup() {
    return has("pg_basebackup");
  }

  boolean has(String tool) {
    return Files.isExecutable(directory.resolve(tool));
  }

  String tool(String name) {
    return directory.resolve(name).toString();
  }

  private static List<Path> places() {
    List<Path> places = new ArrayList<>();
    for (String entry : System.getenv().getOrDefault("PATH", "").split(":")) {
      if (!entry.isEmpty()) {
        places.add(Path.of(entry));
      }
    }
    for (String parent : PARENTS) {
      places.add(Path.of(parent, "*", "bin"));
    }
    places.add(Path.of("/usr", "pgsql-*", "bin"));
    PLACES.forEach(place -> places.add(Path.of(place)));
    return places.stream().flatMap(place -> expand(place).stream()).distinct().toList();
  }

  /** One level of '*', as in /usr/lib/postgresql/*&#47;bin; the pattern itself when nothing matches, for the message. */
  private static List<Path> expand(Path place) {
    Path parent = place.getParent();
    if (parent == null || !parent.toString().contains("*")) {
      return List.of(place);
    }
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(parent.getParent())) {
      try (DirectoryStream<Path> entries =
          Files.newDirectoryStream(parent.getParent(), parent.getFileName().toString())) {
        entries.forEach(entry -> found.add(entry.resolve(place.getFileName())));
      } catch (IOException unreadable) {
        return List.of(place);
      }
    }
    return found.isEmpty() ? List.of(place) : found;
  }

  static PostgresException notFound(String message) {
    return new PostgresException(PostgresException.Kind.NOT_FOUND, message);
  }
}
