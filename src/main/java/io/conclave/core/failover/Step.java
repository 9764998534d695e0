package io.conclave.core.failover;

import java.util.List;

/**
 * What one input led to.
 *
 * @param row the line of the protocol that fired, in words; empty when the input changed nothing but what was seen
 */
public record Step(GroupState state, List<Effect> effects, String row) {}
