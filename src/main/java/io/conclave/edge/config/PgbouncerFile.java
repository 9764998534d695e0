package io.conclave.edge.config;

import io.conclave.postgres.EdgeLogin;
import io.conclave.postgres.Passwords;
import io.conclave.settings.ConclaveSettings;
import io.conclave.settings.EdgeSettings;
import io.conclave.settings.GroupSettings;
import io.conclave.settings.OfferSettings;
import java.nio.file.Path;

/** pgbouncer.ini and its list of users: every pool leads to the HAProxy beside it, so that nothing here ever changes. */
final class PgbouncerFile {
  private PgbouncerFile() {}

  static String render(ConclaveSettings settings, String header, Path directory) {
    EdgeSettings edge = settings.edge();
    StringBuilder text = new StringBuilder("; " + header + "\n[databases]\n");
    for (GroupSettings group : settings.groups()) {
      OfferSettings offer = group.offer();
      offer.databases().forEach(name -> text.append(pool(name, offer.writesPort(), name)));
      offer
          .databases()
          .forEach(
              name -> text.append(pool(name + OfferSettings.READ_ONLY, offer.readsPort(), name)));
    }
    return text.append(pooler(edge, directory)).toString();
  }

  private static String pool(String name, int port, String database) {
    return "%s = host=%s port=%d dbname=%s\n"
        .formatted(name, EdgeAddresses.LOOPBACK, port, database);
  }

  private static String pooler(EdgeSettings edge, Path directory) {
    return """

        [pgbouncer]
        listen_addr = %s
        listen_port = %d
        listen_backlog = 4096
        unix_socket_dir =
        pidfile = %s

        ; A client proves its password by SCRAM, and PgBouncer passes the proof's keys on to PostgreSQL: both have the same
        ; verifier, which auth_query asks for.
        auth_type = scram-sha-256
        auth_file = %s
        auth_user = %s
        auth_query = %s
        admin_users = %s
        ignore_startup_parameters = extra_float_digits

        pool_mode = transaction
        max_client_conn = %d
        default_pool_size = %d
        max_db_connections = %d
        server_round_robin = 0

        ; While there is no primary, what comes waits, and the next try follows at once.
        server_login_retry = 0.05
        server_connect_timeout = 5
        query_wait_timeout = 120
        ; HAProxy closes what does not lead to the right server any more: nothing has to be checked before use.
        server_check_delay = 30
        server_idle_timeout = 600
        server_lifetime = 3600

        tcp_keepalive = 1
        tcp_keepidle = 10
        tcp_keepintvl = 5
        tcp_keepcnt = 3

        log_connections = 0
        log_disconnections = 0
        """.formatted(
            listen(edge.listenAddress()),
            edge.pgbouncer().port(),
            edge.runDirectory().resolve("pgbouncer.pid"),
            directory.resolve("userlist.txt"),
            Passwords.EDGE,
            EdgeLogin.QUERY,
            Passwords.EDGE,
            edge.pgbouncer().maxClients(),
            edge.pgbouncer().poolSize(),
            edge.pgbouncer().maxServers());
  }

  /** The daemon of the edge reaches it on the loopback address. */
  private static String listen(String address) {
    return EdgeAddresses.includesLoopback(address) || address.equals("::")
        ? address
        : address + ", " + EdgeAddresses.LOOPBACK;
  }

  /** In clear, because PgBouncer logs in with it; clients are not in here. */
  static String users(String password) {
    return "\"%s\" \"%s\"\n".formatted(Passwords.EDGE, password.replace("\"", "\"\""));
  }
}
