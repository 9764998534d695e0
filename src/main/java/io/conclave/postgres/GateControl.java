package io.conclave.postgres;

import io.conclave.core.Gate;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Opens and closes the gate of a running server (design, section 3.1, Gate). Without a process the file is enough. */
public final class GateControl {
  private static final String OWN =
      "('%s', '%s', '%s')".formatted(Passwords.SUPERUSER, Passwords.REPLICATION, Passwords.PROBE);

  // Before its login is complete a session has no role yet (PostgreSQL 18): it is counted as a
  // stranger's.
  private static final String STRANGERS =
      "FROM pg_stat_activity WHERE backend_type IN ('client backend', 'walsender') AND coalesce(usename, '') NOT IN "
          + OWN;

  private static final String END_STRANGERS =
      "SELECT count(pg_terminate_backend(pid))::text " + STRANGERS;

  private static final long LOGIN_MS = 100;
  private static final String NOT_READ = "the server has not read its settings again";

  private GateControl() {}

  /**
   * How it went.
   *
   * @param reason for people, when not done
   */
  public record Result(boolean done, String reason, double tookMs) {}

  /**
   * Closes the gate: afterwards no session of a client is left, and none can begin. Proven by the postmaster, which has
   * read the new rules, and by the list of sessions and processes after it. Works on a hot standby too.
   *
   * @throws SessionException when a session fails; the rules on disk are the closed ones even so
   */
  public static Result close(
      DataDirectory directory, LocalSession session, Postmaster postmaster, Deadline deadline) {
    long began = System.nanoTime();
    directory.writeGate(Gate.CLOSED);
    return result(endAll(directory, session, postmaster, deadline, LOGIN_MS), began);
  }

  /**
   * As {@link #close}, of a server that must not be read for a moment longer: the rules are durable when clients are gone, and
   * not before, and Conclave's own logins are ended, too.
   */
  public static Result cut(
      DataDirectory directory, LocalSession session, Postmaster postmaster, Deadline deadline) {
    long began = System.nanoTime();
    directory.showGate(Gate.CLOSED);
    Optional<String> open;
    try {
      open = endAll(directory, session, postmaster, deadline, 0);
    } finally {
      directory.syncGate();
    }
    return result(open, began);
  }

  /** Why sessions may be left; empty when there are none. */
  private static Optional<String> endAll(
      DataDirectory directory,
      LocalSession session,
      Postmaster postmaster,
      Deadline deadline,
      long loginMs) {
    if (!reloaded(directory, session, postmaster, deadline)) {
      return Optional.of(NOT_READ);
    }
    endSessions(postmaster);
    Optional<String> refused = refused(session);
    if (refused.isPresent()) {
      return refused;
    }
    Logins logins = new Logins(session, postmaster, Deadline.in(loginMs));
    boolean none = Await.until(() -> nobodyIsLeft(logins, session), deadline, 2);
    return none ? Optional.empty() : Optional.of("sessions of clients do not end");
  }

  /**
   * Ends the sessions of clients that there are now, by signals: without a session, and as fast as the process table is read.
   * Others may begin: only {@link #close} prevents that, and proves it. For a server that must not be read for a moment longer.
   */
  public static void endSessions(Postmaster postmaster) {
    ClientProcesses.terminate(postmaster);
  }

  /** Strangers are ended whether logins are over or not. */
  private static boolean nobodyIsLeft(Logins logins, LocalSession session) {
    boolean over = logins.areOver(session);
    return endStrangers(session) && over;
  }

  /**
   * Opens the gate: afterwards new connections are admitted by the operator's rules. Clients wait for it, and a crash of the
   * machine that brings the closed rules back does no harm: {@link DataDirectory#syncGate} is for the caller, later.
   */
  public static Result open(
      DataDirectory directory, LocalSession session, Postmaster postmaster, Deadline deadline) {
    long began = System.nanoTime();
    // A session may be one to an earlier process of this server: that shows now, while the rules on
    // disk are still the
    // closed ones. Open ones that nobody has read would look as if all were done.
    session.queryText("SELECT 1::text");
    directory.showGate(Gate.OPEN);
    Optional<String> notRead = reloaded(directory, session, postmaster, deadline)
        ? refused(session)
        : Optional.of(NOT_READ);
    return result(notRead, began);
  }

  /**
   * The postmaster is seen asleep after it was signalled: it has read its files by then, and it forks nobody before it has. A
   * new connection proves the same where there is no process table, and costs a login on the path of a failover.
   */
  private static boolean reloaded(
      DataDirectory directory, LocalSession session, Postmaster postmaster, Deadline deadline) {
    if (Processes.HAS_PROC) {
      session.reload();
      return Await.until(postmaster::isAsleep, deadline, 1);
    }
    long before = clockMicros(session);
    session.reload();
    return Await.until(() -> loadedAt(directory) >= before, deadline, 1);
  }

  /** What the server finds wrong with the rules on disk; it has kept the old ones then. */
  private static Optional<String> refused(LocalSession session) {
    String error = session.queryText(
        "SELECT line_number || ': ' || error FROM pg_hba_file_rules WHERE error IS NOT NULL LIMIT 1");
    return Optional.ofNullable(error)
        .map(e -> "pg_hba.conf, line " + e + "; the server keeps the old rules");
  }

  private static long clockMicros(LocalSession session) {
    return Long.parseLong(session.queryText(
        "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint::text"));
  }

  private static long loadedAt(DataDirectory directory) {
    try (LocalSession fresh = LocalSession.open(directory, 1000)) {
      return Long.parseLong(fresh.queryText(
          "SELECT (extract(epoch FROM pg_conf_load_time()) * 1000000)::bigint::text"));
    }
  }

  /** Ends what is left once; returns whether nothing was. */
  private static boolean endStrangers(LocalSession session) {
    return "0".equals(session.queryText(END_STRANGERS));
  }

  /**
   * Connections that were forked under the old rules and have not logged in yet: they are on no list of sessions. They may get
   * a moment to log in, because Conclave's own may be among them; then they are ended.
   */
  private static final class Logins {
    private static final String NO_SESSION =
        ".*: (logger|archiver|io worker|stats collector|startup|background writer|checkpointer|walwriter|walreceiver"
            + "|autovacuum launcher|logical replication launcher)\\b.*";

    private final Deadline patience;
    private final Set<Long> pending = new HashSet<>();

    Logins(LocalSession session, Postmaster postmaster, Deadline patience) {
      this.patience = patience;
      for (Processes.Status child : Processes.childrenOf(postmaster.pid())) {
        String title = Processes.title(child.pid());
        if (!title.isEmpty() && !title.matches(NO_SESSION)) {
          pending.add(child.pid());
        }
      }
      areOver(session);
    }

    boolean areOver(LocalSession session) {
      if (!pending.isEmpty()) {
        pending.removeAll(
            pids(session.queryText("SELECT string_agg(pid::text, ',') FROM pg_stat_activity")));
        pending.removeIf(
            pid -> Processes.status(pid).filter(Processes.Status::alive).isEmpty());
        if (patience.passed()) {
          pending.forEach(Processes::terminate);
        }
      }
      return pending.isEmpty();
    }
  }

  private static Set<Long> pids(String text) {
    Set<Long> pids = new HashSet<>();
    if (text != null) {
      for (String pid : text.split(",")) {
        pids.add(Long.parseLong(pid));
      }
    }
    return pids;
  }

  private static Result result(Optional<String> obstacle, long began) {
    return new Result(obstacle.isEmpty(), obstacle.orElse(""), (System.nanoTime() - began) / 1e6);
  }
}
