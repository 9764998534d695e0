package io.conclave.edge.config;

import io.conclave.core.Member;
import io.conclave.core.edge.Backends;
import io.conclave.settings.ConclaveSettings;
import io.conclave.settings.EdgeSettings;
import io.conclave.settings.GroupSettings;
import io.conclave.settings.HostSettings;
import java.util.List;

/** haproxy.cfg: what the checks alone would do; the edge's daemon is faster, and knows who was superseded. */
final class HaproxyFile {
  /** Descriptors for each connection, and some to spare. */
  private static final int DESCRIPTORS_PER_CLIENT = 2;

  private static final int DESCRIPTORS_BESIDE = 2000;

  /** As long as HAProxy waits at most before it tries again for a connection that was refused. */
  private static final long LONGEST_PAUSE_MS = 1000;

  /** A connection over a slow link must be possible. */
  private static final long SHORTEST_CONNECT_MS = 500;

  /** How long who asks for a connection waits for it, in suspicion times. */
  private static final int PATIENCE = 20;

  /** No name of a node: those are in small letters. */
  private static final String NOBODY = "NOBODY";

  /** tcpmux: nobody listens there. */
  private static final int REFUSING_PORT = 1;

  private final ConclaveSettings settings;
  private final HostSettings self;
  private final StringBuilder text = new StringBuilder();

  private HaproxyFile(ConclaveSettings settings, HostSettings self) {
    this.settings = settings;
    this.self = self;
  }

  static String render(ConclaveSettings settings, HostSettings self, String header) {
    HaproxyFile file = new HaproxyFile(settings, self);
    file.line("# " + header);
    file.global();
    file.defaults();
    file.resolvers();
    settings.groups().forEach(file::group);
    file.statistics();
    return file.text.toString();
  }

  private void line(String line) {
    text.append(line).append('\n');
  }

  private void section(String head, String... lines) {
    line("");
    line(head);
    List.of(lines).forEach(each -> line("    " + each));
  }

  private void global() {
    EdgeSettings edge = settings.edge();
    int descriptors = edge.pgbouncer().maxClients() * DESCRIPTORS_PER_CLIENT + DESCRIPTORS_BESIDE;
    section(
        "global",
        "stats socket %s mode 660 level admin".formatted(edge.haproxySocket()),
        "stats timeout 10s",
        "# As many clients as the limit of open files allows, and at most as many as PgBouncer takes.",
        "fd-hard-limit " + descriptors,
        "# After a reload the old process is out of the reach of the edge's daemon: it ends its sessions.",
        "hard-stop-after 5s",
        "spread-checks 0",
        "log stdout format raw daemon notice");
  }

  private void defaults() {
    long suspicion = settings.timings().suspicionMs();
    long connect = Math.max(SHORTEST_CONNECT_MS, suspicion / 2);
    section(
        "defaults",
        "mode tcp",
        "log global",
        "option dontlognull",
        "# Who asks for a connection waits for it: a refused one is tried again after the time for connecting, and after 1 s at",
        "# most, each time at whichever server is there by then. Who gives up is forgotten at once.",
        "retries " + PATIENCE * suspicion / Math.min(connect, LONGEST_PAUSE_MS),
        "option redispatch 1",
        "option abortonclose",
        "timeout connect %dms".formatted(connect),
        "timeout check %dms".formatted(suspicion),
        "timeout queue 30s",
        "# Sessions may be idle; whether the other end is there is asked by TCP.",
        "timeout client 24h",
        "timeout server 24h",
        "timeout client-fin 10s",
        "timeout server-fin 10s",
        "option clitcpka",
        "clitcpka-idle 10s",
        "clitcpka-intvl 5s",
        "clitcpka-cnt 3",
        "option srvtcpka",
        "srvtcpka-idle 10s",
        "srvtcpka-intvl 5s",
        "srvtcpka-cnt 3",
        "# The second line: the daemon beside is faster. Each check is a connection to an agent.",
        "default-server inter 1s fastinter 250ms fall 2 rise 2 on-marked-down shutdown-sessions%s"
            .formatted(hasNames() ? " init-addr last,libc,none resolvers system" : ""));
  }

  private boolean hasNames() {
    return settings.hosts().stream().anyMatch(host -> !host.hasIp());
  }

  /** Names of hosts may be unknown when HAProxy starts, and may get another address later. */
  private void resolvers() {
    if (hasNames()) {
      section("resolvers system", "parse-resolv-conf", "hold valid 5s");
    }
  }

  private void group(GroupSettings group) {
    String writes = Backends.writes(group.group());
    String reads = Backends.reads(group.group());
    section("frontend " + writes + "_in", bind(group.offer().writesPort()));
    line("    default_backend " + writes);
    section("backend " + writes, "balance leastconn", "option httpchk GET /primary");
    line("    http-check expect status 200");
    group.definition().candidates().forEach(member -> line("    " + server(member)));
    line(
        "    # While there is no primary: refuses, so that who comes then is tried again, too, and gets no error.");
    line("    server %s %s:%d backup".formatted(NOBODY, EdgeAddresses.LOOPBACK, REFUSING_PORT));
    section("frontend " + reads + "_in", bind(group.offer().readsPort()));
    line(
        "    # Without a standby that is near enough to the primary, the primary, if there is one.");
    group
        .definition()
        .candidates()
        .forEach(member ->
            line("    acl %s_up srv_is_up(%s/%s)".formatted(writes, writes, member.node())));
    line("    use_backend %s if { nbsrv(%s) eq 0 } %s_up".formatted(writes, reads, writes));
    line("    default_backend " + reads);
    section(
        "backend " + reads,
        "balance leastconn",
        "# Other regions only while no node of this one can serve.",
        "option allbackups",
        "option httpchk GET /replica?lag=" + group.offer().maxLagBytes(),
        "http-check expect status 200");
    group
        .definition()
        .members()
        .forEach(member -> line(
            "    " + server(member) + (member.region().equals(self.region()) ? "" : " backup")));
  }

  /** PgBouncer connects to the loopback address, whatever clients connect to. */
  private String bind(int port) {
    String address = settings.edge().listenAddress();
    String own = "bind %s:%d".formatted(bracketed(address), port);
    return EdgeAddresses.includesLoopback(address)
        ? own
        : own + "\n    bind %s:%d".formatted(EdgeAddresses.LOOPBACK, port);
  }

  private String server(Member member) {
    return "server %s %s:%d check port %d"
        .formatted(
            member.node(),
            bracketed(member.address()),
            member.port(),
            settings.host(member.host()).httpPort());
  }

  private static String bracketed(String address) {
    return address.contains(":") ? "[" + address + "]" : address;
  }

  /** The statistics, and whether this edge can serve clients: what keepalived and container engines ask. */
  private void statistics() {
    section(
        "frontend statistics",
        "mode http",
        bind(settings.edge().statisticsPort()),
        "timeout client 10s",
        "monitor-uri /edge",
        "monitor fail if { nbsrv(pgbouncer) lt 1 }",
        "http-request use-service prometheus-exporter if { path /metrics }",
        "stats enable",
        "stats uri /",
        "stats refresh 5s");
    section(
        "backend pgbouncer",
        "server local %s:%d check inter 1s"
            .formatted(EdgeAddresses.LOOPBACK, settings.edge().pgbouncer().port()));
  }
}
