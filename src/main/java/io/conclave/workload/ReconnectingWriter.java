package io.conclave.workload;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A writer that opens a connection for each write and tries the servers in turn, beginning with the one that took the
 * last write. A server that let it wait is left out for a second when there are others, so that what is measured is how long
 * the group takes no writes, and not how patient the client is.
 */
final class ReconnectingWriter implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(ReconnectingWriter.class);
  private static final long LEFT_OUT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Patience patience;
  private final Connections connections;
  private final LedgerInsert ledger;
  private final Pace pace;
  private final List<Endpoint> servers;
  private final long[] leftOutUntil;
  private int current;

  ReconnectingWriter(
      WorkloadOptions options, Connections connections, LedgerInsert ledger, Pace pace) {
    this.patience = options.patience();
    this.connections = connections;
    this.ledger = ledger;
    this.pace = pace;
    this.servers = options.servers();
    this.leftOutUntil = new long[servers.size()];
    Arrays.fill(leftOutUntil, System.nanoTime());
  }

  @Override
  public void run() {
    while (pace.awaitTurn()) {
      ledger.want();
      while (!writeAnywhere()) {
        if (!pace.awaitRound()) {
          return;
        }
      }
    }
  }

  /** One round over the servers; true as soon as one has taken a write. */
  private boolean writeAnywhere() {
    for (int i = 0; i < servers.size() && !pace.stopped(); i++) {
      if (System.nanoTime() - leftOutUntil[current] >= 0 && writeTo(servers.get(current))) {
        return true;
      }
      current = (current + 1) % servers.size();
    }
    return false;
  }

  private boolean writeTo(Endpoint server) {
    long began = System.nanoTime();
    Connection connection = null;
    try {
      connection = connections.direct(server, patience.directAnswerMs(), patience.directAnswerMs());
      try (PreparedStatement insert = ledger.prepare(connection)) {
        ledger.write(insert);
      }
      connection.close();
      return true;
    } catch (SQLException e) {
      LOG.debug("{} took no write: {}", server, e.getMessage());
      long now = System.nanoTime();
      boolean others = servers.size() > 1;
      if (others
          && now - began
              >= TimeUnit.MILLISECONDS.toNanos(
                  Math.min(patience.connectMs(), patience.directAnswerMs()))) {
        leftOutUntil[current] = now + LEFT_OUT_NANOS;
      }
      return false;
    } finally {
      Sessions.abort(connection);
    }
  }
}
