package io.conclave.settings;

import io.conclave.core.Region;
import io.conclave.settings.Draft.At;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What must hold between hosts, regions and sentinels. */
final class HostChecks {
  private static final String HOSTS = "conclave.hosts";

  private final Draft draft;
  private final Problems problems;

  private HostChecks(Draft draft, Problems problems) {
    this.draft = draft;
    this.problems = problems;
  }

  static void check(Draft draft, Problems problems) {
    HostChecks checks = new HostChecks(draft, problems);
    Draft.refuseTwins(problems, draft.regions, "", Region::value);
    Draft.refuseTwins(problems, draft.hosts, ".name", host -> host.host().value());
    Draft.refuseTwins(problems, ports(draft), "", port -> port);
    if (draft.hostsWhole && !draft.hosts.isEmpty()) {
      checks.sentinels();
    }
  }

  /** A port of one machine; hosts with the same address are one machine, as in a demo. */
  record Port(String address, int port) {
    @Override
    public String toString() {
      return address + ":" + port;
    }
  }

  /** The ports of hosts and nodes. */
  static List<At<Port>> ports(Draft draft) {
    List<At<Port>> ports = new ArrayList<>();
    for (At<HostSettings> at : draft.hosts) {
      HostSettings host = at.value();
      ports.add(new At<>(at.path() + ".akka-port", new Port(host.address(), host.akkaPort())));
      ports.add(new At<>(at.path() + ".http-port", new Port(host.address(), host.httpPort())));
    }
    for (At<NodeSettings> at : draft.nodes) {
      ports.add(new At<>(
          at.path() + ".port",
          new Port(at.value().member().address(), at.value().member().port())));
    }
    return ports;
  }

  private void sentinels() {
    List<HostSettings> sentinels = Draft.values(draft.hosts).stream()
        .filter(host -> host.has(Role.SENTINEL))
        .toList();
    int count = sentinels.size();
    if (count == 0) {
      problems.error(
          HOSTS, "", "must have hosts with the role sentinel: without one nothing is ever decided");
    } else if (count == 2) {
      problems.error(
          HOSTS,
          "2 sentinels",
          "must be an odd number: both would have to agree, so that the loss of either stops every failover");
    } else if (count == 1) {
      problems.warning(HOSTS, "1 sentinel", "is a single point of failure; three are better");
    } else if (count % 2 == 0) {
      problems.warning(
          HOSTS,
          count + " sentinels",
          "is an even number: no more of them may fail than of " + (count - 1));
    }
    regionsOf(sentinels);
  }

  private void regionsOf(List<HostSettings> sentinels) {
    Set<Region> covered = sentinels.stream().map(HostSettings::region).collect(Collectors.toSet());
    int regions = (int) draft.regions.stream().map(At::value).distinct().count();
    if (!sentinels.isEmpty() && covered.size() <= regions / 2) {
      problems.error(
          HOSTS,
          "sentinels in " + covered.size() + " of " + regions + " regions",
          "must cover a majority of the regions: a verdict needs one");
      return;
    }
    for (Region region : covered) {
      long here =
          sentinels.stream().filter(host -> host.region().equals(region)).count();
      if (regions > 1 && here > (sentinels.size() - 1) / 2) {
        problems.warning(
            HOSTS,
            "%d of %d sentinels in region %s".formatted(here, sentinels.size(), region),
            "means that the loss of this region stops every failover");
      }
    }
  }
}
