package io.conclave.postgres;

import io.conclave.core.EpochRow;
import io.conclave.core.Lsn;
import io.conclave.core.NodeReport.Receiver;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What one query shows of a server.
 *
 * @param timeline of a primary the current one; of a standby the newest that it receives or that its control file names
 *     (while no receiver runs, {@link DataDirectory#newestWalTimeline()} may know a newer one)
 * @param position flushed on a primary, replayed on a standby
 * @param received end of what a standby has received and flushed, or replayed if that is further; equals position on a primary
 * @param everReceived whether a WAL receiver ran since the server was started
 * @param receiver by the process, which is there before the statistics view shows it
 * @param startup the process that replays WAL; empty on a primary
 * @param checkpointer empty while it starts
 * @param replayPaused somebody has paused replay: a reload is not looked at
 * @param senders WAL senders of this server, clones included
 * @param history epoch rows, oldest first (the last 20); empty while there is no schema conclave
 * @param synchronousStandbyNames as this session sees it: the postmaster has read it
 * @param primaryConninfo likewise
 * @param loadedAtMicros when the settings were last read, µs since 1970 by the server's clock
 * @param schema whether the schema conclave is there
 */
public record Observation(
    boolean inRecovery,
    int timeline,
    Lsn position,
    Lsn received,
    boolean everReceived,
    Receiver receiver,
    Optional<Startup> startup,
    Optional<Checkpointer> checkpointer,
    boolean replayPaused,
    List<Sender> senders,
    List<EpochRow> history,
    Optional<UUID> barrier,
    String synchronousStandbyNames,
    String primaryConninfo,
    long loadedAtMicros,
    boolean schema) {

  /**
   * The startup process.
   *
   * @param waitEvent empty while it works
   */
  public record Startup(long pid, String waitEvent) {
    /** Whether it has come to the end of all WAL that it can get, and sleeps before it looks again. */
    public boolean atEnd() {
      return waitEvent.equals("RecoveryRetrieveRetryInterval");
    }
  }

  /**
   * The checkpointer.
   *
   * @param waitEvent empty while it works
   */
  public record Checkpointer(long pid, String waitEvent) {
    /** Whether it is where it reads its settings as soon as it is told to. */
    public boolean heedsReloads() {
      return waitEvent.equals("CheckpointerMain") || waitEvent.equals("CheckpointWriteDelay");
    }
  }

  /**
   * A WAL sender.
   *
   * @param name {@code application_name}
   * @param state e.g. streaming, catchup, backup
   * @param flushed what the other side has acknowledged as flushed
   * @param syncPriority above 0: its acknowledgement counts, as the WAL sender itself sees it
   * @param replyAgeMs since its last word, in ms
   */
  public record Sender(
      long pid,
      String name,
      String state,
      Lsn flushed,
      int syncPriority,
      String syncState,
      long replyAgeMs,
      String waitEvent) {
    public boolean streaming() {
      return state.equals("streaming");
    }
  }

  /** Newest epoch row. */
  public Optional<EpochRow> epochRow() {
    return history.isEmpty() ? Optional.empty() : Optional.of(history.get(history.size() - 1));
  }
}
