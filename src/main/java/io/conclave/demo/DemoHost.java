package io.conclave.demo;

import java.nio.file.Path;

/**
 * One "host" of the demo: a JVM and a server, both with their working directory below {@code directory}, by which their
 * processes are found.
 *
 * @param name of the host, for example {@code us-1}
 * @param node name of its only node
 * @param akkaPort TCP port of the cluster
 * @param httpPort TCP port of the HTTP interface
 * @param port TCP port of the server
 */
public record DemoHost(
    String name, String region, String node, int akkaPort, int httpPort, int port, Path directory) {
  /** Of every host. */
  public static final String ADDRESS = "127.0.0.1";

  /** Of its server. */
  public Path dataDirectory() {
    return directory.resolve(node);
  }

  /** What its JVMs have written. */
  public Path log() {
    return directory.resolve("conclave.log");
  }

  /** HTTP interface. */
  public String url() {
    return "http://" + ADDRESS + ":" + httpPort;
  }
}
