package io.conclave.cli;

import picocli.CommandLine.Option;

/** Options of the ledger workload, shared by {@code demo} and {@code workload}. */
public final class Load {
  @Option(
      names = "--writers",
      paramLabel = "N",
      defaultValue = "6",
      description = "Writers that keep their connection (default: ${DEFAULT-VALUE}).")
  int keepingWriters;

  @Option(
      names = "--reconnecting-writers",
      paramLabel = "N",
      defaultValue = "2",
      description = "Writers that open a connection for each write (default: ${DEFAULT-VALUE}).")
  int reconnectingWriters;

  @Option(
      names = "--pace",
      paramLabel = "N",
      defaultValue = "50",
      description =
          "Writes per second of a writer that keeps its connection (default: ${DEFAULT-VALUE}).")
  int keepingPace;

  @Option(
      names = "--reconnecting-pace",
      paramLabel = "N",
      defaultValue = "20",
      description = "Writes per second of a writer that reconnects (default: ${DEFAULT-VALUE}).")
  int reconnectingPace;

  @Option(
      names = "--reads",
      paramLabel = "N",
      defaultValue = "20",
      description =
          "Reads per second and server that look for stale answers (default: ${DEFAULT-VALUE}).")
  int readsPerSecond;

  public int keepingWriters() {
    return keepingWriters;
  }

  public int reconnectingWriters() {
    return reconnectingWriters;
  }

  /** Writes per second of one keeping writer. */
  public int keepingPace() {
    return keepingPace;
  }

  /** Writes per second of one reconnecting writer. */
  public int reconnectingPace() {
    return reconnectingPace;
  }

  /** Reads per second of each server; 0 for none. */
  public int readsPerSecond() {
    return readsPerSecond;
  }
}
