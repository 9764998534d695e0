package io.conclave.workload;

/**
 * How long a client waits before it believes that a server is away. All in ms.
 *
 * @param connectMs bound of the TCP connect
 * @param handshakeMs bound of each answer while a session starts; a frozen server accepts and never answers
 * @param answerMs bound of the answer to a statement of a kept connection
 * @param directAnswerMs the same, for writers that open a connection for each write
 * @param backOffMinMs shortest pause before a client tries again to connect
 * @param backOffMaxMs longest such pause
 * @param roundMs pause of a writer that opens a connection for each write, between two rounds over all servers
 */
public record Patience(
    int connectMs,
    int handshakeMs,
    int answerMs,
    int directAnswerMs,
    int backOffMinMs,
    int backOffMaxMs,
    int roundMs) {

  /** Of a client that chooses among servers itself: whoever does not answer is left for another one. */
  public static final Patience DEFAULT = new Patience(300, 600, 1000, 300, 200, 400, 30);

  /** Of a client of an edge, which holds whoever comes while there is no primary: to give up means to queue anew. */
  public static final Patience HELD = new Patience(2000, 10_000, 4000, 4000, 20, 50, 30);

  public Patience {
    if (connectMs < 1 || handshakeMs < 1 || answerMs < 1 || directAnswerMs < 1) {
      throw new IllegalArgumentException("timeouts are at least 1 ms");
    }
    if (backOffMinMs < 1 || backOffMaxMs < backOffMinMs) {
      throw new IllegalArgumentException(
          "back-off is at least 1 ms, and its maximum not below its minimum");
    }
    if (roundMs < 1) {
      throw new IllegalArgumentException("the pause between two rounds is at least 1 ms");
    }
  }

  /** The same with another pause between two rounds: each of them is a login at every server that answers. */
  public Patience withRoundMs(int other) {
    return new Patience(
        connectMs, handshakeMs, answerMs, directAnswerMs, backOffMinMs, backOffMaxMs, other);
  }
}
