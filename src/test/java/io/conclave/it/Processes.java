package io.conclave.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The state of a process as Linux tells it. */
final class Processes {
  private Processes() {}

  /** R, S, D, T (stopped), Z (a zombie), …; empty when there is no such process. */
  static Optional<Character> state(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return Optional.of(stat.charAt(stat.lastIndexOf(')') + 2));
    } catch (IOException gone) {
      return Optional.empty();
    }
  }
}
