package io.conclave.core.agent;

import io.conclave.core.SyncSetting;
import java.util.Optional;

/**
 * In which process of a server commits are known to wait for standbys.
 *
 * <p>Whether they wait at all is a flag that PostgreSQL's checkpointer sets when it reads its settings, and it does not read them during
 * a checkpoint. So a setting that everybody shows may not hold anybody yet, after one that was empty and in a server of which
 * nothing is known.
 *
 * @param process empty when it is known of none
 * @param <P> what tells one life of a server from the next
 */
public record Arming<P>(Optional<P> process) {
  /** Nothing is known. */
  public static <P> Arming<P> unknown() {
    return new Arming<>(Optional.empty());
  }

  /** A setting is about to be written. */
  public Arming<P> writing(SyncSetting setting) {
    return setting.count() == 0 ? unknown() : this;
  }

  /** A setting was seen to be in force. */
  public Arming<P> inForce(P running, SyncSetting setting) {
    return setting.count() == 0 ? unknown() : new Arming<>(Optional.of(running));
  }

  /** Whether commits are known to wait in this process. */
  public boolean isKnownOf(P running) {
    return process.filter(running::equals).isPresent();
  }

  /**
   * Whether a setting holds whom it is to hold.
   *
   * @param known whether commits were known to wait before
   * @param checkpointerHeeds whether the checkpointer was seen to have read the setting
   */
  public static boolean holds(SyncSetting setting, boolean known, boolean checkpointerHeeds) {
    return setting.count() == 0 || known || checkpointerHeeds;
  }
}
