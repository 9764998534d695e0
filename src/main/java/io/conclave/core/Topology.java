package io.conclave.core;

import java.util.Optional;

/**
 * Who is primary, as the coordinator of a ballot says: to sentinels, agents and edges, by message.
 *
 * @param configuration the newest one, begun or established; empty before the group is formed
 * @param coordinator host that coordinates the group under this ballot
 * @param hold while a switchover wants the edges to hold the clients
 */
public record Topology(
    GroupId group,
    Ballot ballot,
    long version,
    Optional<Configuration> configuration,
    boolean established,
    HostId coordinator,
    Optional<Hold> hold) {

  public Topology {
    // Left out by a coordinator of an older version.
    hold = hold == null ? Optional.empty() : hold;
  }

  /** Who is primary, when the configuration is established. */
  public Optional<Incumbent> incumbent() {
    return configuration
        .filter(newest -> established)
        .map(newest -> new Incumbent(group, newest.epoch(), newest.primary()));
  }

  /** Whether this is newer than the other: a higher ballot, or a later version of the same. */
  public boolean supersedes(Topology other) {
    int byBallot = ballot.compareTo(other.ballot);
    return byBallot > 0 || (byBallot == 0 && version > other.version);
  }
}
