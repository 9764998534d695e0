package io.conclave.postgres;

import io.conclave.core.NodeId;
import io.conclave.core.SyncSetting;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The part of the server settings that Conclave changes while it works: whom to follow, and whose acknowledgement counts.
 *
 * @param upstream empty means {@code primary_conninfo = ''}: no WAL from anybody (the fence)
 */
public record ServerSettings(Optional<Upstream> upstream, SyncSetting sync) {
  /** Follows nobody, and commits would wait: what every node starts with. */
  public static final ServerSettings ALONE = new ServerSettings(Optional.empty(), SyncSetting.WAIT);

  private static final String UPSTREAM = "# conclave-upstream ";
  private static final String SYNC = "# conclave-sync ";

  public ServerSettings withUpstream(Upstream other) {
    return new ServerSettings(Optional.of(other), sync);
  }

  /** The fence. */
  public ServerSettings withoutUpstream() {
    return new ServerSettings(Optional.empty(), sync);
  }

  public ServerSettings withSync(SyncSetting other) {
    return new ServerSettings(upstream, other);
  }

  /** Settings with a sensible value that the operator's own may replace. */
  static Map<String, String> defaults() {
    Map<String, String> d = new LinkedHashMap<>();
    d.put("wal_level", "replica");
    d.put("max_connections", "200");
    d.put("superuser_reserved_connections", "10");
    d.put("max_wal_senders", "20");
    d.put("max_replication_slots", "20");
    d.put("wal_keep_size", "256MB");
    d.put("max_slot_wal_keep_size", "4GB");
    d.put("wal_sender_timeout", "10s");
    d.put("wal_receiver_timeout", "10s");
    d.put("hot_standby_feedback", "off");
    d.put("max_standby_streaming_delay", "5s");
    d.put("log_line_prefix", "%m [%p] %q%u@%d ");
    d.put("logging_collector", "off");
    return d;
  }

  /** Settings that the protocol rests on: nobody may change them. */
  private static Map<String, String> required(Identity identity) {
    Map<String, String> r = new LinkedHashMap<>();
    r.put("listen_addresses", identity.listen());
    r.put("port", Integer.toString(identity.port()));
    r.put("unix_socket_directories", "");
    r.put("password_encryption", "scram-sha-256");
    r.put("hot_standby", "on");
    r.put("wal_log_hints", "on");
    r.put("full_page_writes", "on");
    r.put("fsync", "on");
    r.put("synchronous_commit", "on");
    r.put("wal_receiver_status_interval", "1s");
    r.put("recovery_target_timeline", "latest");
    r.put("recovery_min_apply_delay", "0");
    r.put("restart_after_crash", "off");
    r.put("cluster_name", identity.node().value());
    return r;
  }

  /**
   * All settings as they stand in conclave.conf: defaults, then the operator's, then the required ones.
   *
   * @param main what postgresql.conf sets; a default gives way to it
   */
  Map<String, String> all(Identity identity, String passfile, Map<String, String> main) {
    Map<String, String> all = defaults();
    all.keySet().removeAll(main.keySet());
    all.putAll(new TreeMap<>(identity.settings()));
    if ("minimal".equals(all.getOrDefault("wal_level", main.get("wal_level")))) {
      all.put("wal_level", "replica");
    }
    all.putAll(protocol(identity, passfile));
    return all;
  }

  /** The settings that nobody may change: those of every server, whom to follow, and whose acknowledgement counts. */
  Map<String, String> protocol(Identity identity, String passfile) {
    Map<String, String> r = required(identity);
    r.put(
        "primary_conninfo",
        upstream.map(u -> conninfo(u, identity.node(), passfile)).orElse(""));
    r.put("synchronous_standby_names", sync.toPostgres());
    r.put("wal_retrieve_retry_interval", retryMs(identity) + "ms");
    return r;
  }

  /** Without an upstream an attempt costs nothing, and a fence is seen by how one pause follows another. */
  private long retryMs(Identity identity) {
    return upstream.isPresent() ? identity.retryMs() : Identity.PROMPT_RETRY_MS;
  }

  /** Text of conclave.conf. */
  String render(Identity identity, String passfile, Map<String, String> main) {
    StringBuilder text = new StringBuilder("# Written by Conclave; changes made here are lost.\n");
    upstream.ifPresent(
        u -> text.append(UPSTREAM).append("%s %s %d\n".formatted(u.node(), u.host(), u.port())));
    text.append(SYNC).append(sync.count());
    sync.members().forEach(member -> text.append(' ').append(member));
    text.append('\n');
    all(identity, passfile, main)
        .forEach(
            (key, value) -> text.append("%s = '%s'\n".formatted(key, value.replace("'", "''"))));
    return text.toString();
  }

  /** Reads back what {@link #render} wrote; empty when the text is not ours. */
  static Optional<ServerSettings> parse(String text) {
    Optional<Upstream> upstream = Optional.empty();
    Optional<SyncSetting> sync = Optional.empty();
    for (String line : text.lines().toList()) {
      if (line.startsWith(UPSTREAM)) {
        String[] w = line.substring(UPSTREAM.length()).split(" ");
        upstream = Optional.of(new Upstream(new NodeId(w[0]), w[1], Integer.parseInt(w[2])));
      } else if (line.startsWith(SYNC)) {
        List<String> w = Arrays.asList(line.substring(SYNC.length()).split(" "));
        List<NodeId> members = w.subList(1, w.size()).stream().map(NodeId::new).toList();
        sync = Optional.of(new SyncSetting(members, Integer.parseInt(w.get(0))));
      }
    }
    Optional<Upstream> found = upstream;
    return sync.map(s -> new ServerSettings(found, s));
  }

  private static String conninfo(Upstream upstream, NodeId self, String passfile) {
    // Timeouts: a walreceiver must notice a host that is cut off, and TCP alone takes minutes for
    // it.
    return ("host=%s port=%d user=%s dbname=replication passfile=%s application_name=%s connect_timeout=2 "
            + "keepalives_idle=2 keepalives_interval=1 keepalives_count=3 tcp_user_timeout=5000 sslmode=prefer")
        .formatted(
            quote(upstream.host()), upstream.port(), Passwords.REPLICATION, quote(passfile), self);
  }

  /** A value of a libpq connection string. */
  static String quote(String value) {
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
