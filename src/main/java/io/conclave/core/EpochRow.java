package io.conclave.core;

import java.util.UUID;

/**
 * A row of {@code conclave.epoch}: the first thing that a new primary commits. A node that shows it has the whole history
 * up to it.
 *
 * @param timeline of the primary from this promotion on; 0 while it is not known yet (the row is planned, not written)
 * @param start where this history forks off its predecessor: WAL before it is shared with the predecessor
 */
public record EpochRow(long epoch, UUID promotion, NodeId node, int timeline, Lsn start) {}
