package io.conclave.core;

import java.util.Optional;
import java.util.UUID;

/**
 * What an edge says of one group: several times a second, and at once when something changed.
 *
 * @param edge its host
 * @param process incarnation of the edge's process, new at each start
 * @param sequence rises with every report of this incarnation; a lower one is out of date
 * @param ballot of the topology that is in force at this edge; {@link Ballot#NONE} before the first
 * @param version of that topology
 * @param primary to which its clients' writes go; empty when to none
 * @param held the {@link Hold} in force: nothing of its clients runs, and what comes waits. Empty while clients are served, and
 *     while something still runs
 * @param problem why the topology, or the hold, cannot be put in force; for people
 */
public record EdgeReport(
    GroupId group,
    HostId edge,
    UUID process,
    long sequence,
    Ballot ballot,
    long version,
    Optional<NodeId> primary,
    Optional<UUID> held,
    Optional<String> problem) {

  /** All but what counts the reports: whether this one says anything that the one before did not. */
  public EdgeReport gist() {
    return new EdgeReport(group, edge, process, 0, ballot, version, primary, held, problem);
  }
}
