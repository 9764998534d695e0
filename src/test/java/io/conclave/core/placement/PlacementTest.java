package io.conclave.core.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.conclave.core.Ballot;
import io.conclave.core.Configuration;
import io.conclave.core.Durability;
import io.conclave.core.GroupDefinition;
import io.conclave.core.GroupId;
import io.conclave.core.HostId;
import io.conclave.core.Member;
import io.conclave.core.NodeId;
import io.conclave.core.Region;
import io.conclave.core.Sentinels;
import io.conclave.core.SyncSet;
import io.conclave.core.Topology;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlacementTest {
  /** Who is alive, where the primary is, whether at rest, current place, singleton → chosen. */
  @ParameterizedTest
  @CsvSource({
    "us eu ap, us, true,  '', us, eu",
    "us eu ap, us, true,  '', eu, ap",
    "us eu ap, eu, true,  eu, us, ap",
    "us eu ap, eu, false, eu, us, eu",
    "us eu ap, us, true,  ap, eu, ap",
    "us eu ap, us, true,  eu, eu, eu",
    "us ap,    us, true,  eu, us, ap",
    "us eu,    us, true,  us, eu, eu",
    "us,       us, true,  us, us, us",
    "us,       us, false, eu, us, us",
    "us eu ap, '', true,  '', us, eu",
    "'',       us, true,  us, us, ''"
  })
  void isBesideNoPrimaryAndStaysWherePossible(
      String alive,
      String primary,
      boolean atRest,
      String current,
      String singleton,
      String chosen) {
    List<String> hosts = List.of("us", "eu", "ap");
    List<Member> members = hosts.stream()
        .map(h -> new Member(
            new NodeId(h + "-db"),
            new HostId(h),
            new Region(h),
            Member.Kind.STANDBY,
            "127.0.0.1",
            5432,
            1))
        .toList();
    GroupDefinition group = new GroupDefinition(
        new GroupId("g"),
        members,
        new Durability(Durability.Policy.QUORUM, Durability.WhenAlone.STRICT));
    Sentinels sentinels = new Sentinels(hosts.stream()
        .map(h -> new Sentinels.Seat(new HostId(h), new Region(h)))
        .toList());
    Optional<Topology> topology = name(primary)
        .map(host -> new Topology(
            group.group(),
            Ballot.NONE,
            1,
            Optional.of(
                new Configuration(1, new NodeId(host + "-db"), SyncSet.EMPTY, new UUID(1, 1))),
            atRest,
            new HostId("us")));
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
            new HostId(singleton)));
  }

  private static Optional<String> name(String text) {
    return Stream.of(text).filter(t -> !t.isBlank()).findFirst();
  }
}
