package io.conclave.settings;

import io.conclave.core.HostId;
import io.conclave.settings.Draft.At;
import java.util.ArrayList;
import java.util.List;

/** What must hold between edges, groups and hosts. Without a host with the role edge nothing of it is used. */
final class EdgeChecks {
  private static final String EDGE = "conclave.edge";

  private final Draft draft;
  private final Problems problems;

  private EdgeChecks(Draft draft, Problems problems) {
    this.draft = draft;
    this.problems = problems;
  }

  static void check(Draft draft, Problems problems) {
    EdgeChecks checks = new EdgeChecks(draft, problems);
    if (!draft.hostsWith(Role.EDGE).isEmpty()) {
      checks.pools();
      checks.ports();
    }
    checks.virtualIp();
  }

  /** Of all groups together: they share one PgBouncer. */
  private void pools() {
    List<At<String>> pools = new ArrayList<>();
    for (At<GroupSettings> group : draft.groups) {
      group
          .value()
          .offer()
          .poolNames()
          .forEach(name -> pools.add(new At<>(group.path() + ".edge.databases", name)));
    }
    Draft.refuseTwins(problems, pools, "", name -> name);
  }

  /** Of each machine with an edge: those of all groups, and what else listens there. */
  private void ports() {
    for (HostSettings host : draft.hostsWith(Role.EDGE)) {
      List<At<HostChecks.Port>> ports = new ArrayList<>();
      HostChecks.ports(draft).stream()
          .filter(port -> port.value().address().equals(host.address()))
          .forEach(ports::add);
      draft.edge.ifPresent(edge -> {
        ports.add(at(EDGE + ".statistics-port", host, edge.statisticsPort()));
        ports.add(at(EDGE + ".pgbouncer.port", host, edge.pgbouncer().port()));
      });
      for (At<GroupSettings> group : draft.groups) {
        OfferSettings offer = group.value().offer();
        ports.add(at(group.path() + ".edge.writes-port", host, offer.writesPort()));
        ports.add(at(group.path() + ".edge.reads-port", host, offer.readsPort()));
      }
      Draft.refuseTwins(problems, ports, "", port -> port);
    }
  }

  private static At<HostChecks.Port> at(String path, HostSettings host, int port) {
    return new At<>(path, new HostChecks.Port(host.address(), port));
  }

  private void virtualIp() {
    draft.edge.flatMap(EdgeSettings::virtualIp).ifPresent(virtual -> {
      String key = EDGE + ".virtual-ip.hosts";
      if (virtual.hosts().size() < 2 && draft.hostsWhole) {
        problems.error(key, virtual.hosts(), "must be two hosts with the role edge at least");
      }
      for (HostId host : virtual.hosts()) {
        draft.host(host).ifPresent(known -> edgeWithIp(key, known));
      }
    });
  }

  private void edgeWithIp(String key, HostSettings host) {
    if (!host.has(Role.EDGE)) {
      problems.error(key, host.host(), "must have the role edge");
    } else if (!Addresses.isIp(host.address())) {
      problems.error(
          key,
          host.host(),
          "must have an IP as its address, not the name %s: keepalived takes no names"
              .formatted(host.address()));
    }
  }
}
