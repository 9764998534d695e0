package io.conclave.postgres;

import io.conclave.core.Gate;
import io.conclave.core.NodeId;
import io.conclave.core.SyncSetting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Real servers in a temporary directory, all gone at the end. */
final class TestServers implements AutoCloseable {
  static final Passwords PASSWORDS = new Passwords(Map.of(
      "conclave",
      "secret: 'one'",
      "conclave_replication",
      "secret-two",
      "conclave_probe",
      "secret-three"));

  final Path base;
  final Binaries binaries;
  final List<Server> servers = new ArrayList<>();

  /** One server with a session. */
  static final class Server implements AutoCloseable {
    final DataDirectory directory;
    final ServerProcess process;
    LocalSession session;

    Server(DataDirectory directory, ServerProcess process) {
      this.directory = directory;
      this.process = process;
    }

    Server start() {
      if (process.start(Deadline.in(30_000)) != ServerProcess.Readiness.READY) {
        throw new AssertionError("not ready: " + directory);
      }
      session = LocalSession.open(directory, 5000);
      return this;
    }

    Postmaster postmaster() {
      return process.find().orElseThrow();
    }

    Upstream asUpstream() {
      return new Upstream(
          directory.identity().node(), "127.0.0.1", directory.identity().port());
    }

    void sql(String text) {
      session.executeLocally(List.of(text));
    }

    @Override
    public void close() {
      if (session != null) {
        session.close();
      }
      process.stop(ServerProcess.Stopped.IMMEDIATE, 3000);
    }
  }

  TestServers(String binaries) throws IOException {
    this(Binaries.find(
        binaries, Path.of(System.getProperty("java.io.tmpdir"), "conclave-it-embedded")));
  }

  TestServers(Binaries binaries) throws IOException {
    this.binaries = binaries;
    base = Files.createTempDirectory("conclave-it");
    Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxr-xr-x"));
    OsUser.resolve("postgres").own(base);
  }

  Server server(String name) throws IOException {
    return server(name, true);
  }

  private Server server(String name, boolean mayBePrimary) throws IOException {
    Identity identity = new Identity(
        new NodeId(name),
        mayBePrimary,
        "127.0.0.1",
        freePort(),
        Map.of("shared_buffers", "16MB", "max_connections", "40"),
        Identity.ANY_CLIENT);
    DataDirectory directory =
        new DataDirectory(base.resolve(name), identity, OsUser.resolve("postgres"), PASSWORDS);
    Server server = new Server(directory, new ServerProcess(directory, binaries));
    servers.add(server);
    return server;
  }

  /** A running primary with schema and roles, gate open. */
  Server primary(String name) throws IOException {
    Server server = server(name);
    server.directory.initialize(binaries, Deadline.in(60_000));
    server.directory.writeGate(Gate.OPEN);
    server.start();
    Commits.prepare(server.directory, server.session, PASSWORDS);
    server.sql("CREATE ROLE app LOGIN PASSWORD 'app'");
    server.sql("CREATE TABLE public.t (id bigint PRIMARY KEY)");
    server.sql("GRANT ALL ON public.t TO app");
    return server;
  }

  /** A streaming standby of the other. */
  Server standby(String name, Server source) throws IOException {
    return standby(server(name), name, source);
  }

  /** A streaming read replica of the other. */
  Server replica(String name, Server source) throws IOException {
    return standby(server(name, false), name, source);
  }

  private Server standby(Server server, String name, Server source) {
    Cloning.clone(
        server.directory, binaries, source.asUpstream(), Deadline.in(60_000), progress -> {});
    server.start();
    awaitStreaming(source, name);
    return server;
  }

  static void awaitStreaming(Server source, String name) {
    boolean streams = Await.until(
        () -> source.session.observe().senders().stream()
            .anyMatch(s -> s.name().equals(name) && s.streaming()),
        Deadline.in(20_000),
        20);
    if (!streams) {
      throw new AssertionError(name + " does not stream from " + source.directory);
    }
  }

  static SyncSetting any(int k, Server... members) {
    List<NodeId> names = new ArrayList<>();
    for (Server member : members) {
      names.add(member.directory.identity().node());
    }
    return new SyncSetting(names, k);
  }

  Connection client(Server server) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/postgres?connectTimeout=2&socketTimeout=10"
            .formatted(server.directory.identity().port()),
        "app",
        "app");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    RuntimeException failure = null;
    for (Server server : servers) {
      try {
        server.close();
      } catch (RuntimeException e) {
        failure = e;
      }
    }
    DurableFiles.deleteTree(base);
    if (failure != null) {
      throw failure;
    }
  }
}
