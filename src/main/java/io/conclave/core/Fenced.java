package io.conclave.core;

/**
 * The evidence of a fence: this node takes no WAL from anybody since the order with this ballot and number, and everything
 * it has received is replayed.
 *
 * @param position end of the WAL on its disk. For a standby the replayed end; for a server that was stopped cleanly the
 *     start of its shutdown checkpoint, so that a standby that has replayed the checkpoint compares higher
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
