package io.conclave.it;

import io.conclave.demo.DemoFiles;
import io.conclave.demo.DemoHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Servers as an operator sets them up by hand: initdb, pg_ctl, pg_basebackup -R, a replication role of their own. */
final class ForeignServers implements AutoCloseable {
  private static final long LIMIT_SECONDS = 60;

  private final DemoFiles files;
  private final Path binaries;
  private final List<DemoHost> started = new ArrayList<>();

  ForeignServers(DemoFiles files) throws IOException {
    this.files = files;
    this.binaries = newest();
  }

  private static Path newest() throws IOException {
    try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
      return versions
          .map(version -> version.resolve("bin"))
          .filter(bin -> Files.isExecutable(bin.resolve("pg_basebackup")))
          .max(Path::compareTo)
          .orElseThrow();
    }
  }

  void primary(DemoHost host) throws Exception {
    Path password = files.configuration().resolveSibling("initdb.password");
    Files.writeString(password, files.superuser().password() + "\n");
    run("chmod", "644", password.toString());
    ownHome(host);
    postgres(
        "initdb",
        "-D",
        host.dataDirectory().toString(),
        "-U",
        files.superuser().role(),
        "--pwfile=" + password,
        "--auth=scram-sha-256",
        "--data-checksums");
    append(
        host.dataDirectory().resolve("postgresql.conf"),
        "\nmax_connections = 123\nshared_buffers = 16MB\nunix_socket_directories = ''\n");
    Path rules = host.dataDirectory().resolve("pg_hba.conf");
    Files.writeString(
        rules, "host replication old_replication 127.0.0.1/32 trust\n" + Files.readString(rules));
    start(host);
    psql(host, "CREATE ROLE old_replication LOGIN REPLICATION");
  }

  void standby(DemoHost host, DemoHost source) throws Exception {
    ownHome(host);
    postgres(
        "pg_basebackup",
        "-D",
        host.dataDirectory().toString(),
        "-R",
        "-c",
        "fast",
        "-d",
        "host=%s port=%d user=old_replication application_name=by_hand"
            .formatted(DemoHost.ADDRESS, source.port()));
    start(host);
  }

  private void start(DemoHost host) throws Exception {
    started.add(host);
    postgres(
        "pg_ctl",
        "-D",
        host.dataDirectory().toString(),
        "-w",
        "-l",
        host.directory().resolve("by-hand.log").toString(),
        "-o",
        "-p %d -c listen_addresses=%s".formatted(host.port(), DemoHost.ADDRESS),
        "start");
  }

  /** The servers' user must be able to write beside the data directory. */
  private static void ownHome(DemoHost host) throws Exception {
    if ("root".equals(System.getProperty("user.name"))) {
      run("chown", "postgres", host.directory().toString());
    }
  }

  private void psql(DemoHost host, String sql) throws Exception {
    List<String> command = command("psql");
    command.addAll(List.of(
        "-X",
        "-q",
        "-d",
        "host=%s port=%d user=%s password=%s dbname=postgres"
            .formatted(
                DemoHost.ADDRESS,
                host.port(),
                files.superuser().role(),
                files.superuser().password()),
        "-c",
        sql));
    run(command.toArray(String[]::new));
  }

  private void postgres(String program, String... arguments) throws Exception {
    List<String> command = command(program);
    command.addAll(List.of(arguments));
    run(command.toArray(String[]::new));
  }

  private List<String> command(String program) {
    List<String> command = new ArrayList<>();
    if ("root".equals(System.getProperty("user.name"))) {
      command.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
    }
    command.add(binaries.resolve(program).toString());
    return command;
  }

  private static void run(String... command) throws Exception {
    Path output = Files.createTempFile("by-hand", ".out");
    try {
      Process process = new ProcessBuilder(command)
          .directory(Path.of("/").toFile())
          .redirectErrorStream(true)
          .redirectOutput(output.toFile())
          .start();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new AssertionError(String.join(" ", command) + ": " + Files.readString(output));
      }
    } finally {
      Files.delete(output);
    }
  }

  private static void append(Path file, String text) throws IOException {
    Files.writeString(file, text, StandardOpenOption.APPEND);
  }

  /** What is left when the daemons never took it over. */
  @Override
  public void close() throws Exception {
    for (DemoHost host : started) {
      if (Files.exists(host.dataDirectory().resolve("postmaster.pid"))) {
        postgres("pg_ctl", "-D", host.dataDirectory().toString(), "-m", "immediate", "stop");
      }
    }
  }
}
