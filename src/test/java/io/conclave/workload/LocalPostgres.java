package io.conclave.workload;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** One real PostgreSQL server in a temporary directory, for tests; gone without a trace when it is closed. */
public final class LocalPostgres implements AutoCloseable {
  private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

  private final Path directory;
  private final int port;

  private LocalPostgres(Path directory, int port) {
    this.directory = directory;
    this.port = port;
  }

  /** Makes and starts a server with the superuser {@code conclave} and trust for everybody on loopback. */
  public static LocalPostgres start() throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory(
        "conclave-test",
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    LocalPostgres server = new LocalPostgres(directory, freePort());
    try {
      if (ROOT) {
        server.run(List.of("chown", "postgres", directory.toString()));
      }
      server.asPostgres(
          "initdb", "-D", server.data().toString(), "-A", "trust", "-U", "conclave", "--no-sync");
      Files.writeString(
          server.data().resolve("postgresql.conf"),
          "\nlisten_addresses='127.0.0.1'\nunix_socket_directories=''\nshared_buffers=32MB\nport="
              + server.port + "\n",
          StandardOpenOption.APPEND);
      server.startAgain();
      return server;
    } catch (IOException | InterruptedException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  public void startAgain() throws IOException, InterruptedException {
    asPostgres(
        "pg_ctl",
        "-D",
        data().toString(),
        "-l",
        directory.resolve("log").toString(),
        "-w",
        "start");
  }

  public void stop(String mode) throws IOException, InterruptedException {
    asPostgres("pg_ctl", "-D", data().toString(), "-m", mode, "-w", "stop");
  }

  public Path directory() {
    return directory;
  }

  public Path data() {
    return directory.resolve("data");
  }

  public int port() {
    return port;
  }

  public long postmaster() throws IOException {
    return Long.parseLong(
        Files.readAllLines(data().resolve("postmaster.pid")).get(0).trim());
  }

  @Override
  public void close() throws IOException, InterruptedException {
    if (Files.exists(data().resolve("postmaster.pid"))) {
      stop("immediate");
    }
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private void asPostgres(String program, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    if (ROOT) {
      command.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
    }
    command.add("/usr/lib/postgresql/15/bin/" + program);
    command.addAll(List.of(arguments));
    run(command);
  }

  private void run(List<String> command) throws IOException, InterruptedException {
    Path output = directory.resolve("output");
    Process process = new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException(command + ": " + Files.readString(output));
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
