package io.conclave.core.health;

/** What one SQL probe of a primary ended with. */
public enum Probe {
  /** A primary answered. */
  ANSWERED,
  /** A server answered that it is in recovery: it is not a primary any more. */
  NOT_PRIMARY,
  /** A connection was refused: nobody listens there. */
  REFUSED,
  /** A server is there and does not serve: starting, stopping, out of connections. */
  UNSERVED,
  /** No answer in time, or the connection broke. */
  SILENT
}
