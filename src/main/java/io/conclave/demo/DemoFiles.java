package io.conclave.demo;

import io.conclave.workload.Credentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The files that the demo writes for its hosts.
 *
 * @param configuration {@code conclave.conf}
 * @param superuser Conclave's own role, which also creates the application's
 * @param hosts those with a server
 */
public record DemoFiles(
    Path configuration, Credentials superuser, List<DemoHost> hosts, Optional<DemoEdge> edge) {
  /** The only group. */
  public static final String GROUP = "main";

  private static final List<String> REGIONS = List.of("us", "eu", "ap");
  private static final int EDGE_PORTS = 6;
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Chooses ports and passwords and writes everything into the directory. */
  static DemoFiles write(Path directory, CellOptions options) throws IOException, DemoException {
    List<Integer> ports = Ports.free(REGIONS.size() * 3 + EDGE_PORTS);
    List<DemoHost> hosts = new ArrayList<>();
    for (int i = 0; i < REGIONS.size(); i++) {
      String region = REGIONS.get(i);
      String name = region + "-1";
      Path home = Files.createDirectory(directory.resolve(name));
      hosts.add(new DemoHost(
          name,
          region,
          region + "-db-1",
          ports.get(3 * i),
          ports.get(3 * i + 1),
          ports.get(3 * i + 2),
          home));
    }
    Path passwords = directory.resolve("passwords");
    Credentials superuser = writePasswords(passwords, options.edge());
    Optional<DemoEdge> edge =
        options.edge() ? Optional.of(edge(directory, ports)) : Optional.empty();
    Path configuration = directory.resolve("conclave.conf");
    Files.writeString(
        configuration, configuration(directory, passwords, hosts, edge, options, osUser()));
    return new DemoFiles(configuration, superuser, List.copyOf(hosts), edge);
  }

  private static DemoEdge edge(Path directory, List<Integer> ports) throws IOException {
    String name = REGIONS.get(0) + "-edge-1";
    int next = REGIONS.size() * 3;
    DemoHost host = new DemoHost(
        name,
        REGIONS.get(0),
        "no-server",
        ports.get(next),
        ports.get(next + 1),
        0,
        Files.createDirectory(directory.resolve(name)));
    return new DemoEdge(
        host, ports.get(next + 2), ports.get(next + 3), ports.get(next + 4), ports.get(next + 5));
  }

  private static Credentials writePasswords(Path file, boolean edge) throws IOException {
    Set<PosixFilePermission> mine = PosixFilePermissions.fromString("rw-------");
    Files.createFile(file, PosixFilePermissions.asFileAttribute(mine));
    String password = randomPassword();
    Files.writeString(
        file,
        "conclave:%s%nconclave_replication:%s%nconclave_probe:%s%n"
                .formatted(password, randomPassword(), randomPassword())
            + (edge ? "conclave_edge:%s%n".formatted(randomPassword()) : ""));
    return new Credentials("conclave", password);
  }

  /** All hosts. */
  List<DemoHost> everyHost() {
    return Stream.concat(hosts.stream(), edge.map(DemoEdge::host).stream()).toList();
  }

  /** Nobody can guess it. */
  public static String randomPassword() {
    byte[] bytes = new byte[18];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().encodeToString(bytes);
  }

  /** PostgreSQL refuses root: its own user, which Debian's packages make, or any that is not root. */
  private static String osUser() throws IOException {
    String me = System.getProperty("user.name");
    if (!"root".equals(me)) {
      return me;
    }
    boolean postgres = Files.readAllLines(Path.of("/etc/passwd")).stream()
        .anyMatch(l -> l.startsWith("postgres:"));
    return postgres ? "postgres" : "nobody";
  }

  static String configuration(
      Path directory,
      Path passwords,
      List<DemoHost> hosts,
      Optional<DemoEdge> edge,
      CellOptions options,
      String osUser) {
    StringBuilder text = new StringBuilder("conclave {\n  cell = \"demo\"\n");
    text.append("  regions = [")
        .append(String.join(", ", hosts.stream().map(h -> quoted(h.region())).toList()));
    text.append("]\n  hosts = [\n");
    for (DemoHost h : hosts) {
      text.append(
          "    { name = %s, region = %s, address = %s, akka-port = %d, http-port = %d, roles = [\"sentinel\", \"agent\"] }%n"
              .formatted(
                  quoted(h.name()),
                  quoted(h.region()),
                  quoted(DemoHost.ADDRESS),
                  h.akkaPort(),
                  h.httpPort()));
    }
    edge.ifPresent(each -> text.append(
        "    { name = %s, region = %s, address = %s, akka-port = %d, http-port = %d, roles = [\"edge\"] }%n"
            .formatted(
                quoted(each.host().name()),
                quoted(each.host().region()),
                quoted(DemoHost.ADDRESS),
                each.host().akkaPort(),
                each.host().httpPort())));
    text.append("  ]\n  groups = [ {\n    name = \"" + GROUP + "\"\n");
    edge.ifPresent(each -> text.append(each.offer()));
    text.append("    durability { policy = \"quorum\", when-alone = %s }%n    nodes = [%n"
        .formatted(quoted(options.whenAlone().name().toLowerCase(Locale.ROOT))));
    for (DemoHost h : hosts) {
      text.append(
          "      { name = %s, host = %s, port = %d, data-directory = %s, kind = \"standby\", priority = 100 }%n"
              .formatted(
                  quoted(h.node()),
                  quoted(h.name()),
                  h.port(),
                  quoted(h.dataDirectory().toString())));
    }
    text.append("    ]\n  } ]\n");
    // Here primaries are killed faster than in any life: the limit against failing back and forth
    // would be measured.
    text.append(
        "  timings { profile = %s, failover-limit = 1000 }%n".formatted(quoted(options.profile())));
    text.append(
        "  state-directory = %s%n".formatted(quoted(directory.resolve("state").toString())));
    edge.ifPresent(each -> text.append(each.settings()));
    text.append("  postgres {\n    binaries = %s%n    os-user = %s%n"
        .formatted(quoted(options.postgres()), quoted(osUser)));
    text.append("    passwords-file = %s%n".formatted(quoted(passwords.toString())));
    text.append("    settings { shared_buffers = \"32MB\" }\n  }\n");
    return text.append("  http { bind-address = \"127.0.0.1\" }\n}\n").toString();
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
