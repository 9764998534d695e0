package io.conclave.chaos;

import io.conclave.chaos.Service.Kind;
import io.conclave.settings.OfferSettings;
import io.conclave.workload.Endpoint;
import java.util.List;
import java.util.Optional;

/** The edges of a stack, if it has any: where clients reach HAProxy and PgBouncer. */
final class Edges {
  /** Last number of the virtual address in the network of the edges, as conf/docker/conclave.conf has it. */
  private static final String VIRTUAL = "100";

  private static final int HAPROXY_PORT = 5432;
  private static final int HAPROXY_READS_PORT = 5433;
  private static final int PGBOUNCER_PORT = 6432;

  private final Inside inside;
  private final List<Service> edges;
  private final Optional<String> virtualAddress;
  private final StackSecrets secrets;

  /**
   * @param services of the stack
   * @param secrets may name the virtual address, where it is another one than docker-compose.yml's
   */
  Edges(Docker docker, List<Service> services, StackSecrets secrets) {
    this.inside = new Inside(docker);
    this.edges = services.stream().filter(s -> s.is(Kind.EDGE)).toList();
    this.virtualAddress = secrets
        .virtualAddress()
        .or(() -> edges.stream()
            .findFirst()
            .map(edge -> edge.address().replaceFirst("[0-9]+$", VIRTUAL)));
    this.secrets = secrets;
  }

  boolean exist() {
    return !edges.isEmpty();
  }

  /** Where clients of a channel find the primary: at the virtual address. */
  Way way(Channel channel) {
    return channel == Channel.PGBOUNCER
        ? way(PGBOUNCER_PORT, secrets.database())
        : way(HAPROXY_PORT, secrets.database());
  }

  /** The same of the standbys. */
  Way readWay(Channel channel) {
    return channel == Channel.PGBOUNCER
        ? way(PGBOUNCER_PORT, secrets.database() + OfferSettings.READ_ONLY)
        : way(HAPROXY_READS_PORT, secrets.database());
  }

  private Way way(int port, String database) {
    return new Way(
        virtualAddress.map(address -> new Endpoint(address, port)).stream().toList(), database);
  }

  /** The edge that holds the virtual address; a frozen one is asked nothing, and holds it no more. */
  Optional<String> holder() throws InterruptedException {
    for (Service edge : edges) {
      if (virtualAddress.isPresent() && holds(edge, virtualAddress.get())) {
        return Optional.of(edge.name());
      }
    }
    return Optional.empty();
  }

  private boolean holds(Service edge, String address) throws InterruptedException {
    try {
      return inside.run(edge, "address", address).equals("yes");
    } catch (ChaosException frozenOrGone) {
      return false;
    }
  }

  /** Idle clients of PgBouncer; nobody connects yet. */
  Crowd crowd(int clients, Waiting waiting) throws ChaosException {
    if (!exist()) {
      throw new ChaosException(
          "clients = %d needs an edge, and the stack has none".formatted(clients));
    }
    Way way = way(Channel.PGBOUNCER);
    return new Crowd(way.servers().get(0), secrets.application(), way.database(), clients, waiting);
  }
}
