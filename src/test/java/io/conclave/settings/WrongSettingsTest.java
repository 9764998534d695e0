package io.conclave.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each kind of wrong file, and the problem it is refused for. */
class WrongSettingsTest {
  /** A file with one mistake: the key that is blamed, and a part of the sentence. */
  record Wrong(String what, SettingsFile file, String key, String allowed) {
    @Override
    public String toString() {
      return what;
    }
  }

  @TempDir
  Path directory;

  private static Wrong wrong(String what, String from, String to, String key, String allowed) {
    return new Wrong(what, SettingsFile.RIGHT.with(from, to), "conclave." + key, allowed);
  }

  private static Wrong timing(String what, String lines, String key, String allowed) {
    return new Wrong(what, SettingsFile.RIGHT.timings(lines), "conclave.timings." + key, allowed);
  }

  static Stream<Wrong> files() {
    return Stream.of(keys(), names(), hosts(), sentinels(), groups(), timings(), servers(), edges())
        .flatMap(all -> all);
  }

  private static Stream<Wrong> keys() {
    return Stream.of(
        wrong(
            "missing key",
            "cell = \"test\"",
            "",
            "cell",
            "is missing; must be the name of the cell"),
        wrong("missing section", "postgres {", "http {", "postgres", "is missing"),
        wrong(
            "missing state directory",
            "state-directory = \"/state\"",
            "",
            "state-directory",
            "is missing"),
        wrong(
            "unknown key",
            "state-directory",
            "state-dir",
            "state-dir",
            "did you mean state-directory?"),
        wrong(
            "unknown key deep inside",
            "priority = 200",
            "prority = 200",
            "groups[0].nodes[0].prority",
            "did you mean priority?"),
        wrong(
            "unknown timing",
            "profile = lan",
            "profile = lan, suspiscion = 2s",
            "timings.suspiscion",
            "did you mean suspicion?"),
        wrong(
            "text for a list",
            "[\"us\", \"eu\", \"ap\"]",
            "us",
            "regions",
            "must be a list of names"),
        wrong("empty list", "[\"us\", \"eu\", \"ap\"]", "[]", "regions", "must not be empty"),
        wrong(
            "list for a section",
            "timings { profile = lan }",
            "timings = [1]",
            "timings",
            "must be a section"),
        wrong(
            "section for a text", "\"test\"", "{ a = 1 }", "cell", "must be the name of the cell"),
        wrong(
            "text for a number",
            "priority = 200",
            "priority = high",
            "groups[0].nodes[0].priority",
            "must be a whole number from 0 to 1000"),
        wrong(
            "no whole number",
            "priority = 200",
            "priority = 1.5",
            "groups[0].nodes[0].priority",
            "must be a whole number"));
  }

  private static Stream<Wrong> names() {
    return Stream.of(
        wrong("bad name of a cell", "\"test\"", "\"Test cell\"", "cell", "must match"),
        wrong("bad name of a region", "[\"us\",", "[\"US\",", "regions[0]", "must match"),
        wrong(
            "bad name of a host",
            "name = \"us-1\"",
            "name = \"us 1\"",
            "hosts[0].name",
            "must match"),
        wrong(
            "bad name of a node",
            "\"us-db-1\", host",
            "\"1-us\", host",
            "groups[0].nodes[0].name",
            "must match"),
        wrong(
            "name twice: region",
            "[\"us\", \"eu\", \"ap\"]",
            "[\"us\", \"eu\", \"ap\", \"us\"]",
            "regions[3]",
            "must be unique; it is taken by conclave.regions[0]"),
        wrong(
            "name twice: host",
            "name = \"ap-1\"",
            "name = \"eu-1\"",
            "hosts[2].name",
            "must be unique"),
        wrong(
            "name twice: node",
            "\"ap-db-1\", host",
            "\"us-db-1\", host",
            "groups[0].nodes[2].name",
            "must be unique; it is taken by conclave.groups[0].nodes[0]"),
        wrong(
            "name twice: group",
            "groups = [",
            "groups = [ { name = main, nodes = [{ name = x, host = us-1, port = 1, data-directory = /x }] }",
            "groups[1].name",
            "must be unique"));
  }

