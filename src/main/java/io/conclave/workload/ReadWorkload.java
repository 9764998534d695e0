package io.conclave.workload;

/**
 * Readers beside a {@link Workload}, by a way that leads to standbys: one keeps its connection, and one opens another for each read, so that
 * both are seen, whom a session stays with and whom a new one is led to.
 */
public final class ReadWorkload implements AutoCloseable {
  private final ClientThreads clients = new ClientThreads();
  private final ReadLog log = new ReadLog();

  private ReadWorkload() {}

  /**
   * Starts both. A table that is not there yet on a standby is an error of a read, and no more.
   *
   * @param options how, and by which way, the first of its servers; the paces of its shape are those of the readers
   * @param all what they compare with
   */
  public static ReadWorkload start(WorkloadOptions options, Ledgers all) {
    ReadWorkload workload = new ReadWorkload();
    LoadShape shape = options.shape();
    workload.start("keeping", options, all, shape.keepingPace(), true);
    workload.start("opening", options, all, shape.reconnectingPace(), false);
    return workload;
  }

  private void start(
      String name, WorkloadOptions options, Ledgers all, int perSecond, boolean keeps) {
    LedgerRead read = new LedgerRead(all);
    Pace pace = clients.pace(perSecond, options.patience());
    clients.start(
        "reads-" + name + "-" + options.database(),
        new LoggingReader(options, new Connections(options), read, log, pace, keeps));
  }

  /** What they were answered. */
  public ReadLog log() {
    return log;
  }

  /** Stops them and waits for them, some seconds at most. Safe to call again. */
  @Override
  public void close() {
    clients.stop();
    clients.join();
  }
}
