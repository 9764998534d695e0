package io.conclave.edge;

import io.conclave.core.GroupDefinition;
import io.conclave.core.HostId;
import io.conclave.core.Timings;
import io.conclave.edge.config.EdgeAddresses;
import io.conclave.postgres.Passwords;
import io.conclave.postgres.PgBouncerConsole;
import io.conclave.settings.ConclaveSettings;
import io.conclave.settings.GroupSettings;
import java.util.List;
import java.util.function.Supplier;

/**
 * What an edge works on, for one group.
 *
 * @param writers names by which PgBouncer knows the group's databases, for those who ask for the primary
 * @param readers names of the same for reads
 * @param consoles opens a session with PgBouncer
 */
public record EdgeContext(
    HostId host,
    GroupDefinition group,
    Timings timings,
    HaproxySocket haproxy,
    List<String> writers,
    List<String> readers,
    Supplier<PgBouncerConsole> consoles) {
  private static final int ANSWER_MS = 500;

  public EdgeContext {
    writers = List.copyOf(writers);
    readers = List.copyOf(readers);
  }

  /** One for each group of the cell. */
  public static List<EdgeContext> of(ConclaveSettings settings, HostId host, Passwords passwords) {
    String password = passwords
        .edge()
        .orElseThrow(() -> new IllegalStateException("the settings were checked for it"));
    HaproxySocket haproxy = new HaproxySocket(settings.edge().haproxySocket(), ANSWER_MS);
    return settings.groups().stream()
        .map(group -> of(settings, host, group, haproxy, password))
        .toList();
  }

  private static EdgeContext of(
      ConclaveSettings settings,
      HostId host,
      GroupSettings group,
      HaproxySocket haproxy,
      String password) {
    int port = settings.edge().pgbouncer().port();
    return new EdgeContext(
        host,
        group.definition(),
        settings.timings(),
        haproxy,
        group.offer().databases(),
        group.offer().readOnlyNames(),
        () -> PgBouncerConsole.open(EdgeAddresses.LOOPBACK, port, password, ANSWER_MS));
  }
}
