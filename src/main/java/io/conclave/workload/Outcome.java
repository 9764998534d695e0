package io.conclave.workload;

/** What a client knows of one write. */
public enum Outcome {
  /** Committed, without any warning. It must never be missing again. */
  ACKNOWLEDGED,
  /** Refused before it could commit. It must never appear. */
  FAILED,
  /** Sent, and no clear answer. It may be there or not; its id is never used again. */
  UNKNOWN
}
