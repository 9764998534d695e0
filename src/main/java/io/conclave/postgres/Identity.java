package io.conclave.postgres;

import io.conclave.core.NodeId;
import java.util.List;
import java.util.Map;

/**
 * What never changes about one server.
 *
 * @param mayBePrimary false for a read replica
 * @param listen value of {@code listen_addresses}
 * @param settings the operator's own server settings; Conclave's win over them
 * @param clientRules lines of pg_hba.conf that admit clients while the gate is open
 */
public record Identity(
    NodeId node,
    boolean mayBePrimary,
    String listen,
    int port,
    Map<String, String> settings,
    List<String> clientRules) {
  /** Pause of a server that others may wait for between two attempts to receive WAL, in ms. */
  static final long PROMPT_RETRY_MS = 50;

  private static final long UNHURRIED_RETRY_MS = 500;

  /** Everybody with a password, from everywhere. */
  public static final List<String> ANY_CLIENT = List.of("host all all all scram-sha-256");

  public Identity {
    settings = Map.copyOf(settings);
    clientRules = List.copyOf(clientRules);
  }

  /**
   * How long this server pauses between two attempts to reach its upstream, in ms. In a failover a candidate must not lose a moment;
   * a read replica has time, and each attempt costs a process.
   */
  long retryMs() {
    return mayBePrimary ? PROMPT_RETRY_MS : UNHURRIED_RETRY_MS;
  }

  /** The address at which this machine reaches the server. */
  public String localAddress() {
    String first = listen.split(",")[0].strip();
    switch (first) {
      case "*", "0.0.0.0", "":
        return "127.0.0.1";
      case "::":
        return "::1";
      default:
        return first;
    }
  }
}
