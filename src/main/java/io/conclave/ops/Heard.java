package io.conclave.ops;

/**
 * A word and when it arrived here.
 *
 * @param atMs monotonic clock of this host, in ms
 */
record Heard<T>(T word, long atMs) {
  /** How old the word is here, in ms. */
  long ageMs(long nowMs) {
    return Math.max(0, nowMs - atMs);
  }
}
