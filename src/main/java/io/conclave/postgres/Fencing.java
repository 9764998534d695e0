package io.conclave.postgres;

import io.conclave.core.NodeReport.Receiver;
import io.conclave.core.agent.FenceEvidence;

/**
 * The fence of a running standby: it takes no WAL from anybody, and everything it had received is replayed (design,
 * section 3.1, Fence and Evidence).
 *
 * <p>What counts as seen: an empty statistics view does not show a receiver that is just connecting, and the startup process
 * could start one with the setting it has in its own memory. So the chain is: (1) this session shows the empty setting, so the
 * postmaster has begun to signal; (2) after that the postmaster sleeps, so it has signalled everybody; (3) after that the
 * startup process is seen in its retry wait, which it enters only without a receiver; (4) after that it is asleep there. A
 * signal not yet dealt with would have woken it, and it reads its settings before it does anything else. From then on it
 * knows no upstream.
 */
public final class Fencing {
  private Fencing() {}

  /** How a fence went. */
  public sealed interface Result {}

  /**
   * Fenced and replayed.
   *
   * @param evidence observed after the replay was complete, so that its epoch rows are those of its position
   * @param timeline newest timeline of the WAL on disk
   * @param tookMs from the call on, in ms
   */
  public record Done(Observation evidence, int timeline, double tookMs) implements Result {}

  /** It runs as a primary: it is to be stopped instead. */
  public record NotAStandby() implements Result {}

  /**
   * Not seen to be fenced at the deadline. The empty setting is durable: stop the server and start it again, and it is.
   *
   * @param reason for people
   */
  public record Stuck(String reason) implements Result {}

  /**
   * Makes the setting durable and in force. A repeated call checks again that the receiver is gone.
   *
   * @throws SessionException when the session fails; the setting is durable even so
   */
  public static Result fence(
      DataDirectory directory, LocalSession session, Postmaster postmaster, Deadline deadline) {
    long began = System.nanoTime();
    ServerSettings settings = directory.settings().orElse(ServerSettings.ALONE);
    directory.show(settings.withoutUpstream());
    try {
      session.reload();
    } finally {
      // While the processes read it.
      directory.syncSettings();
    }
    Watch watch = new Watch(postmaster);
    while (true) {
      Observation seen = session.observe();
      if (!seen.inRecovery()) {
        return new NotAStandby();
      }
      if (watch.fencedAndReplayed(seen)) {
        Observation evidence = session.observe();
        if (evidence.receiver() == Receiver.NONE && evidence.position().equals(seen.position())) {
          int timeline = Math.max(evidence.timeline(), directory.newestWalTimeline());
          return new Done(evidence, timeline, (System.nanoTime() - began) / 1e6);
        }
      }
      if (deadline.passed()) {
        return new Stuck(watch.blocker(seen));
      }
      Await.until(() -> false, Deadline.in(1), 1);
    }
  }

  /** What has been seen so far. */
  private static final class Watch {
    /** Longer than two retry waits: two sightings this far apart belong to two waits, if the process runs at all. */
    private static final long TWO_WAITS_NANOS = 2_400_000 * Identity.PROMPT_RETRY_MS;

    private final Postmaster postmaster;
    private boolean signalled;
    private boolean quietBefore;
    private long waitSince = -1;
    private long sleepsSince;
    private io.conclave.core.Lsn positionSince;

    Watch(Postmaster postmaster) {
      this.postmaster = postmaster;
    }

    boolean fencedAndReplayed(Observation seen) {
      boolean wasSignalled = signalled;
      if (!signalled && seen.primaryConninfo().isEmpty()) {
        signalled = !Processes.HAS_PROC || postmaster.isAsleep();
      }
      boolean quiet = wasSignalled
          && FenceEvidence.isComplete(
              seen.primaryConninfo().isEmpty(),
              seen.receiver() == Receiver.NONE,
              seen.startup().map(Observation.Startup::atEnd).orElse(false))
          && asleep(seen.startup().get().pid());
      // One query reads position and receiver at different moments: what counts was all read after
      // the receiver was gone.
      boolean counts = quiet && quietBefore;
      quietBefore = quiet;
      if (!counts) {
        waitSince = -1;
        return false;
      }
      // After a restart nothing was received in this life yet: only a second wait tells that the
      // WAL on disk is read.
      boolean replayed = Processes.HAS_PROC
          && seen.everReceived()
          && seen.received().compareTo(seen.position()) <= 0;
      return replayed || secondWait(seen);
    }

    private static boolean asleep(long pid) {
      return !Processes.HAS_PROC
          || Processes.status(pid).map(Processes.Status::asleep).orElse(false);
    }

    /** A record that was received in part can never be replayed: then two separate waits without progress are the end. */
    private boolean secondWait(Observation seen) {
      long now = System.nanoTime();
      long sleeps = Processes.sleeps(seen.startup().get().pid());
      if (waitSince < 0 || !seen.position().equals(positionSince)) {
        waitSince = now;
        sleepsSince = sleeps;
        positionSince = seen.position();
        return false;
      }
      // Two more sleeps: at least one is another wait, with a whole look at the WAL on disk in
      // between.
      return now - waitSince >= TWO_WAITS_NANOS && (sleeps < 0 || sleeps - sleepsSince >= 2);
    }

    String blocker(Observation seen) {
      if (!signalled) {
        return "the postmaster has not read the empty primary_conninfo";
      }
      if (seen.receiver() != Receiver.NONE) {
        return "the WAL receiver does not go" + (seen.replayPaused() ? " (replay is paused)" : "");
      }
      return "not all received WAL is replayed: %s of %s, startup process in '%s'%s"
          .formatted(
              seen.position(),
              seen.received(),
              seen.startup().map(Observation.Startup::waitEvent).orElse("no process"),
              seen.replayPaused() ? ", replay is paused" : "");
    }
  }
}