  private static Stream<Wrong> hosts() {
    return Stream.of(
        wrong(
            "unknown region",
            "region = \"ap\"",
            "region = \"asia\"",
            "hosts[2].region",
            "must be one of the regions us, eu, ap"),
        wrong(
            "unknown role",
            "[\"sentinel\", \"agent\"]",
            "[\"sentinel\", \"agnet\"]",
            "hosts[0].roles",
            "must be one of sentinel, agent, edge (did you mean agent?)"),
        wrong(
            "bad address",
            "\"10.1.0.1\"",
            "\"10.1.0.1:99\"",
            "hosts[0].address",
            "must be a host name or an IP"),
        wrong(
            "address nobody can connect to",
            "\"10.1.0.1\"",
            "\"0.0.0.0\"",
            "hosts[0].address",
            "the other hosts can connect to"),
        wrong(
            "port out of range",
            "port = 5432",
            "port = 70000",
            "groups[0].nodes[0].port",
            "from 1 to 65535"),
        wrong(
            "port zero",
            "http-port = 8558",
            "http-port = 0",
            "hosts[0].http-port",
            "from 1 to 65535"),
        wrong(
            "akka and http on one port",
            "http-port = 8558",
            "http-port = 25520",
            "hosts[0].http-port",
            "taken by conclave.hosts[0].akka-port"),
        wrong(
            "postgres on the http port",
            "port = 5432",
            "port = 8558",
            "groups[0].nodes[0].port",
            "taken by conclave.hosts[0].http-port"),
        wrong(
            "two hosts on one machine with one port",
            "10.2.0.1",
            "10.1.0.1",
            "hosts[1].akka-port",
            "must be unique"));
  }

  private static Stream<Wrong> sentinels() {
    String both = "[\"sentinel\", \"agent\"]";
    String us = "\"10.1.0.1\", akka-port = 25520, http-port = 8558, roles = ";
    String eu = "\"10.2.0.1\", akka-port = 25520, http-port = 8558, roles = ";
    return Stream.of(
        wrong(
            "no sentinel", both, "[\"agent\"]", "hosts", "must have hosts with the role sentinel"),
        wrong("two sentinels", us + both, us + "[\"agent\"]", "hosts", "must be an odd number"),
        new Wrong(
            "sentinels in a minority of the regions",
            SettingsFile.RIGHT.with(us + both, us + "[\"agent\"]", eu + both, eu + "[\"agent\"]"),
            "conclave.hosts",
            "must cover a majority of the regions"));
  }

