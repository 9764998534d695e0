package io.conclave.postgres;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;

/** A SQL session failed, and how: what an agent may conclude differs a lot between these. */
public final class SessionException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final Kind kind;
  private final String sqlState;

  /** What the failure says about the server. */
  public enum Kind {
    /** Nobody listens on the port. */
    REFUSED,
    /** The connection was cut: the server process is gone, or it ended this session. */
    RESET,
    /** Somebody listens and does not answer in time. */
    TIMEOUT,
    /** It starts up, recovers or shuts down (57P03). */
    NOT_ACCEPTING,
    /** The server ended the session by command or shutdown (57P01, 57P02, 57P05). */
    TERMINATED,
    /** Wrong role or password, or no rule in pg_hba.conf (class 28). */
    DENIED,
    TOO_MANY_CONNECTIONS,
    /** The statement was cancelled (57014). */
    CANCELLED,
    /** The statement is at fault; the session goes on. */
    STATEMENT
  }

  public SessionException(Kind kind, String sqlState, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.sqlState = sqlState;
  }

  static SessionException of(SQLException error) {
    String state = error.getSQLState() == null ? "" : error.getSQLState();
    return new SessionException(classify(state, error), state, error.getMessage(), error);
  }

  public Kind kind() {
    return kind;
  }

  /** Five characters, or empty when the server sent none. */
  public String sqlState() {
    return sqlState;
  }

  /** Whether replay was in the way of a query of a standby; it may be asked again at once. */
  public boolean isConflict() {
    return sqlState.equals("40001") || kind == Kind.CANCELLED;
  }

  /** Whether the session can be used on. */
  public boolean sessionUsable() {
    return kind == Kind.STATEMENT || kind == Kind.CANCELLED;
  }

  private static Kind classify(String state, SQLException error) {
    switch (state) {
      case "57P03":
        return Kind.NOT_ACCEPTING;
      case "57P01", "57P02", "57P05":
        return Kind.TERMINATED;
      case "57014":
        return Kind.CANCELLED;
      case "53300":
        return Kind.TOO_MANY_CONNECTIONS;
      default:
        if (state.startsWith("28")) {
          return Kind.DENIED;
        }
        if (state.startsWith("08") || hasCause(error, IOException.class)) {
          return connectionKind(error);
        }
        return Kind.STATEMENT;
    }
  }

  private static Kind connectionKind(SQLException error) {
    if (hasCause(error, SocketTimeoutException.class)) {
      return Kind.TIMEOUT;
    }
    return hasCause(error, ConnectException.class) ? Kind.REFUSED : Kind.RESET;
  }

  private static boolean hasCause(Throwable error, Class<? extends Throwable> type) {
    for (Throwable t = error; t != null; t = t.getCause()) {
      if (type.isInstance(t)) {
        return true;
      }
    }
    return false;
  }
}
