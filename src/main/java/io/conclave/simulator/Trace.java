package io.conclave.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** What happened, for people; and a fingerprint of it, which costs next to nothing, always. */
final class Trace {
  private final boolean kept;
  private final List<String> lines = new ArrayList<>();
  private long fingerprint;

  Trace(boolean kept) {
    this.kept = kept;
  }

  void note(long atMs, String who, Supplier<String> what) {
    if (kept) {
      lines.add("%9.3f  %-14s %s".formatted(atMs / 1000.0, who, what.get()));
    }
  }

  void mix(long value) {
    fingerprint = Dice.mix(fingerprint * 31 + value);
  }

  List<String> lines() {
    return List.copyOf(lines);
  }

  long fingerprint() {
    return fingerprint;
  }
}
