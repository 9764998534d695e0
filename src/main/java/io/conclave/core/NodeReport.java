package io.conclave.core;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What an agent says of one node: several times a second, and at once when something changed.
 *
 * @param agent incarnation of the agent's process, new at each start
 * @param sequence rises with every report of this incarnation; a lower one is out of date
 * @param systemIdentifier of the data directory; 0 when there is none
 * @param position end of WAL: replayed on a standby, flushed on a primary, the checkpoint of a stopped server
 * @param received how far WAL has been received and flushed on a standby; equals position elsewhere
 * @param receivedAgeMs how long ago {@code received} last rose, in ms: whether WAL still moves
 * @param history epoch rows that a query shows, oldest first; the last known ones while the server cannot be asked
 * @param barrier newest barrier row that a query shows
 * @param upstream whom its {@code primary_conninfo} names
 * @param rebuilding incarnation of a destructive rebuild that has not finished: the node may promise, but never counts
 * @param promised highest ballot promised for this node
 * @param standbys what the WAL senders of a primary say; empty elsewhere
 * @param sync the sync setting seen in force on a primary
 * @param problem diagnosis, when the server or its host is not well
 */
public record NodeReport(
    GroupId group,
    NodeId node,
    HostId host,
    UUID agent,
    long sequence,
    ServerState server,
    Gate gate,
    long systemIdentifier,
    int timeline,
    Lsn position,
    Lsn received,
    long receivedAgeMs,
    List<EpochRow> history,
    Optional<UUID> barrier,
    Optional<NodeId> upstream,
    Receiver receiver,
    Optional<UUID> rebuilding,
    Ballot promised,
    OrderStatus order,
    Optional<Fenced> fenced,
    List<StandbyStatus> standbys,
    Optional<SyncSetting> sync,
    Optional<Problem> problem) {

  public NodeReport {
    history = List.copyOf(history);
    standbys = List.copyOf(standbys);
  }

  /** What the server is, as its agent sees it. */
  public enum ServerState {
    /** No data directory, or an empty one. */
    ABSENT,
    /** A data directory, no process. */
    STOPPED,
    /** A process that does not answer queries yet (start, crash recovery). */
    STARTING,
    STANDBY,
    PRIMARY,
    /** A process that does not answer queries any more. */
    UNRESPONSIVE,
    /** Left alone until an operator decides; the reason is in {@code problem}. */
    QUARANTINED
  }

  /** The WAL receiver of a standby. */
  public enum Receiver {
    NONE,
    CONNECTING,
    STREAMING
  }

  /**
   * A standby as its primary sees it ({@code pg_stat_replication}).
   *
   * @param flushed the position it has acknowledged as flushed
   */
  public record StandbyStatus(NodeId node, boolean streaming, Lsn flushed, int syncPriority) {}

  /** A named diagnosis, with a sentence for people. */
  public record Problem(Kind kind, String detail) {
    /** Each of these has a runbook. */
    public enum Kind {
      DISK_FULL,
      OUT_OF_CONNECTIONS,
      NOT_ANSWERING,
      DIVERGED,
      REBUILD_FAILED,
      WRONG_SYSTEM,
      SETTING_OVERRIDDEN,
      ISOLATED,
      START_FAILED
    }
  }

  /** What of a report matters to those who only look on: all but positions, orders and what counts the reports. */
  public record Gist(
      UUID agent,
      ServerState server,
      Gate gate,
      Optional<EpochRow> epochRow,
      Optional<NodeId> upstream,
      Receiver receiver,
      Optional<Problem.Kind> problem) {}

  /** Equal as long as none of that has changed. */
  public Gist gist() {
    return new Gist(
        agent, server, gate, epochRow(), upstream, receiver, problem.map(Problem::kind));
  }

  public Optional<EpochRow> epochRow() {
    return history.isEmpty() ? Optional.empty() : Optional.of(history.get(history.size() - 1));
  }

  /** Whether the history of this node contains the promotion of the configuration. */
  public boolean shows(Configuration configuration) {
    for (EpochRow row : history) {
      if (row.promotion().equals(configuration.promotion())) {
        return true;
      }
    }
    return false;
  }
}
