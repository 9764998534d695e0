package io.conclave.settings;

import io.conclave.core.HostId;
import io.conclave.settings.EdgeSettings.Pooler;
import io.conclave.settings.EdgeSettings.VirtualIp;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what concerns the edges, key by key. */
final class EdgeReader {
  private static final Pattern BYTES = Pattern.compile("(\\d{1,9})\\s*(B|kB|MB|GB)?");
  private static final Pattern DATABASE = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]{0,59}");
  private static final Pattern DEVICE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,14}");
  private static final Pattern IP_WITH_PREFIX = Pattern.compile("([0-9a-fA-F.:]+)/(\\d{1,3})");
  private static final int LONGEST_SOCKET = 100;

  private final Draft draft;

  EdgeReader(Draft draft) {
    this.draft = draft;
  }

  /** What the edges offer of a group: its section {@code edge}. */
  static Optional<OfferSettings> offer(Section section) {
    try (section) {
      Optional<Integer> writes = section.integer("writes-port", 1, 65535, 5432);
      Optional<Integer> reads = section.integer("reads-port", 1, 65535, 5433);
      Optional<List<String>> databases = databases(section);
      Optional<Long> lag = section.parsed("max-lag", "a size", "16MB", EdgeReader::bytes);
      if (writes.isEmpty() || reads.isEmpty() || databases.isEmpty() || lag.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(new OfferSettings(writes.get(), reads.get(), databases.get(), lag.get()));
    }
  }

  private static Optional<List<String>> databases(Section section) {
    if (!section.has("databases")) {
      return Optional.of(List.of("app"));
    }
    Optional<List<String>> names =
        section.textsOf("databases", "a list of names of databases", EdgeReader::database);
    return names.filter(all -> !all.isEmpty());
  }

  private static String database(String name) {
    if (!DATABASE.matcher(name).matches() || name.equals("pgbouncer")) {
      throw new IllegalArgumentException(
          "must be the name of a database of letters, digits, '_' and '-', and not pgbouncer");
    }
    return name;
  }

  private static long bytes(String text) {
    Matcher size = BYTES.matcher(text.strip());
    if (!size.matches()) {
      throw new IllegalArgumentException("must be a size, such as 512kB, 16MB or 1GB");
    }
    String unit = Optional.ofNullable(size.group(2)).orElse("B");
    int shift = List.of("B", "kB", "MB", "GB").indexOf(unit) * 10;
    return Long.parseLong(size.group(1)) << shift;
  }

  /** The section {@code edge} of the cell. */
  Optional<EdgeSettings> edge(Section section) {
    try (section) {
      Optional<String> listen =
          section.parsed("listen-address", "an IP", "0.0.0.0", Addresses::bindable);
      Optional<Integer> statistics = section.integer("statistics-port", 1, 65535, 8404);
      Optional<Path> run = section.parsed(
          "run-directory", "an absolute directory", "/run/conclave", SettingsReader::absolute);
      Optional<Path> socket = section.parsed(
          "haproxy-socket",
          "the absolute path of a socket",
          run.map(directory -> directory.resolve("haproxy.sock").toString()).orElse("/"),
          EdgeReader::socket);
      Optional<Pooler> pooler = pooler(section.sectionOrEmpty("pgbouncer"));
      boolean moves = section.has("virtual-ip");
      Optional<VirtualIp> virtual = moves
          ? section.section("virtual-ip", "a section { … }").flatMap(this::virtualIp)
          : Optional.empty();
      if (listen.isEmpty() || statistics.isEmpty() || run.isEmpty() || socket.isEmpty()) {
        return Optional.empty();
      }
      if (pooler.isEmpty() || moves != virtual.isPresent()) {
        return Optional.empty();
      }
      return Optional.of(new EdgeSettings(
          listen.get(), statistics.get(), run.get(), socket.get(), pooler.get(), virtual));
    }
  }

  private static Path socket(String text) {
    Path path = SettingsReader.absolute(text);
    if (path.toString().length() > LONGEST_SOCKET) {
      throw new IllegalArgumentException(
          "must be a path of at most %d characters: a longer one cannot be a socket"
              .formatted(LONGEST_SOCKET));
    }
    return path;
  }

  private static Optional<Pooler> pooler(Section section) {
    try (section) {
      Optional<Integer> port = section.integer("port", 1, 65535, 6432);
      Optional<Integer> pool = section.integer("pool-size", 1, 1000, 50);
      Optional<Integer> clients = section.integer("max-clients", 1, 100_000, 10_000);
      Optional<Integer> servers = section.integer("max-servers", 1, 1000, 100);
      if (port.isEmpty() || pool.isEmpty() || clients.isEmpty() || servers.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(new Pooler(port.get(), pool.get(), clients.get(), servers.get()));
    }
  }

  private Optional<VirtualIp> virtualIp(Section section) {
    try (section) {
      Optional<String> address = section.parsed(
          "address", "an IP with its prefix, such as 10.1.0.100/24", EdgeReader::withPrefix);
      Optional<String> device =
          section.parsed("interface", "the name of a network interface", EdgeReader::device);
      Optional<Integer> router = section.integer("router-id", 1, 255, 51);
      Optional<List<HostId>> hosts = section.has("hosts")
          ? section.textsOf("hosts", "a list of hosts with the role edge", this::declared)
          : Optional.of(
              draft.hostsWith(Role.EDGE).stream().map(HostSettings::host).toList());
      if (address.isEmpty() || device.isEmpty() || router.isEmpty() || hosts.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(new VirtualIp(address.get(), device.get(), router.get(), hosts.get()));
    }
  }

  private HostId declared(String text) {
    if (!draft.hostNames.contains(text)) {
      List<String> known = draft.hostNames.stream().sorted().toList();
      throw new IllegalArgumentException(
          "must be one of the hosts " + String.join(", ", known) + Nearest.hint(text, known));
    }
    return new HostId(text);
  }

  private static String withPrefix(String text) {
    Matcher parts = IP_WITH_PREFIX.matcher(text);
    if (!parts.matches() || !Addresses.isIp(parts.group(1))) {
      throw new IllegalArgumentException("must be an IP with its prefix, such as 10.1.0.100/24");
    }
    return text;
  }

  private static String device(String text) {
    if (!DEVICE.matcher(text).matches()) {
      throw new IllegalArgumentException("must be the name of a network interface, such as eth0");
    }
    return text;
  }
}
