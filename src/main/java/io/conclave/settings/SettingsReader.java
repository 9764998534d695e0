package io.conclave.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigValueFactory;
import io.conclave.core.HostId;
import io.conclave.core.Names;
import io.conclave.core.Region;
import io.conclave.settings.Draft.At;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads a file in two passes: each key by itself, then the relations between them. */
final class SettingsReader {
  private static final String ROOT = "conclave";

  private static final List<String> ANY_CLIENT = List.of("host all all all scram-sha-256");
  private static final Pattern CLIENT_RULE =
      Pattern.compile("(host|hostssl|hostnossl|hostgssenc|hostnogssenc)(\\s+\\S+){4,}");

  private final Path file;
  private final Problems problems;
  private final Draft draft = new Draft();

  private SettingsReader(Path file) {
    this.file = file;
    this.problems = new Problems(file);
  }

  static ConclaveSettings read(Path file, Map<String, String> environment) {
    SettingsReader reader = new SettingsReader(file);
    Optional<ConclaveSettings> settings = reader.root(reader.parse(environment));
    List<Problem> errors = reader.problems.errors();
    if (!errors.isEmpty()) {
      throw new SettingsException(errors);
    }
    return settings.orElseThrow(
        () -> new IllegalStateException("neither settings nor a problem in " + file));
  }