  private static Stream<Wrong> groups() {
    return Stream.of(
        wrong(
            "unknown host",
            "host = \"ap-1\"",
            "host = \"ap-2\"",
            "groups[0].nodes[2].host",
            "must be one of the hosts ap-1, eu-1, us-1 (did you mean ap-1?)"),
        wrong(
            "unknown kind",
            "kind = standby, priority = 200",
            "kind = primary",
            "groups[0].nodes[0].kind",
            "must be one of standby, read-replica"),
        wrong(
            "unknown policy",
            "policy = quorum",
            "policy = quorom",
            "groups[0].durability.policy",
            "must be one of quorum, cross-region, local, async (did you mean quorum?)"),
        wrong(
            "unknown when-alone",
            "when-alone = strict",
            "when-alone = maybe",
            "groups[0].durability.when-alone",
            "must be one of strict, available"),
        wrong(
            "no candidate",
            "kind = standby",
            "kind = read-replica",
            "groups[0].nodes",
            "must have a node of kind standby"),
        wrong(
            "priority out of range",
            "priority = 200",
            "priority = 1001",
            "groups[0].nodes[0].priority",
            "from 0 to 1000"),
        wrong(
            "relative data directory",
            "\"/data/us-db-1\"",
            "\"data/us-db-1\"",
            "groups[0].nodes[0].data-directory",
            "must be an absolute path"),
        wrong(
            "a host's data directory twice",
            "groups = [",
            "groups = [ { name = b, nodes = [{ name = x, host = us-1, port = 1, data-directory = /data/us-db-1 }] }",
            "groups[1].nodes[0].data-directory",
            "must be unique"),
        new Wrong(
            "node on a host without the role agent",
            SettingsFile.RIGHT.with(
                "\"10.1.0.1\", akka-port = 25520, http-port = 8558, roles = [\"sentinel\", \"agent\"]",
                "\"10.1.0.1\", roles = [\"sentinel\"]"),
            "conclave.groups[0].nodes[0].host",
            "must have the role agent"),
        new Wrong(
            "cross-region within one region",
            SettingsFile.RIGHT.with(
                "policy = quorum",
                "policy = cross-region",
                "region = \"eu\"",
                "region = \"us\"",
                "region = \"ap\"",
                "region = \"us\"",
                "[\"us\", \"eu\", \"ap\"]",
                "[\"us\"]"),
            "conclave.groups[0].durability.policy",
            "in two regions at least"),
        wrong(
            "local with each node in a region of its own",
            "policy = quorum",
            "policy = local",
            "groups[0].durability.policy",
            "two nodes of kind standby in one region"));
  }

  private static Stream<Wrong> timings() {
    return Stream.of(
        wrong(
            "unknown profile",
            "profile = lan",
            "profile = moon",
            "timings.profile",
            "must be one of lan, wan"),
        timing("no duration", "suspicion = soon", "suspicion", "must be a duration above zero"),
        timing("zero", "tick = 0s", "tick", "must be a duration above zero"),
        timing("negative", "report = -1s", "report", "must be a duration above zero"),
        timing(
            "suspicion below two probes",
            "suspicion = 700ms, probe = 400ms, isolation = 2s",
            "suspicion",
            "must be at least 2 times probe (400 ms)"),
        timing(
            "suspicion below two reports",
            "report = 600ms",
            "suspicion",
            "must be at least 2 times report (600 ms)"),
        timing(
            "promotion shorter than its fence",
            "promote-deadline = 1s",
            "promote-deadline",
            "must be at least fence-deadline (2000 ms)"),
        timing(
            "switchover shorter than its fence",
            "switchover-deadline = 1s",
            "switchover-deadline",
            "must be at least fence-deadline"),
        timing(
            "a budget below two ticks",
            "switchover-budget = 90ms",
            "switchover-budget",
            "must be at least 2 times tick (50 ms)"),
        timing(
            "isolation before suspicion",
            "isolation = 900ms",
            "isolation",
            "must be at least suspicion (1000 ms)"),
        timing("stuck before suspicion", "stuck = 900ms", "stuck", "must be at least suspicion"),
        timing(
            "register as slow as the fence",
            "register-timeout = 2s",
            "register-timeout",
            "must be below fence-deadline (2000 ms)"),
        timing(
            "retry as slow as the fence",
            "order-retry = 2s",
            "order-retry",
            "must be below fence-deadline"),
        timing(
            "grace below two reports",
            "standby-grace = 300ms",
            "standby-grace",
            "must be at least 2 times report"),
        timing("tick above probe", "tick = 300ms", "probe", "must be at least tick"),
        timing("no failover at all", "failover-limit = 0", "failover-limit", "from 1 to 1000"));
  }

