package io.conclave.workload;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A running ledger workload: writers that insert ids 1, 2, 3, … and remember what became of each, and readers that
 * look for stale answers. Closing it stops all of them; the ledger can be checked before and after.
 */
public final class Workload implements AutoCloseable {
  /** Stale reads kept; beyond that they are only a sign of a fault that was seen already. */
  private static final int STALE_READS_KEPT = 100_000;

  private final WorkloadOptions options;
  private final Connections connections;
  private final Ledger ledger;
  private final Ledgers all;
  private final long session = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
  private final Queue<StaleRead> staleReads = new ConcurrentLinkedQueue<>();
  private final ClientThreads clients = new ClientThreads();
  private final List<WaitingReader> waiting = new ArrayList<>();

  private Workload(WorkloadOptions options, Ledgers all) {
    this.options = options;
    this.all = all;
    this.connections = new Connections(options);
    this.ledger = new Ledger(options.shape().writers());
  }

  /**
   * Creates role, database and table where they are missing, and starts all clients.
   *
   * @throws WorkloadException when the table cannot be prepared: no primary, wrong password, missing privileges
   */
  public static Workload start(WorkloadOptions options) throws WorkloadException {
    return start(options, new Ledgers());
  }

  /**
   * The same beside others, whose writes its readers must see too.
   *
   * @param all of those that write into the same table; this one's is added
   */
  public static Workload start(WorkloadOptions options, Ledgers all) throws WorkloadException {
    Workload workload = new Workload(options, all);
    try {
      LedgerTable.prepare(workload.connections, options);
    } catch (SQLException e) {
      throw new WorkloadException(e);
    }
    all.add(workload.session, workload.ledger);
    workload.startWriters();
    if (options.shape().readsPerSecond() > 0) {
      options.servers().forEach(workload::startReaders);
    }
    return workload;
  }

  private void startWriters() {
    LoadShape shape = options.shape();
    for (int writer = 0; writer < shape.writers(); writer++) {
      boolean keeps = writer < shape.keepingWriters();
      LedgerInsert insert = new LedgerInsert(ledger.log(writer), session, writer);
      Pace pace = pace(keeps ? shape.keepingPace() : shape.reconnectingPace());
      Runnable client = keeps
          ? new KeepingWriter(options, connections, insert, pace)
          : new ReconnectingWriter(options, connections, insert, pace);
      clients.start("writer-" + writer, client);
    }
  }

  private void startReaders(Endpoint server) {
    int pace = options.shape().readsPerSecond();
    LedgerRead read = new LedgerRead(all);
    DirectReader direct =
        new DirectReader(server, options, connections, read, this::stale, pace(pace));
    WaitingReader waits =
        new WaitingReader(server, options, connections, read, direct, this::stale, pace(pace));
    waiting.add(waits);
    clients.start("reader-" + server, direct);
    clients.start("waiting-reader-" + server, waits);
  }

  private Pace pace(int perSecond) {
    return clients.pace(perSecond, options.patience());
  }

  private void stale(StaleRead read) {
    if (staleReads.size() < STALE_READS_KEPT) {
      staleReads.add(read);
    }
  }

  /** What the writers know. */
  public Ledger ledger() {
    return ledger;
  }

  /** Stale reads so far, in the order in which they were found. */
  public List<StaleRead> staleReads() {
    return List.copyOf(staleReads);
  }

  /**
   * Reads everything back from the current primary and compares. The writers may go on meanwhile.
   *
   * @throws WorkloadException when the primary does not give the rows
   */
  public LedgerCheck check() throws WorkloadException {
    Checker checker = new Checker(ledger.snapshot());
    try (Connection c = connections.primary(options.application(), options.database())) {
      LedgerTable.readBack(c, session, checker);
    } catch (SQLException e) {
      throw new WorkloadException(e);
    }
    return checker.result();
  }

  /** Stops all clients and waits for them, some seconds at most. Safe to call again. */
  @Override
  public void close() {
    clients.stop();
    waiting.forEach(WaitingReader::abort);
    clients.join();
  }
}
