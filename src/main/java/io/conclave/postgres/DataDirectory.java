package io.conclave.postgres;

import io.conclave.core.Gate;
import io.conclave.core.Lsn;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The files of one server. Its home, beside the data directory and named after it ({@code us-db-1.conclave}), holds what
 * must outlive a clone: server log, password files, diverged WAL. Every write is atomic and durable.
 */
public final class DataDirectory {
  private final Path path;
  private final Identity identity;
  private final OsUser user;
  private final Passwords passwords;

  /** @param path the data directory (PGDATA); need not exist */
  public DataDirectory(Path path, Identity identity, OsUser user, Passwords passwords) {
    this.path = path.toAbsolutePath().normalize();
    this.identity = identity;
    this.user = user;
    this.passwords = passwords;
  }

  public Path path() {
    return path;
  }

  public Identity identity() {
    return identity;
  }

  OsUser user() {
    return user;
  }

  Passwords passwords() {
    return passwords;
  }

  /** Directory for what outlives the data directory. */
  public Path home() {
    return path.resolveSibling(path.getFileName() + ".conclave");
  }

  public Path log() {
    return home().resolve("postgresql.log");
  }

  /**
   * A new, empty directory beside this one, to build a data directory in. No name is used twice: a pg_basebackup that outlived
   * its agent goes on writing to the one it was given. What earlier attempts have left is removed.
   */
  Path newDraft() {
    removeDrafts();
    Path draft = path.resolveSibling(draftPrefix() + "-" + UUID.randomUUID());
    DurableFiles.createDirectory(draft, user);
    return draft;
  }

  private void removeDrafts() {
    try (DirectoryStream<Path> drafts = Files.newDirectoryStream(
        path.toAbsolutePath().getParent(), entry -> isDraft(entry.getFileName().toString()))) {
      for (Path draft : drafts) {
        // Under another name first: nobody who still writes there makes new files while it is
        // emptied.
        Path gone = draft.resolveSibling(draftPrefix() + "-gone-" + UUID.randomUUID());
        Files.move(draft, gone);
        DurableFiles.deleteTree(gone);
      }
    } catch (IOException e) {
      throw DurableFiles.failed("cannot remove what is left of a clone beside " + path, e);
    }
  }

