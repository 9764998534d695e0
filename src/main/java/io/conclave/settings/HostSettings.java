package io.conclave.settings;

import io.conclave.core.HostId;
import io.conclave.core.Region;
import java.util.Set;

/**
 * One host: one JVM.
 *
 * @param address name or IP under which the other hosts reach it
 * @param akkaPort TCP port of the cluster
 * @param httpPort TCP port of the HTTP interface
 */
public record HostSettings(
    HostId host, Region region, String address, int akkaPort, int httpPort, Set<Role> roles) {
  public HostSettings {
    roles = Set.copyOf(roles);
  }

  /** Whether its address is an IP, and not a name. */
  public boolean hasIp() {
    return Addresses.isIp(address);
  }

  /** Whether the JVM of this host plays this role. */
  public boolean has(Role role) {
    return roles.contains(role);
  }
}
