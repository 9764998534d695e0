package io.conclave.core;

/** What an agent lets through to a server. */
public enum Gate {
  /** Everybody whom the operator's rules admit. */
  OPEN,
  /** Only replication and Conclave's own connections; all other sessions are ended. */
  CLOSED
}