  private static Stream<Wrong> servers() {
    String setting = "shared_buffers = \"64MB\"";
    return Stream.of(
        wrong(
            "managed setting: sync names",
            setting,
            "synchronous_standby_names = \"\"",
            "postgres.settings.synchronous_standby_names",
            "Conclave manages this setting itself"),
        wrong(
            "managed setting: conninfo",
            setting,
            "primary_conninfo = x",
            "postgres.settings.primary_conninfo",
            "Conclave manages this setting itself"),
        wrong(
            "managed setting: port",
            setting,
            "port = 1",
            "postgres.settings.port",
            "Conclave manages this setting itself"),
        wrong(
            "managed family",
            setting,
            "recovery_target_time = x",
            "postgres.settings.recovery_target_time",
            "Conclave manages this setting itself"),
        wrong(
            "no setting's name",
            setting,
            "\"a = b\" = 1",
            "postgres.settings.a = b",
            "must be named like a setting of PostgreSQL"),
        wrong(
            "two lines in a setting",
            setting,
            "application_name = \"a\\nport = 1\"",
            "postgres.settings.application_name",
            "must be one line"),
        wrong(
            "unreadable passwords",
            "passwords-file = \"passwords\"",
            "passwords-file = \"nowhere\"",
            "postgres.passwords-file",
            "must be a readable file"),
        wrong(
            "passwords of another form",
            "passwords-file = \"passwords\"",
            "passwords-file = \"conclave.conf\"",
            "postgres.passwords-file",
            "must be role:password"),
        wrong(
            "root as user of PostgreSQL",
            "os-user = \"postgres\"",
            "os-user = root",
            "postgres.os-user",
            "not root"),
        wrong(
            "a rule that is none",
            "binaries = auto",
            "binaries = auto\n    client-rules = [\"everybody\"]",
            "postgres.client-rules",
            "must be a line of pg_hba.conf"),
        wrong(
            "relative binaries",
            "binaries = auto",
            "binaries = \"bin\"",
            "postgres.binaries",
            "must be auto, embedded or an absolute directory"),
        wrong(
            "binaries without postgres",
            "binaries = auto",
            "binaries = \"/\"",
            "postgres.binaries",
            "with the program postgres in it"),
        wrong(
            "relative state directory",
            "\"/state\"",
            "\"state\"",
            "state-directory",
            "must be an absolute path"),
        wrong(
            "bad bind address",
            "bind-address = \"127.0.0.1\"",
            "bind-address = \"here!\"",
            "http.bind-address",
            "must be a host name or an IP"));
  }

  /** A file with an edge, and one mistake about it. */
  private static Wrong edge(String what, String from, String to, String key, String allowed) {
    return new Wrong(what, SettingsFile.EDGE.with(from, to), "conclave." + key, allowed);
  }

  private static Stream<Wrong> edges() {
    return Stream.of(
        edge(
            "no password for the edges",
            "edge-passwords",
            "passwords",
            "postgres.passwords-file",
            "conclave_edge: a host has the role edge"),
        edge(
            "writes and reads on one port",
            "reads-port = 5433",
            "reads-port = 5432",
            "groups[0].edge.reads-port",
            "taken by conclave.groups[0].edge.writes-port"),
        edge(
            "PgBouncer on the port of HAProxy",
            "statistics-port = 8404",
            "statistics-port = 6432",
            "edge.pgbouncer.port",
            "must be unique"),
        edge(
            "a name that is the other's for reads",
            "[\"app\"]",
            "[\"app\", \"app_ro\"]",
            "groups[0].edge.databases",
            "must be unique"),
        edge(
            "the console is no database",
            "[\"app\"]",
            "[\"pgbouncer\"]",
            "groups[0].edge.databases",
            "must be the name of a database"),
        edge(
            "lag without a unit that is known",
            "max-lag = 16MB",
            "max-lag = 16mb",
            "groups[0].edge.max-lag",
            "must be a size"),
        edge(
            "virtual IP without a prefix",
            "10.1.0.100/24",
            "10.1.0.100",
            "edge.virtual-ip.address",
            "must be an IP with its prefix"),
        edge(
            "virtual IP of one edge",
            "[\"us-edge-1\", \"us-edge-2\"]",
            "[\"us-edge-1\"]",
            "edge.virtual-ip.hosts",
            "must be two hosts"),
        edge(
            "virtual IP of a host that is no edge",
            "[\"us-edge-1\", \"us-edge-2\"]",
            "[\"us-edge-1\", \"us-1\"]",
            "edge.virtual-ip.hosts",
            "must have the role edge"),
        edge(
            "virtual IP of a host with a name",
            "\"10.1.0.22\"",
            "\"edge.example.com\"",
            "edge.virtual-ip.hosts",
            "must have an IP as its address"),
        edge(
            "socket in a path that is too long",
            "/run/conclave",
            "/run/" + "conclave/".repeat(12),
            "edge.haproxy-socket",
            "at most 100 characters"));
  }

