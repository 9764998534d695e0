package io.conclave.postgres;

import io.conclave.core.Gate;
import io.conclave.core.Lsn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Brings a diverged, stopped server back onto the history of a primary by pg_rewind. */
public final class Rewinding {
  private static final List<String> OWN_FILES =
      List.of("postgresql.conf", "pg_ident.conf", "postgresql.auto.conf");
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'");

  private Rewinding() {}

  /** What came of it. */
  public sealed interface Result {}

  /**
   * The data directory is the source's now; to be started as its standby.
   *
   * @param diverged where the old WAL is kept
   */
  public record Rewound(Path diverged) implements Result {}

  /** pg_rewind found nothing to do. With equal timelines this proves nothing: promotion ids decide (design, 3.3 step 7). */
  public record NotRequired(Path diverged) implements Result {}

  /** Not possible here; nothing was changed. */
  public record Unavailable(String reason) implements Result {}

  /** It failed: the data directory may be half rewound, and only a clone helps. */
  public record Failed(String reason, Path diverged) implements Result {}

  /**
   * The server of this node must be stopped. Keeps its WAL from the fork on aside first. Afterwards: gate closed, standby,
   * following the source after its next start.
   *
   * @param fork where the histories part; WAL segments from there on are kept
   */
  public static Result rewind(
      DataDirectory target, Binaries binaries, Upstream source, Lsn fork, Deadline deadline) {
    if (!binaries.hasRewind()) {
      return new Unavailable("there is no pg_rewind in " + binaries.directory());
    }
    target.prepareHome();
    try {
      checkpoint(target, source, deadline);
    } catch (SessionException e) {
      return new Unavailable("the source cannot be prepared: " + e.getMessage());
    }
    Path diverged = keepDiverged(target, fork);
    Map<String, byte[]> own = new HashMap<>();
    OWN_FILES.forEach(name -> own.put(name, DurableFiles.readBytes(target.path().resolve(name))));
    // pg_rewind first recovers a server that crashed, in single-user mode, which refuses to run as
    // a standby.
    target.setStandby(false);
    Command.Result result;
    try {
      result = run(target, binaries, source, deadline);
    } finally {
      // It copies the source's settings; a start with those would be a second server with the
      // source's name and port.
      own.forEach(
          (name, bytes) -> DurableFiles.write(target.path().resolve(name), bytes, target.user()));
      target.writeAll(ServerSettings.ALONE.withUpstream(source), Gate.CLOSED, true);
    }
    if (result.exit() != 0) {
      return new Failed(
          (result.timedOut() ? "pg_rewind did not end in time: " : "pg_rewind: ")
              + result.output().strip(),
          diverged);
    }
    return result.output().contains("no rewind required")
        ? new NotRequired(diverged)
        : new Rewound(diverged);
  }

  /**
   * Up to PostgreSQL 15 pg_rewind takes the source's timeline from its control file, where a promotion shows only after the
   * next checkpoint: before it, a diverged server passes for one that needs no rewind.
   */
  private static void checkpoint(DataDirectory target, Upstream source, Deadline deadline) {
    int ms = (int) Math.min(Integer.MAX_VALUE, Math.max(1, deadline.remainingMs()));
    try (LocalSession session =
        LocalSession.open(source.host(), source.port(), target.passwords(), ms)) {
      session.checkpoint();
    }
  }

  private static Command.Result run(
      DataDirectory target, Binaries binaries, Upstream source, Deadline deadline) {
    String server =
        "host=%s port=%d user=%s dbname=postgres connect_timeout=5 options='-c search_path=pg_catalog -c statement_timeout=0'"
            .formatted(ServerSettings.quote(source.host()), source.port(), Passwords.SUPERUSER);
    List<String> command = List.of(
        binaries.tool("pg_rewind"), "-D", target.path().toString(), "--source-server=" + server);
    return Command.run(
        target.user().command(command),
        Map.of("PGPASSFILE", target.passfile(Passwords.SUPERUSER).toString()),
        deadline,
        ms -> {});
  }

  /** Copies the WAL from the fork on into a directory of its own in the node's home: evidence for the operator. */
  public static Path keepDiverged(DataDirectory target, Lsn fork) {
    target.prepareHome();
    Path kept =
        target.home().resolve("diverged-" + ZonedDateTime.now(ZoneOffset.UTC).format(STAMP));
    DurableFiles.createDirectory(kept, target.user());
    long segment = target.control().segmentBytes();
    try {
      for (String name : target.walSegments()) {
        if (WalSegments.number(name, segment) >= fork.bytes() / segment) {
          Files.copy(
              target.path().resolve("pg_wal").resolve(name),
              kept.resolve(name),
              StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    } catch (IOException e) {
      throw DurableFiles.failed("cannot keep the diverged WAL in " + kept, e);
    }
    target.user().ownTree(kept);
    return kept;
  }
}