  private ConfigObject parse(Map<String, String> environment) {
    ConfigParseOptions strict = ConfigParseOptions.defaults().setAllowMissing(false);
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw problems.fatal("", "must be a readable file");
    }
    try {
      Config parsed = ConfigFactory.parseFile(file.toFile(), strict);
      Config variables = ConfigValueFactory.fromMap(environment, "environment").toConfig();
      ConfigObject resolved = parsed
          .withFallback(variables)
          .resolve(ConfigResolveOptions.noSystem())
          .root();
      return environment.keySet().stream()
          .filter(variable -> !parsed.root().containsKey(variable))
          .reduce(resolved, ConfigObject::withoutKey, (one, other) -> other);
    } catch (ConfigException.UnresolvedSubstitution unresolved) {
      throw problems.fatal(
          unresolved.getMessage(),
          "must name an environment variable that is set, or be ${?OPTIONAL}");
    } catch (ConfigException wrong) {
      throw problems.fatal(wrong.getMessage(), "must be HOCON");
    }
  }

  private Optional<ConclaveSettings> root(ConfigObject top) {
    try (Section root = new Section(top, "", problems)) {
      return root.section(ROOT, "the section of all settings").flatMap(this::settings);
    }
  }

  private Optional<ConclaveSettings> settings(Section section) {
    try (section) {
      Optional<String> cell = section.parsed("cell", "the name of the cell", SettingsReader::name);
      regions(section);
      hosts(section);
      new GroupReader(draft).read(section);
      draft.timings = TimingsReader.read(section.sectionOrEmpty("timings"), problems);
      Optional<Path> state =
          section.parsed("state-directory", "an absolute directory", SettingsReader::absolute);
      Optional<PostgresSettings> postgres =
          section.section("postgres", "a section { … }").flatMap(this::postgres);
      Optional<HttpSettings> http = http(section.sectionOrEmpty("http"));
      draft.edge = new EdgeReader(draft).edge(section.sectionOrEmpty("edge"));
      HostChecks.check(draft, problems);
      GroupChecks.check(draft, problems);
      EdgeChecks.check(draft, problems);
      if (cell.isEmpty()
          || state.isEmpty()
          || postgres.isEmpty()
          || http.isEmpty()
          || draft.edge.isEmpty()
          || draft.timings.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(new ConclaveSettings(
          cell.get(),
          Draft.values(draft.regions),
          Draft.values(draft.hosts),
          Draft.values(draft.groups),
          draft.timings.get(),
          state.get(),
          postgres.get(),
          http.get(),
          draft.edge.get(),
          problems.warnings()));
    }
  }

  private void regions(Section section) {
    List<String> names = section.texts("regions", "a list of names").orElse(List.of());
    for (int i = 0; i < names.size(); i++) {
      String path = section.path("regions[" + i + "]");
      try {
        draft.regions.add(new At<>(path, new Region(names.get(i))));
      } catch (IllegalArgumentException badName) {
        problems.error(path, names.get(i), badName.getMessage());
      }
    }
  }

  private void hosts(Section section) {
    for (Section each :
        section.sections("hosts", "a list of hosts, each { name = …, region = …, … }")) {
      Optional<HostSettings> host = host(each);
      host.ifPresent(read -> draft.hosts.add(new At<>(each.path(), read)));
      draft.hostsWhole &= host.isPresent();
    }
  }

  private Optional<HostSettings> host(Section section) {
    try (section) {
      Optional<HostId> name = section.parsed("name", "the name of the host", HostId::new);
      name.ifPresent(known -> draft.hostNames.add(known.value()));
      Optional<Region> region = section.parsed("region", "one of the regions", this::knownRegion);
      Optional<String> address =
          section.parsed("address", "a host name or an IP", Addresses::reachable);
      Optional<Integer> akka = section.integer("akka-port", 1, 65535, 25520);
      Optional<Integer> http = section.integer("http-port", 1, 65535, 8558);
      Optional<List<Role>> roles = section.choices("roles", Role.class);
      if (name.isEmpty() || region.isEmpty() || address.isEmpty()) {
        return Optional.empty();
      }
      if (akka.isEmpty() || http.isEmpty() || roles.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(new HostSettings(
          name.get(),
          region.get(),
          address.get(),
          akka.get(),
          http.get(),
          EnumSet.copyOf(roles.get())));
    }
  }

  private Region knownRegion(String text) {
    Region region = new Region(text);
    List<Region> known = Draft.values(draft.regions);
    if (!known.contains(region)) {
      List<String> names = known.stream().map(Region::value).toList();
      throw new IllegalArgumentException(
          "must be one of the regions " + String.join(", ", names) + Nearest.hint(text, names));
    }
    return region;
  }

  private Optional<PostgresSettings> postgres(Section section) {
    try (section) {
      Optional<String> binaries = section.parsed(
          "binaries", "auto, embedded or a directory", "auto", SettingsReader::binaries);
      Optional<String> user =
          section.parsed("os-user", "a user name", "postgres", SettingsReader::osUser);
      Optional<Path> passwords = section.parsed("passwords-file", "a file", this::passwords);
      Optional<List<String>> clientRules = clientRules(section);
      Optional<Map<String, String>> server =
          ServerSettings.check(section.sectionOrEmpty("settings"), problems);
      if (binaries.isEmpty()
          || user.isEmpty()
          || passwords.isEmpty()
          || clientRules.isEmpty()
          || server.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(new PostgresSettings(
          binaries.get(),
          user.get(),
          passwords.get(),
          clientRules.get(),
          new TreeMap<>(server.get())));
    }
  }

  private Optional<List<String>> clientRules(Section section) {
    if (!section.has("client-rules")) {
      return Optional.of(ANY_CLIENT);
    }
    List<String> rules =
        section.texts("client-rules", "a list of lines of pg_hba.conf").orElse(List.of());
    List<String> wrong =
        rules.stream().filter(rule -> !CLIENT_RULE.matcher(rule).matches()).toList();
    wrong.forEach(rule -> problems.error(
        section.path("client-rules"),
        rule,
        "must be a line of pg_hba.conf, such as host all all 10.0.0.0/8 scram-sha-256"));
    return rules.isEmpty() || !wrong.isEmpty() ? Optional.empty() : Optional.of(rules);
  }

  private Optional<HttpSettings> http(Section section) {
    try (section) {
      Optional<String> bind =
          section.parsed("bind-address", "an IP of this machine", "127.0.0.1", Addresses::bindable);
      bind.filter(address -> !Addresses.isLoopback(address))
          .ifPresent(address -> problems.warning(
              section.path("bind-address"),
              address,
              "is not a loopback address: everybody who reaches it may order a switchover"));
      return bind.map(HttpSettings::new);
    }
  }

  /** Relative to the configuration file, if it is not absolute. */
  private Path passwords(String text) {
    return PasswordsFile.check(
        file.toAbsolutePath().resolveSibling(text).normalize(),
        !draft.hostsWith(Role.EDGE).isEmpty());
  }

  private static String binaries(String text) {
    if (text.equals("auto") || text.equals("embedded")) {
      return text;
    }
    if (!text.startsWith("/")) {
      throw new IllegalArgumentException("must be auto, embedded or an absolute directory");
    }
    if (!Files.isExecutable(absolute(text).resolve("postgres"))) {
      throw new IllegalArgumentException("must be a directory with the program postgres in it");
    }
    return text;
  }

  private static String osUser(String text) {
    if (!text.matches("[a-z_][a-z0-9_-]{0,31}") || text.equals("root")) {
      throw new IllegalArgumentException(
          "must be an ordinary user of the operating system, not root");
    }
    return text;
  }

  private static String name(String text) {
    if (!Names.FORM.matcher(text).matches()) {
      throw new IllegalArgumentException("must match " + Names.FORM);
    }
    return text;
  }

  /** An absolute path, normalised. */
  static Path absolute(String text) {
    try {
      Path path = Path.of(text);
      if (path.isAbsolute()) {
        return path.normalize();
      }
    } catch (InvalidPathException notPath) {
      throw new IllegalArgumentException(
          "must be an absolute path (%s)".formatted(notPath.getReason()), notPath);
    }
    throw new IllegalArgumentException("must be an absolute path");
  }
}
