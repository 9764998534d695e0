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
import java.util.Set;

/**
 * The files that the demo writes for its hosts.
 *
 * @param configuration {@code conclave.conf}
 * @param superuser Conclave's own role, which also creates the application's
 */
public record DemoFiles(Path configuration, Credentials superuser, List<DemoHost> hosts) {
  /** The only group. */
  public static final String GROUP = "main";

  private static final List<String> REGIONS = List.of("us", "eu", "ap");
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Chooses ports and passwords and writes everything into the directory. */
  static DemoFiles write(Path directory, CellOptions options) throws IOException, DemoException {
    List<Integer> ports = Ports.free(REGIONS.size() * 3);
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
    Credentials superuser = writePasswords(passwords);
    Path configuration = directory.resolve("conclave.conf");
    Files.writeString(configuration, configuration(directory, passwords, hosts, options, osUser()));
    return new DemoFiles(configuration, superuser, List.copyOf(hosts));
  }

  private static Credentials writePasswords(Path file) throws IOException {
    Set<PosixFilePermission> mine = PosixFilePermissions.fromString("rw-------");
    Files.createFile(file, PosixFilePermissions.asFileAttribute(mine));
    String password = randomPassword();
    Files.writeString(
        file,
        "conclave:%s%nconclave_replication:%s%nconclave_probe:%s%n"
            .formatted(password, randomPassword(), randomPassword()));
    return new Credentials("conclave", password);
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
      Path directory, Path passwords, List<DemoHost> hosts, CellOptions options, String osUser) {
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
    text.append("  ]\n  groups = [ {\n    name = \"" + GROUP + "\"\n");
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
