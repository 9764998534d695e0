package io.conclave.workload;

/** What a client knows of one write. */
public enum Outcome {
  /** Committed, without any warning. It must never be missing again. */
  ACKNOWLEDGED(1),
  /** Refused before it could commit. It must never appear. */
  FAILED(2),
  /** Sent, and no clear answer. It may be there or not; its id is never used again. */
  UNKNOWN(3);

  private final int code;

  Outcome(int code) {
    this.code = code;
  }

  /** The outcome in two bits of a {@link WriterLog}. */
  int code() {
    return code;
  }

  /** What {@link #code} stands for. */
  static Outcome ofCode(int code) {
    return switch (code) {
      case 1 -> ACKNOWLEDGED;
      case 2 -> FAILED;
      case 3 -> UNKNOWN;
      default -> throw new IllegalArgumentException("no outcome has the code " + code);
    };
  }
}
