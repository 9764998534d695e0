package io.conclave.postgres;

import io.conclave.core.Gate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Copies a running primary into this node's data directory. Built in a sibling directory and renamed at the end, so that an
 * interrupted clone never looks like a data directory; what was there before stays until then.
 */
public final class Cloning {
  private Cloning() {}

  /**
   * How far a clone is.
   *
   * @param totalBytes 0 while not known
   */
  public record Progress(long copiedBytes, long totalBytes) {}

  /**
   * Clones by pg_basebackup where there is one, else by the backup functions and a local copy. The server of this node must
   * be stopped. Afterwards: gate closed, standby, following the source after its next start.
   *
   * @param progress called several times a second at most, from the calling thread; may throw to give up
   * @throws PostgresException when it fails; the data directory is then as before
   * @throws SessionException when the source does not answer; likewise
   */
  public static void clone(
      DataDirectory target,
      Binaries binaries,
      Upstream source,
      Deadline deadline,
      Consumer<Progress> progress) {
    if (binaries.hasBasebackup()) {
      byBasebackup(target, binaries, source, deadline, progress);
    } else {
      byCopy(target, binaries, source, deadline, progress);
    }
  }

  static void byBasebackup(
      DataDirectory target,
      Binaries binaries,
      Upstream source,
      Deadline deadline,
      Consumer<Progress> progress) {
    target.prepareHome();
    Path draft = target.newDraft();
    List<String> command = List.of(
        binaries.tool("pg_basebackup"),
        "-D",
        draft.toString(),
        "-h",
        source.host(),
        "-p",
        Integer.toString(source.port()),
        "-U",
        Passwords.REPLICATION,
        "--no-password",
        "-X",
        "stream",
        "-c",
        "fast");
    long total = databaseBytes(target, source);
    Map<String, String> environment = Map.of(
        "PGPASSFILE",
        target.passfile(Passwords.REPLICATION).toString(),
        "PGAPPNAME",
        "conclave_clone",
        "PGCONNECT_TIMEOUT",
        "5");
    long[] last = {0};
    Command.run(target.user().command(command), environment, deadline, ms -> {
          if (ms - last[0] >= 500) {
            last[0] = ms;
            progress.accept(new Progress(treeBytes(draft), total));
          }
        })
        .orThrow("pg_basebackup from " + source.host() + ":" + source.port());
    target.adopt(draft, ServerSettings.ALONE.withUpstream(source), Gate.CLOSED, true);
  }

  static void byCopy(
      DataDirectory target,
      Binaries binaries,
      Upstream source,
      Deadline deadline,
      Consumer<Progress> progress) {
    target.prepareHome();
    Path draft = target.newDraft();
    long total = databaseBytes(target, source);
    try (LocalSession session =
        LocalSession.open(source.host(), source.port(), target.passwords(), 0)) {
      session.setTimeout((int) Math.min(Integer.MAX_VALUE, Math.max(1, deadline.remainingMs())));
      Path from = Path.of(session.queryText("SHOW data_directory"));
      BackupCopy copy = new BackupCopy(
          session,
          from,
          draft,
          target.user(),
          deadline,
          n -> progress.accept(new Progress(n, total)));
      copy.run();
    }
    // initdb can flush a whole data directory, and is always there.
    Command.run(
            target
                .user()
                .command(List.of(binaries.tool("initdb"), "--sync-only", "-D", draft.toString())),
            deadline)
        .orThrow("initdb --sync-only");
    target.adopt(draft, ServerSettings.ALONE.withUpstream(source), Gate.CLOSED, true);
  }

  private static long databaseBytes(DataDirectory target, Upstream source) {
    try (LocalSession session =
        LocalSession.open(source.host(), source.port(), target.passwords(), 5000)) {
      return Long.parseLong(
          session.queryText("SELECT sum(pg_database_size(oid))::bigint::text FROM pg_database"));
    }
  }

  static long treeBytes(Path root) {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .mapToLong(file -> file.toFile().isFile() ? file.toFile().length() : 0)
          .sum();
    } catch (IOException | java.io.UncheckedIOException changing) {
      // Files come and go while the clone runs; the next look is as good.
      return 0;
    }
  }
}
