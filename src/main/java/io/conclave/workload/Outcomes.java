package io.conclave.workload;

import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.Set;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Turns what the driver says of a statement that was sent into an {@link Outcome}. When in doubt a write is unknown:
 * only errors that PostgreSQL raises before a commit begins count as failed for sure.
 */
final class Outcomes {
  /** In the warning of a commit that did not wait for its standbys to the end: durable here, perhaps nowhere else. */
  static final String WAIT_CANCELLED = "canceling wait for synchronous replication";

  /** Classes of SQLSTATE that are raised while a statement is parsed, planned or executed, never while it commits. */
  private static final Set<String> BEFORE_COMMIT =
      Set.of("0A", "22", "23", "25", "26", "28", "3D", "3F", "42", "53", "54", "55");

  private static final Set<String> BEFORE_COMMIT_STATES =
      Set.of("40001", "40P01", "57014", "57P03");

  private Outcomes() {}

  /** The outcome of a commit that the server answered with success. */
  static Outcome ofSuccess(SQLWarning first) {
    for (SQLWarning w = first; w != null; w = w.getNextWarning()) {
      if (w.getMessage() != null && w.getMessage().contains(WAIT_CANCELLED)) {
        return Outcome.UNKNOWN;
      }
    }
    return Outcome.ACKNOWLEDGED;
  }

  /** The outcome of a commit that ended with an exception after it was sent. */
  static Outcome ofError(SQLException e) {
    String state = e.getSQLState();
    if (state == null || state.length() != 5 || !severityIsError(e)) {
      return Outcome.UNKNOWN;
    }
    boolean before =
        BEFORE_COMMIT.contains(state.substring(0, 2)) || BEFORE_COMMIT_STATES.contains(state);
    return before ? Outcome.FAILED : Outcome.UNKNOWN;
  }

  /** FATAL and PANIC end the session, perhaps in the middle of a commit. */
  private static boolean severityIsError(SQLException e) {
    ServerErrorMessage message = e instanceof PSQLException p ? p.getServerErrorMessage() : null;
    return message != null && "ERROR".equals(message.getSeverity());
  }
}
