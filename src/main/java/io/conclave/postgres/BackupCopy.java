package io.conclave.postgres;

import io.conclave.core.Lsn;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.function.LongConsumer;

/** PostgreSQL's low-level backup of a server on this machine: backup functions in a kept session, and a copy of its files. */
final class BackupCopy {
  /** Directories whose contents a new start makes anew (as pg_basebackup leaves them out). */
  private static final Set<String> EMPTY = Set.of(
      "pg_wal",
      "pg_replslot",
      "pg_dynshmem",
      "pg_notify",
      "pg_serial",
      "pg_snapshots",
      "pg_stat_tmp",
      "pg_subtrans");

  private static final Set<String> LEFT_OUT = Set.of(
      "postmaster.pid",
      "postmaster.opts",
      "backup_label",
      "tablespace_map",
      "backup_manifest",
      "pg_internal.init",
      "current_logfiles",
      "standby.signal",
      "recovery.signal");

  private final LocalSession session;
  private final Path from;
  private final Path to;
  private final OsUser user;
  private final Deadline deadline;
  private final LongConsumer copied;
  private long bytes;
  private long reportedAt;

  BackupCopy(
      LocalSession session,
      Path from,
      Path to,
      OsUser user,
      Deadline deadline,
      LongConsumer copied) {
    this.session = session;
    this.from = from;
    this.to = to;
    this.user = user;
    this.deadline = deadline;
    this.copied = copied;
  }

  void run() {
    check();
    Lsn start = Lsn.parse(session.interruptibly(
        () -> session.queryText("SELECT pg_backup_start('conclave', true)::text")));
    try {
      copyTree();
      // Last, so that it is not older than any file copied before.
      copyFile(from.resolve("global/pg_control"), to.resolve("global/pg_control"));
      String[] end = session
          .interruptibly(() ->
              session.queryText("SELECT lsn || E'\\n' || labelfile FROM pg_backup_stop(false)"))
          .split("\n", 2);
      DurableFiles.write(to.resolve("backup_label"), end[1], user);
      copyWal(start, Lsn.parse(end[0]));
    } catch (IOException e) {
      throw DurableFiles.failed("cannot copy " + from + " to " + to, e);
    }
    user.ownTree(to);
  }

  /** The source must be the very server that the session talks to, and on this machine. */
  private void check() {
    Path control = from.resolve("global/pg_control");
    String identifier =
        session.queryText("SELECT system_identifier::text FROM pg_control_system()");
    if (!Files.isReadable(control)
        || !Long.toUnsignedString(ControlData.read(control).systemIdentifier())
            .equals(identifier)) {
      throw new PostgresException(
          PostgresException.Kind.NOT_FOUND,
          "without pg_basebackup a clone needs the source's files on this machine, and %s is not readable or is another server's"
              .formatted(from));
    }
    Path tablespaces = from.resolve("pg_tblspc");
    String[] names = tablespaces.toFile().list();
    if (names != null && names.length > 0) {
      throw new PostgresException(
          PostgresException.Kind.BAD_CONTENT,
          "the source has tablespaces (%s): a clone needs pg_basebackup".formatted(tablespaces));
    }
  }

  private void copyTree() throws IOException {
    Files.walkFileTree(from, new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes a)
          throws IOException {
        String name = directory.getFileName().toString();
        if (name.startsWith("pgsql_tmp")) {
          return FileVisitResult.SKIP_SUBTREE;
        }
        DurableFiles.createDirectory(to.resolve(from.relativize(directory).toString()), user);
        boolean top = directory.getParent().equals(from);
        return top && EMPTY.contains(name)
            ? FileVisitResult.SKIP_SUBTREE
            : FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes a) throws IOException {
        String name = file.getFileName().toString();
        boolean temporary = name.startsWith("pgsql_tmp")
            || name.endsWith(".conclave-tmp")
            || name.equals("pg_control");
        if (a.isRegularFile() && !temporary && !LEFT_OUT.contains(name)) {
          copyFile(file, to.resolve(from.relativize(file).toString()));
        }
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
        // Dropped meanwhile: the WAL knows.
        if (e instanceof NoSuchFileException) {
          return FileVisitResult.CONTINUE;
        }
        throw e;
      }
    });
    // pg_wal may be a symbolic link, which the walk passes over.
    DurableFiles.createDirectory(to.resolve("pg_wal"), user);
    DurableFiles.createDirectory(to.resolve("pg_wal/archive_status"), user);
  }

  private void copyFile(Path source, Path target) throws IOException {
    if (deadline.passed()) {
      throw new PostgresException(PostgresException.Kind.TIMEOUT, "no time left to copy " + source);
    }
    try (FileChannel in = FileChannel.open(source, StandardOpenOption.READ);
        FileChannel out =
            FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      long size = in.size();
      for (long at = 0; at < size; ) {
        long n = in.transferTo(at, size - at, out);
        if (n <= 0) {
          break;
        }
        at += n;
      }
      bytes += size;
    } catch (NoSuchFileException dropped) {
      return;
    }
    Files.setPosixFilePermissions(
        target, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
    if (System.nanoTime() - reportedAt > 300_000_000L) {
      reportedAt = System.nanoTime();
      copied.accept(bytes);
    }
  }

  /** The WAL from the backup's start to its end: without it the copy is not consistent. */
  private void copyWal(Lsn start, Lsn end) throws IOException {
    long segment = ControlData.read(to.resolve("global/pg_control")).segmentBytes();
    long first = start.bytes() / segment;
    long last = (end.bytes() - 1) / segment;
    int timeline = Integer.parseUnsignedInt(
        session.queryText("SELECT left(pg_walfile_name(pg_current_wal_lsn()), 8)"), 16);
    for (long number = first; number <= last; number++) {
      Path name = Path.of("pg_wal", WalSegments.name(timeline, number, segment));
      copyFile(from.resolve(name), to.resolve(name));
      if (!Files.exists(to.resolve(name))) {
        throw new PostgresException(
            PostgresException.Kind.TOOL_FAILED,
            "%s was recycled during the clone: raise wal_keep_size".formatted(name));
      }
    }
    String[] histories = from.resolve("pg_wal").toFile().list((d, n) -> n.endsWith(".history"));
    for (String history : histories == null ? new String[0] : histories) {
      copyFile(from.resolve("pg_wal").resolve(history), to.resolve("pg_wal").resolve(history));
    }
  }
}
