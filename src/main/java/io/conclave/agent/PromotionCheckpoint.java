package io.conclave.agent;

import io.conclave.postgres.Await;
import io.conclave.postgres.DataDirectory;
import io.conclave.postgres.Deadline;
import io.conclave.postgres.LocalSession;
import io.conclave.postgres.PostgresException;
import io.conclave.postgres.SessionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A checkpoint soon after a promotion. Up to PostgreSQL 15 pg_rewind knows a server's timeline by its last checkpoint alone,
 * and the one that a promotion asks for is spread over minutes: a primary that dies before its end cannot be rewound, only
 * copied anew. PostgreSQL 16 looks at minRecoveryPointTLI too.
 */
final class PromotionCheckpoint {
  private static final Logger log = LoggerFactory.getLogger(PromotionCheckpoint.class);
  private static final int KNOWS_PROMOTIONS = 16;
  private static final int LIMIT_MS = 600_000;

  /** The clients who have waited for the primary come back first: a checkpoint has the disk to itself. */
  private static final long AFTER_MS = 1000;

  private static final long LOOK_MS = 100;

  private final AgentContext context;
  private Thread running;

  PromotionCheckpoint(AgentContext context) {
    this.context = context;
  }

  /** Begins one in the background if this primary needs it; one at a time. */
  synchronized void begin() {
    boolean mayNeed = context.binaries().major() < KNOWS_PROMOTIONS;
    if (mayNeed && (running == null || !running.isAlive())) {
      running = new Thread(this::run, "checkpoint-" + context.node());
      running.setDaemon(true);
      running.start();
    }
  }

  private void run() {
    DataDirectory directory = context.directory();
    try {
      boolean over = Await.until(directory::isStandby, Deadline.in(AFTER_MS), LOOK_MS);
      if (!over && directory.control().timeline() < directory.newestWalTimeline()) {
        checkpoint(directory);
      }
    } catch (SessionException | PostgresException e) {
      log.info(
          "{}: no checkpoint on the new timeline: {}; pg_rewind may be impossible until there is one",
          context.node(),
          e.getMessage());
    }
  }

  private static void checkpoint(DataDirectory directory) {
    try (LocalSession session = LocalSession.open(directory, LIMIT_MS)) {
      session.checkpoint();
    }
  }
}
