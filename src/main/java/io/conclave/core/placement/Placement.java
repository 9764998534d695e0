package io.conclave.core.placement;

import io.conclave.core.Configuration;
import io.conclave.core.GroupDefinition;
import io.conclave.core.HostId;
import io.conclave.core.Member;
import io.conclave.core.Sentinels;
import io.conclave.core.Topology;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where a group is coordinated: on a sentinel that is alive, not beside the group's primary, so that one failure never takes
 * both. It stays where it is as long as that holds, and moves at rest only.
 */
public final class Placement {
  private Placement() {}

  /**
   * @param alive sentinels heard of lately
   * @param current where the group is coordinated now
   * @param singleton host of the caller: passed over where possible, so that one failure does not take both of them either
   * @return empty when no sentinel is alive
   */
  public static Optional<HostId> choose(
      GroupDefinition group,
      Sentinels sentinels,
      Set<HostId> alive,
      Optional<Topology> topology,
      Optional<HostId> current,
      HostId singleton) {
    Optional<HostId> beside =
        topology.flatMap(Topology::configuration).flatMap(now -> hostOfPrimary(group, now));
    boolean atRest = topology.map(Topology::established).orElse(true);
    Optional<HostId> stays = current
        .filter(alive::contains)
        .filter(host -> !atRest || beside.filter(host::equals).isEmpty());
    if (stays.isPresent()) {
      return stays;
    }
    List<HostId> order = sentinels.seats().stream()
        .map(Sentinels.Seat::sentinel)
        .filter(alive::contains)
        .toList();
    return order.stream()
        .min(Comparator.comparing((HostId host) -> beside.filter(host::equals).isPresent())
            .thenComparing(singleton::equals)
            .thenComparing(order::indexOf));
  }

  private static Optional<HostId> hostOfPrimary(
      GroupDefinition group, Configuration configuration) {
    return group.member(configuration.primary()).map(Member::host);
  }
}
