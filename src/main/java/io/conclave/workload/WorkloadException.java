package io.conclave.workload;

import java.sql.SQLException;

/** The servers did not let the workload begin, or did not give its rows; the message is the server's or the driver's. */
public final class WorkloadException extends Exception {
  private static final long serialVersionUID = 1L;

  WorkloadException(SQLException cause) {
    super(cause.getMessage(), cause);
  }
}
