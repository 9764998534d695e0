package io.conclave.core;

import java.util.UUID;

/**
 * For a planned switchover the edges hold the clients of a group: what runs is finished, what comes waits, and no client gets an
 * error. It is in the {@link Topology} for as long as it is wanted; the next topology without it lets them go on, wherever the
 * primary is then.
 *
 * @param id of this hold; an edge names it in its {@link EdgeReport} once nothing of its clients runs any more
 * @param budgetMs for how long, in ms since it first heard of this hold, an edge may keep clients waiting: then it lets them go
 *     on by itself, because whoever asked for the hold may be gone
 */
public record Hold(UUID id, long budgetMs) {}
