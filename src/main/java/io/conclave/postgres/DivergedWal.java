package io.conclave.postgres;

import io.conclave.core.Lsn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;

/**
 * WAL of a node that its source does not have. Before a rebuild removes it, it is copied into a directory of its own in the
 * node's home, with a report of what is in it.
 */
public final class DivergedWal {
  private static final long READ_MS = 20_000;
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'");

  private DivergedWal() {}

  /**
   * Keeps what a stopped server has from the fork on. A copy that was read to its end and has no committed transaction is removed again.
   *
   * @param fork where the histories part
   * @param tables as {@link Filenodes#of} says; may be empty
   * @return for people: what diverged, and where it is
   */
  public static String keep(
      DataDirectory target, Binaries binaries, Lsn fork, Map<String, String> tables) {
    Path kept = copy(target, fork);
    try {
      Divergence divergence = Divergence.read(
          kept,
          target.newestWalTimeline(),
          fork,
          tables,
          binaries,
          target.user(),
          Deadline.in(READ_MS));
      if (divergence.transactions() == 0 && divergence.complete()) {
        DurableFiles.deleteTree(kept);
        return "no transaction diverged";
      }
      DurableFiles.write(
          kept.resolve("report.txt"),
          "WAL of %s from %s on%n%s".formatted(target.path(), fork, divergence.text()),
          target.user());
      return "%s%d transactions diverged, see %s"
          .formatted(
              divergence.complete() ? "" : "at least ",
              divergence.transactions(),
              kept.resolve("report.txt"));
    } catch (PostgresException unread) {
      return "diverged WAL is in %s, unread: %s".formatted(kept, unread.getMessage());
    }
  }

  private static Path copy(DataDirectory target, Lsn fork) {
    target.prepareHome();
    Path kept =
        target.home().resolve("diverged-" + ZonedDateTime.now(ZoneOffset.UTC).format(STAMP));
    long segment = target.control().segmentBytes();
    List<String> names = target.walSegments().stream()
        .filter(name -> WalSegments.number(name, segment) >= fork.bytes() / segment)
        .toList();
    DurableFiles.createDirectory(kept, target.user());
    try {
      for (String name : names) {
        Files.copy(
            target.path().resolve("pg_wal").resolve(name),
            kept.resolve(name),
            StandardCopyOption.COPY_ATTRIBUTES);
      }
    } catch (IOException e) {
      // It is tried again, and half a copy for each attempt would keep a full disk full.
      DurableFiles.deleteTree(kept);
      throw DurableFiles.failed("cannot keep the diverged WAL in " + kept, e);
    }
    target.user().ownTree(kept);
    return kept;
  }
}
