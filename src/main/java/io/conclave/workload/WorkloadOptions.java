package io.conclave.workload;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What the ledger workload writes to, and how.
 *
 * @param servers every node of the group, tried in this order
 * @param database database of the application; created when it is missing and the role may
 * @param application role that writes and reads
 * @param administrator role that creates the application's role and database, when they are not there yet
 * @param sslMode as pgjdbc takes it, for example {@code prefer} or {@code disable}
 * @param duration how long the standalone command writes
 * @param route what stands between the clients and the servers
 */
public record WorkloadOptions(
    List<Endpoint> servers,
    String database,
    Credentials application,
    Optional<Credentials> administrator,
    String sslMode,
    LoadShape shape,
    Patience patience,
    Duration duration,
    Route route) {

  private static final String PREFIX = "jdbc:postgresql://";

  public WorkloadOptions {
    servers = List.copyOf(servers);
    if (servers.isEmpty()) {
      throw new IllegalArgumentException("at least one server is needed");
    }
  }

  /** Straight to the servers. */
  public WorkloadOptions(
      List<Endpoint> servers,
      String database,
      Credentials application,
      Optional<Credentials> administrator,
      String sslMode,
      LoadShape shape,
      Patience patience,
      Duration duration) {
    this(
        servers,
        database,
        application,
        administrator,
        sslMode,
        shape,
        patience,
        duration,
        Route.SERVERS);
  }

  /**
   * Options with the default load, from a URL {@code jdbc:postgresql://host:port,host:port/database}.
   *
   * @throws IllegalArgumentException when the URL has another form; parameters after {@code ?} are not taken, because
   *     the workload sets its own
   */
  public static WorkloadOptions of(String url, Credentials application, Duration duration) {
    String rest = url.startsWith("jdbc:") ? url : "jdbc:" + url;
    int slash = rest.indexOf('/', PREFIX.length());
    if (!rest.startsWith(PREFIX) || slash < 0 || slash == rest.length() - 1 || rest.contains("?")) {
      throw new IllegalArgumentException("url = '" + url
          + "': expected jdbc:postgresql://host:port,host:port/database, without parameters");
    }
    List<Endpoint> servers = Arrays.stream(
            rest.substring(PREFIX.length(), slash).split(","))
        .map(Endpoint::parse)
        .toList();
    return new WorkloadOptions(
        servers,
        rest.substring(slash + 1),
        application,
        Optional.empty(),
        "prefer",
        LoadShape.DEFAULT,
        Patience.DEFAULT,
        duration);
  }

  /** The same with another load. */
  public WorkloadOptions withShape(LoadShape other) {
    return new WorkloadOptions(
        servers, database, application, administrator, sslMode, other, patience, duration, route);
  }
}
