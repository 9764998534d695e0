package io.conclave.core;

import java.util.List;
import java.util.UUID;

/** What an order asks an agent to do with a node. Every task can be given again and cut short anywhere. */
public sealed interface Task {

  /**
   * Take no more WAL from anybody, durably. A standby drops its receiver; a server that runs as primary is stopped (fast,
   * then immediate, then killed). Answered with {@link Fenced} once the evidence is complete; a stopped server is not
   * started.
   */
  record Fence() implements Task {}

  /**
   * Be primary no more, for a planned change: let no client in, wait for some ms until the standbys have all that was written, and end
   * at once, without a checkpoint. It is no evidence: the standbys are fenced after it.
   */
  record StepDown() implements Task {}

  /** Start a stopped server as a standby that follows nobody, and give the evidence of a fence. */
  record Recover() implements Task {}

  /**
   * Become the primary of this configuration: close the gate, set the sync setting, promote, commit the epoch row.
   *
   * @param base the epoch row the candidate had when it was chosen; another one means refusal
   * @param beyond the epoch row must lie beyond this position (padding, if needed)
   */
  record Promote(Configuration configuration, SyncSetting sync, EpochRow base, Lsn beyond)
      implements Task {

    /**
     * The number that the new timeline has to have: as far above the base's as the epoch is above the base's. So each epoch has
     * one of its own, whoever is promoted with whatever WAL, and no two histories ever share a number (decision 20).
     */
    public int timeline() {
      return Math.toIntExact(base.timeline() + configuration.epoch() - base.epoch());
    }
  }

  /** The configuration is established: let clients in. */
  record OpenGate(Configuration configuration) implements Task {}

  /**
   * Take WAL from the source, if the own WAL is a prefix of the source's history; destroys nothing. A stopped standby is
   * started.
   */
  record Follow(Source source) implements Task {}

  /**
   * Become a standby of the source by the cheapest safe way: follow, rewind, clone; each bounded. The last rung is
   * quarantine: left alone, with the reason.
   */
  record Rejoin(Source source) implements Task {}

  /** Create an empty data directory, start it as primary of this configuration, commit the epoch row. */
  record Initialize(Configuration configuration, SyncSetting sync) implements Task {}

  /** Take over a server that runs as primary already: settings, roles, schema, epoch row. */
  record Adopt(Configuration configuration, SyncSetting sync) implements Task {}

  /** Put this sync setting in force on the primary; done when every WAL sender agrees with it. */
  record ChangeSync(SyncSetting sync) implements Task {}

  /** Commit a barrier row on the primary; standbys report it when a query shows it. */
  record Barrier(UUID id) implements Task {}

  /** Checkpoint now, so that a stop soon after is short. */
  record Prepare() implements Task {}

  /**
   * Whom to take WAL from.
   *
   * @param history the epoch rows of the source, oldest first; the last one may still be planned
   */
  record Source(NodeId node, String host, int port, long systemIdentifier, List<EpochRow> history) {
    public Source {
      history = List.copyOf(history);
    }
  }
}
