package io.conclave.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.conclave.cli.ConclaveCommand;
import io.conclave.cli.ExitCodes;
import io.conclave.demo.DemoEdge;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** The real HAProxy and the real PgBouncer of an edge, on the files that {@code conclave edge-config} writes. */
final class EdgePrograms implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final DemoEdge edge;
  private final Path configuration;
  private Process haproxy;
  private Process pgbouncer;

  EdgePrograms(DemoEdge edge, Path configuration) {
    this.edge = edge;
    this.configuration = configuration;
  }

  private Path files() {
    return edge.host().directory().resolve("etc");
  }

  /** Writes the files and starts both. */
  void start() throws Exception {
    List<String> command = new ArrayList<>(List.of(
        "edge-config",
        "--config",
        configuration.toString(),
        "--host",
        edge.host().name(),
        "--out",
        files().toString()));
    Files.createDirectory(edge.runDirectory());
    if (isRoot()) {
      command.addAll(List.of("--owner", "postgres"));
      Files.setAttribute(
          edge.runDirectory(),
          "posix:owner",
          edge.runDirectory()
              .getFileSystem()
              .getUserPrincipalLookupService()
              .lookupPrincipalByName("postgres"));
    }
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    assertEquals(ExitCodes.DONE, ConclaveCommand.execute(null, err, err, command));
    startHaproxy();
    startPgbouncer();
  }

  void startHaproxy() throws Exception {
    haproxy = start("haproxy", "-db", "-f", files().resolve("haproxy.cfg").toString());
    awaitListening(edge.writesPort());
  }

  void startPgbouncer() throws Exception {
    pgbouncer = start("pgbouncer", files().resolve("pgbouncer.ini").toString());
    awaitListening(edge.poolerPort());
  }

  void killHaproxy() throws InterruptedException {
    haproxy.destroyForcibly().waitFor();
  }

  void killPgbouncer() throws InterruptedException {
    pgbouncer.destroyForcibly().waitFor();
  }

  /** In a directory of the cell, so that its end is theirs too; not in that of the host, whose processes are the daemon's. */
  private Process start(String program, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    if (isRoot()) {
      command.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
    }
    command.add(find(program));
    Path home = Files.createDirectories(configuration.resolveSibling("edge-programs"));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .directory(home.toFile())
        .redirectInput(new File("/dev/null"))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(
            edge.host().directory().resolve(program + ".log").toFile()))
        .start();
  }

  private static String find(String program) {
    return Stream.of("/usr/sbin", "/usr/local/sbin", "/usr/bin", "/usr/local/bin")
        .map(directory -> Path.of(directory, program))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new AssertionError(
            "this test needs " + program + ": apt-get install haproxy pgbouncer"))
        .toString();
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  private static void awaitListening(int port) {
    Awaitility.await("somebody to listen on port " + port)
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(() -> {
          try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
            return true;
          }
        });
  }

  @Override
  public void close() throws InterruptedException {
    for (Process process : Stream.of(haproxy, pgbouncer).filter(p -> p != null).toList()) {
      process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
    }
  }
}
