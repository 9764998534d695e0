package io.conclave.core;

import java.util.Optional;

/**
 * What a coordinator says about its group, for operators; several times a second.
 *
 * @param phase what the coordinator is doing
 * @param blocker what stands in the way of the next step; empty when nothing does
 */
public record GroupStatus(Topology topology, String phase, Optional<String> blocker) {}
