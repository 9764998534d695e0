package io.conclave.edge.config;

import io.conclave.core.HostId;
import io.conclave.settings.ConclaveSettings;
import io.conclave.settings.EdgeSettings.VirtualIp;
import io.conclave.settings.HostSettings;
import java.util.Optional;
import java.util.stream.Collectors;

/** keepalived.conf: the virtual IP is on one of the edges that can serve. */
final class KeepalivedFile {
  private static final int HIGHEST_PRIORITY = 150;

  private KeepalivedFile() {}

  /** Empty for an edge that takes no part in it. */
  static Optional<String> render(ConclaveSettings settings, HostSettings self, String header) {
    return settings
        .edge()
        .virtualIp()
        .filter(virtual -> virtual.hosts().contains(self.host()))
        .map(virtual -> text(settings, self, virtual, header));
  }

  private static String text(
      ConclaveSettings settings, HostSettings self, VirtualIp virtual, String header) {
    String peers = virtual.hosts().stream()
        .filter(host -> !host.equals(self.host()))
        .map(host -> "        " + address(settings, host) + "\n")
        .collect(Collectors.joining());
    return """
        # %s
        global_defs {
            router_id %s
            vrrp_version 3
            enable_script_security
            script_user root
        }

        # Whether HAProxy and PgBouncer are there. The daemon is not asked: without it the checks of HAProxy go on.
        vrrp_script edge {
            script "/usr/bin/curl --silent --fail --max-time 1 --output /dev/null http://%s:%d/edge"
            interval 1
            timeout 2
            fall 2
            rise 2
            init_fail
        }

        vrrp_instance edge {
            state BACKUP
            nopreempt
            interface %s
            virtual_router_id %d
            priority %d
            advert_int 0.2
            unicast_src_ip %s
            unicast_peer {
        %s    }
            virtual_ipaddress {
                %s
            }
            track_script {
                edge
            }
        }
        """.formatted(
            header,
            self.host(),
            EdgeAddresses.LOOPBACK,
            settings.edge().statisticsPort(),
            virtual.device(),
            virtual.routerId(),
            HIGHEST_PRIORITY - virtual.hosts().indexOf(self.host()),
            self.address(),
            peers,
            virtual.address());
  }

  private static String address(ConclaveSettings settings, HostId host) {
    return settings.host(host).address();
  }
}
