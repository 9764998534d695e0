package io.conclave.core.placement;

import io.conclave.core.Ballot;
import io.conclave.core.Configuration;
import io.conclave.core.GroupDefinition;
import io.conclave.core.GroupStatus;
import io.conclave.core.HostId;
import io.conclave.core.Member;
import io.conclave.core.Sentinels;
import io.conclave.core.Topology;
import io.conclave.core.failover.Phase;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where a group is coordinated: on a sentinel that is alive, not beside the group's primary, so that one failure does not
 * take both. It stays where it is as long as that holds, and moves at rest only.
 */
public final class Placement {
  /** A coordinator that was appointed has so many suspicion times to claim its ballot and to be heard. */
  private static final int BEGIN = 2;

  private static final Set<String> AT_REST = Stream.of(
          Phase.CLAIMING, Phase.FORMING, Phase.STEADY, Phase.RESIGNED)
      .map(Phase::name)
      .collect(Collectors.toUnmodifiableSet());

  private Placement() {}

  /**
   * What was appointed last.
   *
   * @param above the highest ballot known then: whoever is heard with a higher one coordinates, appointed or not
   * @param atMs when, in monotonic ms of the singleton's host
   */
  public record Post(HostId host, Ballot above, long atMs) {}

  /** Where the group is coordinated now. A deputy that has taken over is kept: to move back would cost a claim. */
  public static Optional<HostId> current(Optional<Post> post, Optional<Topology> topology) {
    return topology
        .filter(
            heard -> post.filter(last -> !heard.ballot().isAbove(last.above())).isEmpty())
        .map(Topology::coordinator)
        .or(() -> post.map(Post::host));
  }

  /**
   * The sentinels that may coordinate: those that are alive, without the one whose coordinator a majority finds silent
   * although it has had the time to begin. A host that only the singleton hears is of no use.
   *
   * @param silent how many sentinels say now that the coordinator is silent
   */
  public static Set<HostId> trusted(
      Sentinels sentinels,
      Set<HostId> alive,
      int silent,
      Optional<Post> post,
      Optional<HostId> current,
      long suspicionMs,
      long nowMs) {
    boolean begins = post.filter(last -> current.filter(last.host()::equals).isPresent())
        .filter(last -> nowMs - last.atMs() < BEGIN * suspicionMs)
        .isPresent();
    boolean lost = silent >= sentinels.majority() && !begins;
    return alive.stream()
        .filter(host -> !lost || current.filter(host::equals).isEmpty())
        .collect(Collectors.toSet());
  }

  /**
   * Whether a coordinator says that it is in the middle of a change of primary. To be moved then would cost a switchover its
   * target: the next coordinator does not know of it.
   */
  public static boolean isAtWork(GroupStatus status) {
    return !AT_REST.contains(status.phase());
  }

  /**
   * @param alive sentinels heard of lately, whose coordinator is not found silent
   * @param current where the group is coordinated now
   * @param atWork whether its coordinator is in the middle of a change of primary, of which the topology does not tell yet
   * @param wish where an operator wants it; beside the primary, too
   * @return empty when no sentinel is alive
   */
  public static Optional<HostId> choose(
      GroupDefinition group,
      Sentinels sentinels,
      Set<HostId> alive,
      Optional<Topology> topology,
      Optional<HostId> current,
      boolean atWork,
      Optional<HostId> wish) {
    Optional<HostId> beside = hostOfPrimary(group, topology);
    boolean atRest = !atWork && topology.map(Topology::established).orElse(true);
    Optional<HostId> stays = current.filter(alive::contains);
    if (stays.isPresent() && !atRest) {
      return stays;
    }
    return wish.filter(alive::contains)
        .or(() -> stays.filter(host -> beside.filter(host::equals).isEmpty()))
        .or(() ->
            order(group, sentinels, alive, topology, Optional.empty()).stream().findFirst());
  }

  /**
   * The sentinels that are alive, the best place first: the same order for the singleton and for deputies, so that both come
   * to the same host.
   *
   * @param failed a host whose coordinator is silent although its sentinel is not: the last to try
   */
  static List<HostId> order(
      GroupDefinition group,
      Sentinels sentinels,
      Set<HostId> alive,
      Optional<Topology> topology,
      Optional<HostId> failed) {
    Optional<HostId> beside = hostOfPrimary(group, topology);
    // The sort is stable: otherwise in the order of the configuration.
    return sentinels.seats().stream()
        .map(Sentinels.Seat::sentinel)
        .filter(alive::contains)
        .sorted(
            Comparator.comparing((HostId host) -> failed.filter(host::equals).isPresent())
                .thenComparing(host -> beside.filter(host::equals).isPresent()))
        .toList();
  }

  /** Before there is a primary: where the preferred node will be one. */
  private static Optional<HostId> hostOfPrimary(
      GroupDefinition group, Optional<Topology> topology) {
    return topology
        .flatMap(Topology::configuration)
        .map(Configuration::primary)
        .flatMap(group::member)
        .or(() -> group.candidates().stream().max(Comparator.comparingInt(Member::priority)))
        .map(Member::host);
  }
}