  @ParameterizedTest
  @MethodSource("files")
  void isRefused(Wrong wrong) {
    Path file = wrong.file().in(directory);
    List<Problem> problems = problemsOf(wrong.file());
    assertTrue(
        problems.stream()
            .anyMatch(problem -> problem.key().equals(wrong.key())
                && problem.allowed().contains(wrong.allowed())
                && problem.where().matches("\\Q" + file + "\\E:[0-9]+")),
        () -> "expected %s … %s in %s".formatted(wrong.key(), wrong.allowed(), problems));
  }

  @Test
  void allProblemsComeAtOnceInTheOrderOfTheFile() {
    List<Problem> problems = problemsOf(SettingsFile.RIGHT
        .with("cell = \"test\"", "cell = \"Test\"", "region = \"ap\"", "region = \"asia\"")
        .with("policy = quorum", "policy = most", "\"/state\"", "\"state\"")
        .timings("isolation = 1ms"));
    assertEquals(
        List.of(
            "conclave.cell",
            "conclave.hosts[2].region",
            "conclave.groups[0].durability.policy",
            "conclave.timings.isolation",
            "conclave.state-directory"),
        problems.stream().map(Problem::key).toList());
  }

  @Test
  void whatEdgesOfferIsOfNoMatterWithoutThem() {
    SettingsFile file = SettingsFile.RIGHT.with(
        "durability {", "edge { writes-port = 5432, reads-port = 5432 }, durability {");
    assertEquals(List.of(), file.load(directory).warnings());
  }

  @Test
  void oneMistakeIsOneProblem() {
    assertEquals(
        1,
        problemsOf(SettingsFile.RIGHT.with("region = \"ap\"", "region = \"asia\""))
            .size());
  }

  @Test
  void aProblemSaysFileLineKeyValueAndWhatIsAllowed() {
    Problem problem = problemsOf(SettingsFile.RIGHT.with("region = \"ap\"", "region = \"app\""))
        .get(0);
    assertEquals(
        directory.resolve("conclave.conf")
            + ":7: conclave.hosts[2].region = app: must be one of the regions us, eu, ap (did you mean ap?)",
        problem.toString());
  }

  @Test
  void aFileThatIsNoHoconIsRefusedWithItsLine() {
    Problem problem =
        problemsOf(SettingsFile.RIGHT.with("cell = \"test\"", "cell = = {")).get(0);
    assertTrue(problem.value().contains("2"), problem.toString());
    assertTrue(problem.allowed().contains("HOCON"), problem.toString());
  }

  @Test
  void aVariableThatIsNotSetIsRefused() {
    Problem problem =
        problemsOf(SettingsFile.RIGHT.with("\"test\"", "${CELL_NAME}")).get(0);
    assertTrue(problem.toString().contains("CELL_NAME"), problem.toString());
  }

  @Test
  void aFileThatIsNotThereIsRefused() {
    SettingsException refused = assertThrows(
        SettingsException.class, () -> ConclaveSettings.load(directory.resolve("nowhere.conf")));
    assertTrue(refused.getMessage().contains("must be a readable file"), refused.getMessage());
  }

  private List<Problem> problemsOf(SettingsFile file) {
    return assertThrows(SettingsException.class, () -> file.load(directory)).problems();
  }
}
