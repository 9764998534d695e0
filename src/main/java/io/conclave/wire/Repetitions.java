package io.conclave.wire;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Which of the words that are repeated about each subject are worth saying again: those with news, and one now and then. */
final class Repetitions {
  private record Told(Object gist, long atNanos) {}

  private final long everyNanos;
  private final Map<Object, Told> told = new HashMap<>();

  /**
   * @param every how often a word is said again that says the same
   */
  Repetitions(Duration every) {
    this.everyNanos = every.toNanos();
  }

  /**
   * Counts the word as said when it is to be said.
   *
   * @param subject what the word is about
   * @param gist what of it is news when it changes
   * @param nowNanos of {@link System#nanoTime()}
   */
  boolean isNewOrDue(Object subject, Object gist, long nowNanos) {
    Told last = told.get(subject);
    boolean same = last != null && last.gist().equals(gist);
    if (same && nowNanos - last.atNanos() < everyNanos) {
      return false;
    }
    told.put(subject, new Told(gist, nowNanos));
    return true;
  }

  /** There is somebody who has been told nothing. */
  void forget() {
    told.clear();
  }
}
