package io.conclave.core.edge;

/** Whose statements wait, at an edge. */
public enum Waiting {
  NOBODY,
  /** Those who ask for the primary: there is none. Standbys go on serving reads. */
  WRITERS,
  /** Everybody, for a switchover: the target may serve reads, too. */
  EVERYBODY
}
