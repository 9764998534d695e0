package io.conclave.core;

import java.util.Optional;

/**
 * What became of the last failover or switchover of a group, for people; wall-clock times in ms since 1970, 0 when the
 * step was not reached.
 *
 * @param decision id of the record of its end: {@code conclave explain} tells the whole of it
 * @param cause VERDICT, SWITCHOVER, TAKEOVER or BOOTSTRAP
 * @param votes the votes and evidence of the verdict
 * @param evidence epoch and position of each fenced node
 */
public record FailoverSummary(
    String decision,
    String cause,
    Optional<NodeId> from,
    Optional<NodeId> to,
    long epoch,
    long verdictAtEpochMs,
    long fencedAtEpochMs,
    long promotedAtEpochMs,
    long establishedAtEpochMs,
    String votes,
    String evidence) {}
