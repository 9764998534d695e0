package io.conclave.cli;

import io.conclave.workload.LoadShape;
import picocli.CommandLine.Option;

/** Options of the ledger workload, shared by {@code demo} and {@code workload}. */
final class Load {
  @Option(
      names = "--writers",
      paramLabel = "N",
      defaultValue = "6",
      description = "Writers that keep their connection (default: ${DEFAULT-VALUE}).")
  private int keepingWriters;

  @Option(
      names = "--reconnecting-writers",
      paramLabel = "N",
      defaultValue = "2",
      description = "Writers that open a connection for each write (default: ${DEFAULT-VALUE}).")
  private int reconnectingWriters;

  @Option(
      names = "--pace",
      paramLabel = "N",
      defaultValue = "50",
      description =
          "Writes per second of a writer that keeps its connection (default: ${DEFAULT-VALUE}).")
  private int keepingPace;

  @Option(
      names = "--reconnecting-pace",
      paramLabel = "N",
      defaultValue = "20",
      description = "Writes per second of a writer that reconnects (default: ${DEFAULT-VALUE}).")
  private int reconnectingPace;

  @Option(
      names = "--reads",
      paramLabel = "N",
      defaultValue = "20",
      description =
          "Reads per second and server that look for stale answers (default: ${DEFAULT-VALUE}).")
  private int readsPerSecond;

  /**
   * The load that the options describe.
   *
   * @throws IllegalArgumentException with a sentence, when a number is out of bounds
   */
  LoadShape shape() {
    return new LoadShape(
        keepingWriters, reconnectingWriters, keepingPace, reconnectingPace, readsPerSecond);
  }
}
