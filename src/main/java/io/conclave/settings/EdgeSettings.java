package io.conclave.settings;

import io.conclave.core.HostId;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What all hosts with the role edge have in common: the HAProxy, the PgBouncer and the keepalived beside the daemon.
 *
 * @param listenAddress IP on which clients reach HAProxy and PgBouncer; a wildcard is allowed
 * @param statisticsPort HAProxy's page of statistics
 * @param runDirectory absolute; pid files, and HAProxy's socket unless it is named
 * @param haproxySocket absolute; the runtime API of HAProxy
 * @param virtualIp the address that moves between edges; empty when there is none
 */
public record EdgeSettings(
    String listenAddress,
    int statisticsPort,
    Path runDirectory,
    Path haproxySocket,
    Pooler pgbouncer,
    Optional<VirtualIp> virtualIp) {

  /**
   * PgBouncer.
   *
   * @param port on which clients reach it
   * @param poolSize server connections for each database and role
   * @param maxClients clients that it takes
   * @param maxServers server connections for each database, of all roles together
   */
  public record Pooler(int port, int poolSize, int maxClients, int maxServers) {}

  /**
   * An address that is on one of the edges at a time.
   *
   * @param address IP with its prefix, 10.1.0.100/24
   * @param device network interface that gets it
   * @param routerId VRRP's number of this address in its network, 1 to 255
   * @param hosts edges that it moves between, the first one preferred at the first start
   */
  public record VirtualIp(String address, String device, int routerId, List<HostId> hosts) {
    public VirtualIp {
      hosts = List.copyOf(hosts);
    }
  }
}
