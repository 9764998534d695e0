package io.conclave.core;

import java.util.List;
import java.util.Optional;

/**
 * A sentinel says that it is there, and of which groups it finds the coordinator silent. Agents count pulses to know whether
 * their host is cut off; seats count the silences to know whether a deputy is needed.
 *
 * @param silent groups whose coordinator this sentinel has not heard for the suspicion time
 */
public record Pulse(HostId sentinel, List<GroupId> silent) {
  public Pulse {
    // Left out by a sentinel of an older version.
    silent = Optional.ofNullable(silent).map(List::copyOf).orElse(List.of());
  }
}
