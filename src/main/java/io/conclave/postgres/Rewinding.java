package io.conclave.postgres;

import io.conclave.core.Gate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Brings a diverged, stopped server back onto the history of a primary by pg_rewind. */
public final class Rewinding {
  private static final List<String> OWN_FILES =
      List.of("postgresql.conf", "pg_ident.conf", "postgresql.auto.conf");

  private Rewinding() {}

  /** What came of it. */
  public sealed interface Result {}

  /**
   * The data directory is the source's now; to be started as its standby.
   */
  public record Rewound() implements Result {}

  /** pg_rewind found nothing to do. With equal timelines this proves nothing: promotion ids decide (design, 3.3 step 7). */
  public record NotRequired() implements Result {}

  /** Not possible here; nothing was changed. */
  public record Unavailable(String reason) implements Result {}

  /** It failed: the data directory may be half rewound, and only a clone helps. */
  public record Failed(String reason) implements Result {}

  /**
   * Makes the source show its timeline to pg_rewind; changes nothing here. Up to PostgreSQL 15 pg_rewind takes the source's timeline
   * from its control file, where a promotion shows only after the next checkpoint: before it, a diverged server passes for one
   * that needs no rewind.
   *
   * @return what {@link #rewind} asks for, lest it be forgotten
   * @throws SessionException when the source does not answer or does not get it done
   * @throws PostgresException (INTERRUPTED) when the calling thread was interrupted
   */
  public static Prepared prepare(DataDirectory target, Upstream source, Deadline deadline) {
    int ms = (int) Math.min(Integer.MAX_VALUE, Math.max(1, deadline.remainingMs()));
    try (LocalSession session =
        LocalSession.open(source.host(), source.port(), target.passwords(), ms)) {
      session.interruptibly(() -> {
        session.checkpoint();
        return true;
      });
    }
    return new Prepared(source);
  }

  /** A source whose control file is new enough. */
  public record Prepared(Upstream source) {}

  /**
   * The server of this node must be stopped, and its diverged WAL kept ({@link DivergedWal}). Afterwards: gate closed,
   * standby, following the source after its next start.
   */
  public static Result rewind(
      DataDirectory target, Binaries binaries, Prepared prepared, Deadline deadline) {
    if (!binaries.hasRewind()) {
      return new Unavailable("there is no pg_rewind in " + binaries.directory());
    }
    Upstream source = prepared.source();
    target.prepareHome();
    Map<String, byte[]> own = new HashMap<>();
    OWN_FILES.forEach(name -> own.put(name, DurableFiles.readBytes(target.path().resolve(name))));
    Command.Result result;
    try {
      // pg_rewind first recovers a server that crashed, in single-user mode, which refuses to run
      // as a standby.
      target.setStandby(false);
      result = run(target, binaries, source, deadline);
    } finally {
      // Files take no interrupt (ClosedByInterruptException): these have to be written in any case.
      boolean interrupted = Thread.interrupted();
      // It copies the source's settings; a start with those would be a second server with the
      // source's name and port.
      own.forEach(
          (name, bytes) -> DurableFiles.write(target.path().resolve(name), bytes, target.user()));
      target.writeAll(ServerSettings.ALONE.withUpstream(source), Gate.CLOSED, true);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    if (result.exit() != 0) {
      return new Failed((result.timedOut() ? "pg_rewind did not end in time: " : "pg_rewind: ")
          + result.output().strip());
    }
    return result.output().contains("no rewind required") ? new NotRequired() : new Rewound();
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
}
