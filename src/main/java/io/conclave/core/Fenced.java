package io.conclave.core;

/**
 * The evidence of a fence: this node takes no WAL from anybody since the order with this ballot and number, and everything
 * it has received is replayed.
 *
 * @param position end of the WAL on its disk. For a standby the replayed end; for a server that was stopped cleanly the
 *     start of its shutdown checkpoint, so that a standby that has replayed the checkpoint compares higher. A node that was
 *     promoted and has no epoch row of that promotion gives the point where it left the timeline of {@code epochRow}
 * @param timeline of the last WAL on its disk; above that of {@code epochRow} on a node that was promoted without a row
 * @param epochRow newest row that this history shows
 * @param promotable false for a stopped server: it proves the fence, and must be recovered before it can be promoted
 */
public record Fenced(
    Ballot ballot,
    long number,
    Lsn position,
    int timeline,
    EpochRow epochRow,
    boolean promotable) {}
