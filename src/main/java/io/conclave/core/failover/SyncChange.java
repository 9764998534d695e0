package io.conclave.core.failover;

import java.util.UUID;

/**
 * A step of the sync set that is under way.
 *
 * @param barrier row that joiners (register first) or k members of the new set (server first) must show
 */
record SyncChange(SyncPlan.Change change, Stage stage, UUID barrier) {

  /** How far the step is; the order of the stages depends on its direction. */
  enum Stage {
    /** Register first: the joiners must show a barrier row, as proof that they have caught up. */
    CATCHING_UP,
    /** The register write is under way. */
    WRITING,
    /** The server is being set. */
    APPLYING,
    /** Server first: the setting is in force; k members of the new set must show a barrier row. */
    BARRIER
  }

  SyncChange at(Stage next) {
    return new SyncChange(change, next, barrier);
  }
}
