package io.conclave.postgres;

import io.conclave.core.Configuration;
import io.conclave.core.EpochRow;
import io.conclave.core.Lsn;
import io.conclave.core.NodeId;
import java.util.List;
import java.util.UUID;

/**
 * Conclave's own commits on a primary. Each uses a session of its own and blocks until the sync standbys have acknowledged
 * it: call it from a thread that may block. {@link #close()}, from any thread, ends a wait at once.
 */
public final class Commits implements AutoCloseable {
  private static final int EDGE_LOGIN_MS = 10_000;
  private static final int ABANDONED_MS = 1000;

  private final DataDirectory directory;
  private volatile LocalSession session;
  private volatile boolean closed;

  /** synchronous_commit of the session; empty when it is not known. */
  private String mode = "";

  public Commits(DataDirectory directory) {
    this.directory = directory;
  }

  /** What is known of a commit. */
  public enum Outcome {
    /** On the primary's disk and acknowledged as the sync setting demands. */
    ACKNOWLEDGED,
    /** It may be there or not, acknowledged or not: nothing follows from it. */
    NOT_PROVEN
  }

  /**
   * The schema, the roles {@code conclave_replication} and {@code conclave_probe}, and what the edges need. Waits for nobody;
   * may be repeated.
   */
  public static void prepare(DataDirectory directory, LocalSession session, Passwords passwords) {
    session.executeLocally(Schema.statements(passwords));
    if (passwords.edge().isPresent()) {
      for (String database : databases(session)) {
        Identity identity = directory.identity();
        try (LocalSession there = LocalSession.open(
            identity.localAddress(), identity.port(), database, passwords, EDGE_LOGIN_MS)) {
          there.executeLocally(EdgeLogin.statements());
        }
      }
    }
  }

  /** All that can be connected to; what is made from template1 later has what that has. */
  private static List<String> databases(LocalSession session) {
    String names =
        session.queryText("SELECT string_agg(datname, E'\\n') FROM pg_database WHERE datallowconn");
    return names.lines().toList();
  }

  /**
   * Commits the epoch row of a configuration, beyond a position. A row of the same promotion that is there already is left,
   * and a further commit is waited for instead.
   *
   * @param beyond the row's commit lies beyond it
   * @param timeline that the server writes
   * @param start where this history forks off its predecessor
   * @param waits false: the row waits for nobody (k = 0, or an initial epoch whose standbys do not exist yet)
   * @return the row as it stands in the table, and whether it was acknowledged
   */
  public WrittenEpoch writeEpoch(
      Configuration configuration,
      int timeline,
      Lsn start,
      Lsn beyond,
      boolean waits,
      Deadline deadline) {
    LocalSession s = session(deadline);
    pad(s, beyond, deadline);
    String sql = "INSERT INTO conclave.epoch (epoch, promotion, node, timeline, start, members, k)"
        + " VALUES (?, ?, ?, ?, ?::pg_lsn, string_to_array(?, ','), ?) ON CONFLICT (promotion) DO NOTHING";
    List<String> members =
        configuration.sync().members().stream().map(NodeId::value).toList();
    Object[] values = {
      configuration.epoch(),
      configuration.promotion(),
      configuration.primary().value(),
      timeline,
      start.toString(),
      String.join(",", members),
      configuration.sync().k()
    };
    int[] rows = {0};
    Outcome outcome = commit(s, sql, waits, rows, values);
    if (outcome == Outcome.ACKNOWLEDGED && waits && rows[0] == 0) {
      // The row was there already: the insert wrote nothing and waited for nothing.
      outcome = prove(s);
    }
    return new WrittenEpoch(
        new EpochRow(
            configuration.epoch(),
            configuration.promotion(),
            configuration.primary(),
            timeline,
            start),
        outcome);
  }

  /** An epoch row and what is known of its commit. */
  public record WrittenEpoch(EpochRow row, Outcome outcome) {}

  /**
   * Commits a barrier row; it replaces those before. One whose commit still waits for standbys, perhaps for ever and in the session of
   * an agent that is gone, holds its lock: it is left for the next time.
   */
  public Outcome writeBarrier(UUID id, Deadline deadline) {
    String sql =
        "WITH gone AS (DELETE FROM conclave.barrier WHERE id IN (SELECT id FROM conclave.barrier WHERE id <> ? FOR UPDATE SKIP LOCKED))"
            + " INSERT INTO conclave.barrier (id) VALUES (?) ON CONFLICT (id) DO UPDATE SET at = now()";
    return commit(session(deadline), sql, true, new int[1], id, id);
  }

