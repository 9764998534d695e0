package io.conclave.demo;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.stream.Collectors;

/** What the demo does to the primary. */
public enum Fault {
  /** Nothing: the group is watched under load. */
  NONE("none"),
  /** SIGKILL of the postmaster alone. */
  KILL("kill"),
  /** SIGKILL of every process of the host; the demo starts the JVM again, as an init system would. */
  KILL_HOST("kill-host"),
  /** SIGSTOP of every process of the host, as {@code docker pause} does, and SIGCONT after the failover. */
  FREEZE("freeze"),
  /** A planned switchover over HTTP. */
  SWITCHOVER("switchover");

  private final String word;

  Fault(String word) {
    this.word = word;
  }

  /** The word of the command line and of the report. */
  @JsonValue
  public String word() {
    return word;
  }

  /**
   * The fault of a word.
   *
   * @throws IllegalArgumentException that names the words there are
   */
  public static Fault parse(String word) {
    return Arrays.stream(values())
        .filter(f -> f.word.equals(word))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("'" + word + "' is no fault: expected one of "
                + Arrays.stream(values()).map(Fault::word).collect(Collectors.joining(", "))));
  }

  @Override
  public String toString() {
    return word;
  }
}