  /** Another data directory beside this one may begin with its name. */
  private boolean isDraft(String name) {
    return name.startsWith(draftPrefix())
        && name.substring(draftPrefix().length())
            .matches("|-(gone-)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  }

  private String draftPrefix() {
    return path.getFileName() + ".cloning";
  }

  /** The data directory as /proc shows it. */
  Path realPath() {
    try {
      return path.toRealPath();
    } catch (IOException absent) {
      return path;
    }
  }

  /** Whether this is a complete data directory. */
  public boolean exists() {
    return Files.isRegularFile(path.resolve("PG_VERSION"))
        && Files.isRegularFile(path.resolve("global/pg_control"));
  }

  /** Whether there is nothing that an initdb or a clone would destroy. */
  public boolean isAbsentOrEmpty() {
    if (!Files.isDirectory(path)) {
      return !Files.exists(path);
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
      return !entries.iterator().hasNext();
    } catch (IOException e) {
      throw DurableFiles.failed("cannot list " + path, e);
    }
  }

  /** Major version of the server that made it, e.g. 15. */
  public int majorVersion() {
    String text = DurableFiles.read(path.resolve("PG_VERSION")).strip();
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new PostgresException(
          PostgresException.Kind.BAD_CONTENT,
          "%s says '%s', no version".formatted(path.resolve("PG_VERSION"), text),
          e);
    }
  }

  public ControlData control() {
    return ControlData.read(path.resolve("global/pg_control"));
  }

  /**
   * Makes a new, empty cluster: SCRAM, checksums, collation C, bootstrap superuser {@code conclave}. Built in a sibling
   * directory, so that an interrupted attempt never looks like a data directory. Gate closed, follows nobody.
   *
   * @throws PostgresException (BAD_CONTENT) when the data directory is not empty; (TOOL_FAILED, TIMEOUT) by initdb
   */
  public void initialize(Binaries binaries, Deadline deadline) {
    if (!isAbsentOrEmpty()) {
      throw new PostgresException(
          PostgresException.Kind.BAD_CONTENT,
          path + " is not empty: it is not initialized over existing files");
    }
    prepareHome();
    Path draft = newDraft();
    Path secret = home().resolve("initdb.password");
    DurableFiles.write(secret, passwords.of(Passwords.SUPERUSER) + "\n", user);
    try {
      List<String> command = List.of(
          binaries.tool("initdb"),
          "-D",
          draft.toString(),
          "-U",
          Passwords.SUPERUSER,
          "--pwfile",
          secret.toString(),
          "--auth=scram-sha-256",
          "--data-checksums",
          "--encoding=UTF8",
          "--no-locale");
      Command.run(user.command(command), Map.of(), deadline, ms -> {}).orThrow("initdb");
      own(draft).leaveDefaultsToConclave();
    } finally {
      DurableFiles.delete(secret);
    }
    adopt(draft, ServerSettings.ALONE, Gate.CLOSED, false);
  }

  /** Home and password files; to be called before any clone, start or rewind. */
  void prepareHome() {
    DurableFiles.createDirectory(home(), user);
    writeIfOther(passfile(Passwords.REPLICATION), passwords.passfileLine(Passwords.REPLICATION));
    writeIfOther(passfile(Passwords.SUPERUSER), passwords.passfileLine(Passwords.SUPERUSER));
  }

  Path passfile(String role) {
    return home().resolve(role + ".pgpass");
  }

  /** Puts this node's own files into a finished draft and gives it the data directory's name. */
  void adopt(Path draft, ServerSettings settings, Gate gate, boolean standby) {
    for (String stale :
        List.of("postmaster.pid", "postmaster.opts", "standby.signal", "recovery.signal")) {
      DurableFiles.delete(draft.resolve(stale));
    }
    DurableFiles.write(
        draft.resolve("postgresql.auto.conf"), "# Conclave does not use ALTER SYSTEM.\n", user);
    own(draft).writeAll(settings, gate);
    writeSignal(draft, standby);
    if (Files.isDirectory(path)) {
      DurableFiles.deleteTree(path);
    }
    DurableFiles.rename(draft, path);
  }

  /** Writes everything of ours into an existing data directory: before a start, after a rewind, for an adoption. */
  public void writeAll(ServerSettings settings, Gate gate, boolean standby) {
    prepareHome();
    takeOver();
    own(path).writeAll(settings, gate);
    setStandby(standby);
  }

  /** Writes conclave.conf; in force after a reload. */
  public void write(ServerSettings settings) {
    takeOver();
    own(path).write(settings);
  }

  /**
   * As {@link #write}, and after a crash of the machine the settings of before may be there, whole: until {@link #syncSettings}, or the
   * next {@link #writeGate}.
   */
  public void show(ServerSettings settings) {
    takeOver();
    own(path).show(settings);
  }

  /** Makes the settings that were shown last survive a crash of the machine. */
  public void syncSettings() {
    DurableFiles.syncNames(path);
  }

  /** What was configured by hand before Conclave was there. */
  private void takeOver() {
    if (own(path).areMissing()) {
      prepareHome();
      own(path).takeOver(home().resolve("before-conclave"));
    }
  }

  private OwnFiles own(Path directory) {
    return new OwnFiles(directory, identity, user, passfile(Passwords.REPLICATION));
  }

  /** What conclave.conf says; empty when there is none of ours. */
  public Optional<ServerSettings> settings() {
    return ServerSettings.parse(DurableFiles.read(path.resolve(OwnFiles.CONF)));
  }

  /** Writes pg_hba.conf for this gate; in force for new connections after a reload. */
  public void writeGate(Gate gate) {
    DurableFiles.write(hostRules(), HostRules.render(gate, identity.clientRules()), user);
  }

  /**
   * Writes the rules of a gate for the server to read at once; {@link #syncGate} makes them durable. A crash of the machine in
   * between may leave the rules of before, or an empty file: {@link #mendGate}.
   */
  void showGate(Gate gate) {
    DurableFiles.replace(hostRules(), HostRules.render(gate, identity.clientRules()), user);
  }

  /** Makes the rules that were shown last survive a crash of the machine. */
  public void syncGate() {
    DurableFiles.sync(hostRules());
  }

  /** The server would not start with the empty file that a crash has left: it gets the rules of a closed gate. */
  void mendGate() {
    if (Files.exists(hostRules()) && DurableFiles.read(hostRules()).isBlank()) {
      writeGate(Gate.CLOSED);
    }
  }

  private Path hostRules() {
    return path.resolve("pg_hba.conf");
  }

  /** The gate that pg_hba.conf was written for; empty when it is not ours. */
  public Optional<Gate> gate() {
    return HostRules.parse(DurableFiles.read(hostRules()));
  }

  public boolean isStandby() {
    return Files.exists(path.resolve("standby.signal"));
  }

  /** Makes the next start a standby's, or a primary's. */
  public void setStandby(boolean standby) {
    writeSignal(path, standby);
  }

  private void writeSignal(Path directory, boolean standby) {
    if (standby) {
      DurableFiles.write(directory.resolve("standby.signal"), "", user);
    } else {
      DurableFiles.delete(directory.resolve("standby.signal"));
    }
  }

  /**
   * Settings that the protocol rests on and that postgresql.auto.conf (ALTER SYSTEM) overrides with another value: it is
   * read after conclave.conf. Whatever else an operator has set there is the operator's affair.
   *
   * @return name → value there
   */
  public Map<String, String> overridden() {
    Map<String, String> ours = settings()
        .orElse(ServerSettings.ALONE)
        .protocol(identity, passfile(Passwords.REPLICATION).toString());
    return SettingsFile.parse(DurableFiles.read(path.resolve("postgresql.auto.conf")))
        .entrySet()
        .stream()
        .filter(e -> ours.containsKey(e.getKey()) && !ours.get(e.getKey()).equals(e.getValue()))
        .collect(java.util.stream.Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** Where a timeline branched off another. */
  public record Fork(int timeline, Lsn end) {}

  /** The ancestors of a timeline, oldest first, from its history file; empty for timeline 1. */
  public List<Fork> history(int timeline) {
    List<Fork> forks = new ArrayList<>();
    for (String line : DurableFiles.read(path.resolve("pg_wal/%08X.history".formatted(timeline)))
        .lines()
        .toList()) {
      String[] fields = line.strip().split("\\s+");
      if (fields.length >= 2 && Character.isDigit(fields[0].charAt(0))) {
        forks.add(new Fork(Integer.parseInt(fields[0]), Lsn.parse(fields[1])));
      }
    }
    return forks;
  }

  public Timelines timelines() {
    return new Timelines(this);
  }

  /** Highest timeline of which there is a WAL segment: what was received last, also while no query can tell. 0 if none. */
  public int newestWalTimeline() {
    return walSegments().stream()
        .mapToInt(name -> Integer.parseUnsignedInt(name.substring(0, 8), 16))
        .max()
        .orElse(0);
  }

  /**
   * Room that the server has left, in bytes: on the file system of its data or of its WAL, whichever has less.
   *
   * @throws PostgresException (IO) when the file system does not say
   */
  public long freeBytes() {
    return Math.min(freeBytes(path), freeBytes(path.resolve("pg_wal")));
  }

  /** Not by {@link Files#getFileStore}, which reads the table of all mounts (0.4 ms and more): it is asked with every report. */
  private static long freeBytes(Path where) {
    long free = where.toFile().getUsableSpace();
    if (free == 0 && !Files.exists(where)) {
      throw DurableFiles.failed(
          "cannot tell the free space of " + where, new NoSuchFileException(where.toString()));
    }
    return free;
  }

  /** Names of the WAL segments on disk. */
  List<String> walSegments() {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(
        path.resolve("pg_wal"), e -> e.getFileName().toString().matches("[0-9A-F]{24}"))) {
      entries.forEach(entry -> names.add(entry.getFileName().toString()));
    } catch (IOException e) {
      throw DurableFiles.failed("cannot list " + path.resolve("pg_wal"), e);
    }
    return names;
  }

  private void writeIfOther(Path file, String text) {
    if (!DurableFiles.read(file).equals(text)) {
      DurableFiles.write(file, text, user);
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
