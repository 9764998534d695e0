package io.conclave.agent;

import io.conclave.postgres.Observation;
import io.conclave.postgres.SessionException;

/** What one look at the local server showed. */
sealed interface Seen {
  /** It answers. */
  record Answering(Observation observation) implements Seen {}

  /** A process is there and does not answer, and how. */
  record NotAnswering(SessionException.Kind kind, String message) implements Seen {}

  /** There is no postmaster. */
  record NoProcess() implements Seen {}
}
