package io.conclave.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What the register keeps of a group: the last established configuration and every one begun since (design, section 3.1,
 * Succession). Records are ordered by (ballot, version), never by time.
 *
 * @param version rises with every write under one ballot
 * @param begun oldest first; until one of them is established, a failover needs a fence quorum of each
 */
public record RegisterRecord(
    Ballot ballot, long version, Optional<Configuration> established, List<Configuration> begun)
    implements Comparable<RegisterRecord> {

  /** Nothing was ever written. */
  public static final RegisterRecord EMPTY =
      new RegisterRecord(Ballot.NONE, 0, Optional.empty(), List.of());

  public RegisterRecord {
    begun = List.copyOf(begun);
  }

  /** Every configuration in which something may have been acknowledged. */
  public List<Configuration> active() {
    List<Configuration> all = new ArrayList<>();
    established.ifPresent(all::add);
    all.addAll(begun);
    return all;
  }

  /** The last one begun, or else the established one. */
  public Optional<Configuration> newest() {
    return begun.isEmpty() ? established : Optional.of(begun.get(begun.size() - 1));
  }

  public RegisterRecord under(Ballot other) {
    return new RegisterRecord(other, 1, established, begun);
  }

  public RegisterRecord begin(Configuration configuration) {
    List<Configuration> longer = new ArrayList<>(begun);
    longer.add(configuration);
    return new RegisterRecord(ballot, version + 1, established, longer);
  }

  /**
   * The begun configuration of this promotion replaces its predecessors.
   *
   * @throws IllegalArgumentException when no such configuration was begun
   */
  public RegisterRecord establish(UUID promotion) {
    for (int i = 0; i < begun.size(); i++) {
      if (begun.get(i).promotion().equals(promotion)) {
        return new RegisterRecord(
            ballot, version + 1, Optional.of(begun.get(i)), begun.subList(i + 1, begun.size()));
      }
    }
    throw new IllegalArgumentException(
        "no configuration was begun with promotion " + promotion + ": " + this);
  }

  /** The established configuration with another sync set. */
  public RegisterRecord withSync(SyncSet sync) {
    return new RegisterRecord(
        ballot, version + 1, established.map(current -> current.withSync(sync)), begun);
  }

  /** The same content with a version above this one, which may have reached somebody with another content. */
  public RegisterRecord above(long otherVersion) {
    return version > otherVersion
        ? this
        : new RegisterRecord(ballot, otherVersion + 1, established, begun);
  }

  @Override
  public int compareTo(RegisterRecord other) {
    int byBallot = ballot.compareTo(other.ballot);
    return byBallot != 0 ? byBallot : Long.compare(version, other.version);
  }
}
