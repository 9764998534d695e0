package io.conclave.core;

import java.util.List;
import java.util.Optional;

/**
 * A sentinel says that it is there, and of which groups it finds the coordinator silent, and whom it knows as primary. Agents
 * count pulses to know whether their host is cut off, and learn from them that a primary was superseded; seats count the
 * silences to know whether a deputy is needed; sentinels count whom they find unreachable, to take it out of the cluster.
 *
 * @param silent groups whose coordinator this sentinel has not heard for the suspicion time
 * @param incumbents the primary of each group of which this sentinel knows an established configuration
 * @param unreachable members of the cluster that its own failure detector has missed for long
 */
public record Pulse(
    HostId sentinel,
    List<GroupId> silent,
    List<Incumbent> incumbents,
    List<Incarnation> unreachable) {
  public Pulse {
    // Left out by a sentinel of an older version.
    silent = Optional.ofNullable(silent).map(List::copyOf).orElse(List.of());
    incumbents = Optional.ofNullable(incumbents).map(List::copyOf).orElse(List.of());
    unreachable = Optional.ofNullable(unreachable).map(List::copyOf).orElse(List.of());
  }
}
