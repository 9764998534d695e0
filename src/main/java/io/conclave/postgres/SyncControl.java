package io.conclave.postgres;

import io.conclave.core.SyncSetting;
import io.conclave.core.agent.Arming;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Changes {@code synchronous_standby_names} on a server and waits until the change is in force, which is seen and not assumed
 * (design, section 3.2): every WAL sender decides by the list in its own memory, and a frozen one keeps the old list.
 */
public final class SyncControl {
  private SyncControl() {}

  /** How a change went. */
  public sealed interface Result {}

  /** Every WAL sender works by the new setting. */
  public record InForce(double tookMs) implements Result {}

  /**
   * Durable, and not in force everywhere at the deadline.
   *
   * @param reason which WAL sender does not follow
   */
  public record NotInForce(String reason) implements Result {}

  /**
   * Writes the setting and waits. May be called again to wait on. On a standby there is nobody to wait for.
   *
   * @param armed whether this postmaster was seen to have a setting in force that lets commits wait, and never an empty one since
   */
  public static Result change(
      DataDirectory directory,
      LocalSession session,
      Postmaster postmaster,
      SyncSetting sync,
      boolean armed,
      Deadline deadline) {
    long began = System.nanoTime();
    Optional<ServerSettings> onDisk = directory.settings();
    boolean written = onDisk.map(ServerSettings::sync).filter(sync::equals).isPresent();
    if (!written) {
      directory.write(onDisk.orElse(ServerSettings.ALONE).withSync(sync));
    }
    // A session that shows the setting was told by the postmaster, as all its processes were: then
    // nothing has to be read
    // again on the path of a failover.
    if (!written || !session.observe().synchronousStandbyNames().equals(sync.toPostgres())) {
      session.reload();
    }
    Watch watch = new Watch(postmaster, sync, armed);
    String[] blocker = {""};
    boolean done = Await.until(
        () -> {
          blocker[0] = watch.blocker(session.observe());
          return blocker[0].isEmpty();
        },
        deadline,
        1);
    return done ? new InForce((System.nanoTime() - began) / 1e6) : new NotInForce(blocker[0]);
  }

  /**
   * sync_priority is written by each WAL sender for itself, and shows who is in the list, but not k. So besides, each WAL
   * sender must be seen asleep after the postmaster has signalled it: it reads its settings before it sleeps again.
   *
   * <p>And whether commits wait at all is a flag that the checkpointer sets when it reads its settings, which it does not while an
   * immediate checkpoint lasts, nor while it syncs files ({@code SyncRepUpdateSyncStandbysDefined} in PostgreSQL's syncrep.c): until then
   * commits are acknowledged although nobody has them. After an empty setting, and in a server of which nothing is known, it
   * must be seen asleep twice.
   */
  private static final class Watch {
    /** Of a physical one, and of one that decodes: it reads its settings before it sleeps, too. */
    private static final Set<String> SENDER_SLEEPS =
        Set.of("WalSenderMain", "WalSenderWaitForWAL", "WalSenderWaitForWal");

    private final Postmaster postmaster;
    private final SyncSetting sync;
    private final String wanted;
    private final Set<String> members = new HashSet<>();
    private final Set<Long> seenAsleep = new HashSet<>();
    private boolean signalled;
    private final boolean armed;
    private boolean checkpointerSlept;
    private boolean checkpointerHeeds;

    Watch(Postmaster postmaster, SyncSetting sync, boolean armed) {
      this.postmaster = postmaster;
      this.sync = sync;
      this.wanted = sync.toPostgres();
      this.armed = armed;
      if (sync.count() > 0) {
        sync.members().forEach(member -> members.add(member.value()));
      }
    }

    /** Empty when in force. */
    String blocker(Observation seen) {
      if (!seen.synchronousStandbyNames().equals(wanted)) {
        return "the server's setting is still \"" + seen.synchronousStandbyNames() + "\"";
      }
      boolean before = signalled;
      signalled = signalled || !Processes.HAS_PROC || postmaster.isAsleep();
      boolean nobodyToTell = seen.senders().isEmpty() && Arming.holds(sync, armed, false);
      if (!before && !nobodyToTell) {
        return "the postmaster has not told its processes";
      }
      checkpointerHeeds = checkpointerHeeds || checkpointerHasSleptTwice(seen);
      for (Observation.Sender sender : seen.senders()) {
        boolean member = members.contains(sender.name());
        boolean counted = sender.syncPriority() > 0;
        // One that has not flushed anything yet shows 0 although it is a member: only a streaming
        // one must show more.
        boolean agrees = counted ? member : !(member && sender.streaming());
        if (!agrees || !hasSlept(sender)) {
          return "the WAL sender of %s (process %d) has not taken the new setting"
              .formatted(sender.name(), sender.pid());
        }
      }
      return Arming.holds(sync, armed, checkpointerHeeds)
          ? ""
          : "the checkpointer has not taken the new setting: commits may not wait yet";
    }

    private boolean checkpointerHasSleptTwice(Observation seen) {
      boolean before = checkpointerSlept;
      checkpointerSlept = seen.checkpointer()
          .filter(Observation.Checkpointer::heedsReloads)
          .filter(checkpointer -> !Processes.HAS_PROC
              || Processes.status(checkpointer.pid())
                  .map(Processes.Status::asleep)
                  .orElse(false))
          .isPresent();
      return before && checkpointerSlept;
    }

    private boolean hasSlept(Observation.Sender sender) {
      boolean copies = sender.state().equals("backup") || sender.state().equals("startup");
      if (copies || seenAsleep.contains(sender.pid()) || !Processes.HAS_PROC) {
        return true;
      }
      boolean now = SENDER_SLEEPS.contains(sender.waitEvent())
          && Processes.status(sender.pid()).map(Processes.Status::asleep).orElse(true);
      return now && seenAsleep.add(sender.pid());
    }
  }
}
