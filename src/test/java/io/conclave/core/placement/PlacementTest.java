package io.conclave.core.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.conclave.core.Ballot;
import io.conclave.core.Configuration;
import io.conclave.core.Durability;
import io.conclave.core.GroupDefinition;
import io.conclave.core.GroupId;
import io.conclave.core.GroupStatus;
import io.conclave.core.HostId;
import io.conclave.core.Member;
import io.conclave.core.NodeId;
import io.conclave.core.Region;
import io.conclave.core.Sentinels;
import io.conclave.core.SyncSet;
import io.conclave.core.Topology;
import io.conclave.core.failover.Phase;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlacementTest {
  /** Who is alive, where the primary is, whether at rest, current place, an operator's wish → chosen. */
  @ParameterizedTest
  @CsvSource({
    "us eu ap, us, true,  '', '', eu",
    "us eu ap, eu, true,  eu, '', us",
    "us eu ap, eu, false, eu, '', eu",
    "us eu ap, us, true,  ap, '', ap",
    "us eu ap, us, true,  eu, '', eu",
    "us ap,    us, true,  eu, '', ap",
    "us eu,    us, true,  us, '', eu",
    "us,       us, true,  us, '', us",
    "us,       us, false, eu, '', us",
    // Nobody is primary yet: us-db is preferred.
    "us eu ap, '', true,  '', '', eu",
    "'',       us, true,  us, '', ''",
    "us eu ap, us, true,  eu, us, us",
    "us eu ap, us, true,  eu, ap, ap",
    "us eu ap, us, false, eu, us, eu",
    "us eu,    us, true,  eu, ap, eu"
  })
  void isBesideNoPrimaryAndStaysWherePossible(
      String alive, String primary, boolean atRest, String current, String wish, String chosen) {
    List<String> hosts = List.of("us", "eu", "ap");
    List<Member> members = hosts.stream()
        .map(h -> new Member(
            new NodeId(h + "-db"),
            new HostId(h),
            new Region(h),
            Member.Kind.STANDBY,
            "127.0.0.1",
            5432,
            h.equals("us") ? 100 : 1))
        .toList();
    GroupDefinition group = new GroupDefinition(
        new GroupId("g"),
        members,
        new Durability(Durability.Policy.QUORUM, Durability.WhenAlone.STRICT));
    Sentinels sentinels = new Sentinels(hosts.stream()
        .map(h -> new Sentinels.Seat(new HostId(h), new Region(h)))
        .toList());
    // A topology tells of it once the next primary is chosen, and the coordinator's status before
    // that.
    assertChosen(group, sentinels, alive, primary, atRest, false, current, wish, chosen);
    assertChosen(group, sentinels, alive, primary, true, !atRest, current, wish, chosen);
  }

  private static void assertChosen(
      GroupDefinition group,
      Sentinels sentinels,
      String alive,
      String primary,
      boolean established,
      boolean atWork,
      String current,
      String wish,
      String chosen) {
    Optional<Topology> topology = name(primary)
        .map(host -> new Topology(
            group.group(),
            Ballot.NONE,
            1,
            Optional.of(
                new Configuration(1, new NodeId(host + "-db"), SyncSet.EMPTY, new UUID(1, 1))),
            established,
            new HostId("us"),
            Optional.empty()));
    assertEquals(
        name(chosen).map(HostId::new),
        Placement.choose(
            group,
            sentinels,
            Arrays.stream(alive.split(" "))
                .flatMap(h -> name(h).stream())
                .map(HostId::new)
                .collect(Collectors.toSet()),
            topology,
            name(current).map(HostId::new),
            atWork,
            name(wish).map(HostId::new)));
  }

  @Test
  void aCoordinatorIsAtWorkFromTheRequestOfASwitchoverToTheEnd() {
    Topology topology = new Topology(
        new GroupId("g"),
        Ballot.NONE,
        1,
        Optional.empty(),
        true,
        new HostId("us"),
        Optional.empty());
    List<String> atWork = Stream.of(Phase.values())
        .map(Phase::name)
        .filter(phase -> Placement.isAtWork(new GroupStatus(topology, phase, Optional.empty())))
        .toList();
    assertEquals(
        List.of(
            "PREPARING",
            "HOLDING",
            "DRAINING",
            "FENCING",
            "BEGINNING",
            "PROMOTING",
            "ESTABLISHING"),
        atWork);
  }

  /** Last appointment and the highest ballot then, heard coordinator and its ballot → who coordinates. */
  @ParameterizedTest
  @CsvSource({
    "'', 0, '', 0, ''",
    "'', 0, eu, 3, eu",
    "ap, 3, eu, 3, ap",
    "ap, 3, ap, 4, ap",
    "ap, 3, eu, 4, eu",
    "ap, 3, '', 0, ap"
  })
  void whoeverHoldsAHigherBallotCoordinates(
      String appointed, long above, String heard, long ballot, String current) {
    Optional<Topology> topology = name(heard)
        .map(host -> new Topology(
            new GroupId("g"),
            new Ballot(ballot, new UUID(1, 1)),
            1,
            Optional.empty(),
            false,
            new HostId(host),
            Optional.empty()));
    Optional<Placement.Post> post = name(appointed)
        .map(host -> new Placement.Post(new HostId(host), new Ballot(above, new UUID(1, 1)), 0));
    assertEquals(name(current).map(HostId::new), Placement.current(post, topology));
  }

  /** How many find eu silent, ms since its appointment (empty: not appointed) → who may coordinate. */
  @ParameterizedTest
  @CsvSource({
    "1, ,     us eu ap",
    "2, ,     us ap",
    "2, 1999, us eu ap",
    "2, 2000, us ap",
  })
  void aCoordinatorThatMostFindSilentIsNotTrusted(int silent, Long sinceMs, String trusted) {
    Set<HostId> alive = hosts("us eu ap");
    Sentinels sentinels = new Sentinels(alive.stream()
        .map(host -> new Sentinels.Seat(host, new Region(host.value())))
        .toList());
    HostId eu = new HostId("eu");
    Optional<Placement.Post> post =
        Optional.ofNullable(sinceMs).map(ms -> new Placement.Post(eu, Ballot.NONE, 10_000 - ms));
    assertEquals(
        hosts(trusted),
        Placement.trusted(sentinels, alive, silent, post, Optional.of(eu), 1000, 10_000));
  }

  private static Set<HostId> hosts(String names) {
    return Arrays.stream(names.split(" ")).map(HostId::new).collect(Collectors.toSet());
  }

  private static Optional<String> name(String text) {
    return Stream.of(text).filter(t -> !t.isBlank()).findFirst();
  }
}
