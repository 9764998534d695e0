package io.conclave.agent;

import java.util.StringJoiner;

/** How long each part of a task took, for the operator who asks where the time went. */
final class Laps {
  private final StringJoiner text = new StringJoiner(", ");
  private long since = System.nanoTime();

  void lap(String what) {
    long now = System.nanoTime();
    text.add("%s %.0f ms".formatted(what, (now - since) / 1e6));
    since = now;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