  /**
   * Proof that this primary is still current: a tiny commit that its sync standbys acknowledge. With a setting that waits for
   * nobody it proves nothing.
   */
  public Outcome proveCurrent(Deadline deadline) {
    return prove(session(deadline));
  }

  private Outcome prove(LocalSession s) {
    return commit(
        s, "SELECT pg_logical_emit_message(true, 'conclave', 'current')", true, new int[1]);
  }

  private Outcome commit(LocalSession s, String sql, boolean waits, int[] rows, Object... values) {
    try {
      mode(s, waits ? "on" : "local");
      LocalSession.Executed executed = s.execute(sql, values);
      rows[0] = executed.rows();
      return executed.warned() ? Outcome.NOT_PROVEN : Outcome.ACKNOWLEDGED;
    } catch (SessionException e) {
      if (e.sessionUsable() && e.kind() == SessionException.Kind.STATEMENT) {
        throw e;
      }
      // The deadline, the server's end, or this was closed. The session is of no use any more;
      // closing it cancels nothing that counts.
      s.close();
      if (closed || e.kind() == SessionException.Kind.TIMEOUT) {
        cancel(s.pid());
      }
      return Outcome.NOT_PROVEN;
    }
  }

  /** Said once to each session: these commits are on the path of a failover. */
  private void mode(LocalSession s, String synchronousCommit) {
    if (!synchronousCommit.equals(mode)) {
      s.execute("SET synchronous_commit = " + synchronousCommit);
      mode = synchronousCommit;
    }
  }

  /** A backend that waits for standbys does not notice that its client has gone: end it, or they pile up. */
  private void cancel(long pid) {
    try (LocalSession other = LocalSession.open(directory, 1000)) {
      other.queryText("SELECT pg_terminate_backend(?::int)::text", Long.toString(pid));
    } catch (SessionException e) {
      org.slf4j.LoggerFactory.getLogger(Commits.class)
          .info("{}: cannot end the waiting session {}: {}", directory, pid, e.getMessage());
    }
  }

  /** Writes WAL until the next record lies beyond the position. */
  private static void pad(LocalSession s, Lsn beyond, Deadline deadline) {
    while (!deadline.passed()) {
      long missing =
          beyond.ahead(Lsn.parse(s.queryText("SELECT pg_current_wal_insert_lsn()::text"))) + 1;
      if (missing == 1) {
        return;
      }
      long chunk = Math.min(missing, 8L * 1024 * 1024);
      s.queryText(
          "SELECT pg_logical_emit_message(false, 'conclave', repeat('x', ?))::text", (int) chunk);
    }
    throw new PostgresException(
        PostgresException.Kind.TIMEOUT, "no time left to write WAL up to " + beyond);
  }

  /** A session whose waits end at the deadline. */
  private LocalSession session(Deadline deadline) {
    int ms = (int) Math.max(1, deadline.remainingMs());
    LocalSession s = session;
    if (s == null || s.isClosed()) {
      s = LocalSession.open(directory, ms);
      mode = "";
      session = s;
      if (closed) {
        s.close();
      }
    } else {
      s.setTimeout(ms);
    }
    return s;
  }

  /** Opens the session, so that the first commit need not. */
  public void warm(Deadline deadline) {
    LocalSession s = session(deadline);
    mode(s, "on");
    s.observe();
  }

  /**
   * Ends the commits of Conclave that wait for standbys in other sessions: of an agent that is gone nobody waits for them, and
   * they would wait for ever. To be called while this agent has none.
   */
  public void endAbandoned() {
    session(Deadline.in(ABANDONED_MS))
        .queryText(
            "SELECT count(pg_terminate_backend(pid))::text FROM pg_stat_activity WHERE usename = current_user"
                + " AND application_name = 'conclave' AND wait_event_type = 'IPC' AND wait_event = 'SyncRep' AND pid <> pg_backend_pid()");
  }

  @Override
  public void close() {
    closed = true;
    LocalSession s = session;
    if (s != null) {
      s.close();
    }
  }
}
