package io.conclave.demo;

import java.nio.file.Path;

/**
 * An edge of a cell on loopback.
 *
 * @param host its JVM; it has no server
 * @param writesPort where HAProxy leads to the primary
 * @param readsPort where HAProxy leads to the standbys
 * @param poolerPort of PgBouncer
 * @param statisticsPort of HAProxy
 */
public record DemoEdge(
    DemoHost host, int writesPort, int readsPort, int poolerPort, int statisticsPort) {
  /** The only database that it offers. */
  public static final String DATABASE = "app";

  /** Where HAProxy and PgBouncer keep their sockets and pid files. */
  public Path runDirectory() {
    return host.directory().resolve("run");
  }

  String settings() {
    return """
          edge {
            listen-address = "%s", statistics-port = %d, run-directory = "%s"
            pgbouncer { port = %d, pool-size = 20, max-clients = 500 }
          }
        """.formatted(DemoHost.ADDRESS, statisticsPort, runDirectory(), poolerPort);
  }

  String offer() {
    return "    edge { writes-port = %d, reads-port = %d, databases = [\"%s\"] }%n"
        .formatted(writesPort, readsPort, DATABASE);
  }
}
