package io.conclave.postgres;

import io.conclave.core.Gate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The configuration files that Conclave writes into a data directory. */
final class OwnFiles {
  static final String CONF = "conclave.conf";
  private static final String INCLUDE = "include_if_exists 'conclave.conf'";
  private static final String MAIN = "postgresql.conf";
  private static final String AUTO = "postgresql.auto.conf";
  private static final String RULES = "pg_hba.conf";

  private final Path directory;
  private final Identity identity;
  private final OsUser user;
  private final String passfile;

  OwnFiles(Path directory, Identity identity, OsUser user, Path passfile) {
    this.directory = directory;
    this.identity = identity;
    this.user = user;
    this.passfile = passfile.toString();
  }

  /** Whether somebody else has configured the server. */
  boolean areMissing() {
    return !Files.exists(directory.resolve(CONF));
  }

  /**
   * Of a server that somebody else has configured: keeps its files aside, and removes from postgresql.auto.conf what the
   * protocol rests on, because that is read after conclave.conf: {@code pg_basebackup -R} writes primary_conninfo there.
   */
  void takeOver(Path before) {
    DurableFiles.createDirectory(before, user);
    for (String name : List.of(MAIN, AUTO, RULES)) {
      // Once: after a crash in the middle of this the files are not the operator's any more.
      if (!Files.exists(before.resolve(name))) {
        DurableFiles.write(before.resolve(name), DurableFiles.read(directory.resolve(name)), user);
      }
    }
    Set<String> managed = ServerSettings.ALONE.protocol(identity, passfile).keySet();
    String kept = DurableFiles.read(directory.resolve(AUTO))
        .lines()
        .filter(line -> SettingsFile.parse(line).keySet().stream().noneMatch(managed::contains))
        .collect(Collectors.joining("\n", "", "\n"));
    DurableFiles.write(directory.resolve(AUTO), kept, user);
  }

  void writeAll(ServerSettings settings, Gate gate) {
    show(settings);
    DurableFiles.write(
        directory.resolve(RULES), HostRules.render(gate, identity.clientRules()), user);
  }

  /**
   * conclave.conf, and its include as the last line of postgresql.conf. The include is first: where there is a conclave.conf,
   * the server reads it, whenever this was interrupted.
   */
  void write(ServerSettings settings) {
    show(settings);
    DurableFiles.syncNames(directory);
  }

  /** As {@link #write}; until the names in the directory are synced, a crash of the machine may bring back the settings of before. */
  void show(ServerSettings settings) {
    String main = DurableFiles.read(directory.resolve(MAIN));
    if (main.lines().noneMatch(line -> line.strip().equals(INCLUDE))) {
      String end = main.endsWith("\n") || main.isEmpty() ? "" : "\n";
      DurableFiles.write(directory.resolve(MAIN), main + end + INCLUDE + "\n", user);
    }
    DurableFiles.writeWithoutName(
        directory.resolve(CONF),
        settings.render(identity, passfile, SettingsFile.parse(main)),
        user);
  }

  /** A default of Conclave's gives way to postgresql.conf; initdb's own lines there are nobody's wish. */
  void leaveDefaultsToConclave() {
    Map<String, String> defaults = ServerSettings.defaults();
    String text = DurableFiles.read(directory.resolve(MAIN))
        .lines()
        .map(line -> SettingsFile.parse(line).keySet().stream().anyMatch(defaults::containsKey)
            ? "#" + line
            : line)
        .collect(Collectors.joining("\n", "", "\n"));
    DurableFiles.write(directory.resolve(MAIN), text, user);
  }
}
