package io.conclave.postgres;

/** Something about a server's process, files or tools went wrong; the message is fit for an operator. */
public class PostgresException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final Kind kind;

  /** What went wrong. */
  public enum Kind {
    /** No PostgreSQL, no OS user, no file where one must be. */
    NOT_FOUND,
    /** A file or setting has contents that cannot be worked with. */
    BAD_CONTENT,
    /** A program of PostgreSQL ended with an error. */
    TOOL_FAILED,
    /** The server did not come up; the message has the FATAL line of its log. */
    START_FAILED,
    /** The server could not be stopped. */
    STOP_FAILED,
    /** Reading or writing a file failed. */
    IO,
    TIMEOUT,
    INTERRUPTED
  }

  public PostgresException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public PostgresException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
