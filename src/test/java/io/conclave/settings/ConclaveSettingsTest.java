package io.conclave.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.core.Durability;
import io.conclave.core.GroupId;
import io.conclave.core.HostId;
import io.conclave.core.Member;
import io.conclave.core.NodeId;
import io.conclave.core.Region;
import io.conclave.core.Timings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConclaveSettingsTest {
  @TempDir
  Path directory;

  @Test
  void readsWhatTheFileSays() {
    ConclaveSettings settings = SettingsFile.RIGHT.load(directory);
    assertEquals("test", settings.cell());
    assertEquals(List.of(new Region("us"), new Region("eu"), new Region("ap")), settings.regions());
    assertEquals(Timings.LAN, settings.timings());
    assertEquals(Path.of("/state/us-1"), settings.stateDirectoryOf(new HostId("us-1")));
    assertEquals(Map.of("shared_buffers", "64MB"), settings.postgres().settings());
    assertEquals("auto", settings.postgres().binaries());
    assertEquals(directory.resolve("passwords"), settings.postgres().passwordsFile());
    assertEquals(List.of(), settings.warnings());
    HostSettings host = settings.host(new HostId("eu-1"));
    assertEquals(
        new HostSettings(
            new HostId("eu-1"),
            new Region("eu"),
            "10.2.0.1",
            25520,
            8558,
            Set.of(Role.SENTINEL, Role.AGENT)),
        host);
    GroupSettings group = settings.group(new GroupId("main"));
    assertEquals(
        new Durability(Durability.Policy.QUORUM, Durability.WhenAlone.STRICT),
        group.definition().durability());
    NodeSettings node = settings.nodesOf(new HostId("us-1")).get(0);
    assertEquals(Path.of("/data/us-db-1"), node.dataDirectory());
    assertEquals(
        new Member(
            new NodeId("us-db-1"),
            new HostId("us-1"),
            new Region("us"),
            Member.Kind.STANDBY,
            "10.1.0.1",
            5432,
            200),
        node.member());
    assertEquals(group.nodes().get(0), node);
  }

  @Test
  void readsWhatTheFileSaysOfEdges() {
    ConclaveSettings settings = SettingsFile.EDGE.load(directory);
    assertEquals(List.of(), settings.warnings());
    assertEquals(
        new OfferSettings(5432, 5433, List.of("app"), 16L << 20),
        settings.group(new GroupId("main")).offer());
    assertEquals(
        List.of("app", "app_ro"), settings.group(new GroupId("main")).offer().poolNames());
    EdgeSettings edge = settings.edge();
    assertEquals(Path.of("/run/conclave/haproxy.sock"), edge.haproxySocket());
    assertEquals(new EdgeSettings.Pooler(6432, 50, 10_000, 100), edge.pgbouncer());
    assertEquals(2, edge.virtualIp().orElseThrow().hosts().size());
  }

  @Test
  void theSentinelsAreTheHostsWithThatRole() {
    ConclaveSettings settings = SettingsFile.RIGHT
        .with(
            "hosts = [",
            "hosts = [ { name = db, region = us, address = \"10.9.0.1\", roles = [agent] }")
        .load(directory);
    assertEquals(3, settings.sentinels().seats().size());
    assertEquals(2, settings.sentinels().majority());
  }

  @Test
  void aSingleTimingGoesOverTheProfile() {
    Timings timings = SettingsFile.RIGHT
        .with("profile = lan", "profile = wan, suspicion = 2 seconds, probe = 400")
        .load(directory)
        .timings();
    assertEquals(2000, timings.suspicionMs());
    assertEquals(400, timings.probeMs());
    assertEquals(Timings.WAN.fenceDeadlineMs(), timings.fenceDeadlineMs());
  }

  @Test
  void valuesComeFromTheEnvironmentToo() {
    Path file = SettingsFile.RIGHT
        .with("\"/state\"", "${STATE}\"/conclave\"", "port = 5432", "port = 5432, port = ${?PORT}")
        .in(directory);
    ConclaveSettings settings =
        ConclaveSettings.load(file, Map.of("STATE", "/srv", "PORT", "6000"));
    assertEquals(Path.of("/srv/conclave"), settings.stateDirectory());
    assertEquals(6000, settings.nodesOf(new HostId("us-1")).get(0).member().port());
  }

  @Test
  void defaultsAreForTheUsualCase() {
    ConclaveSettings settings = SettingsFile.RIGHT
        .with(
            "akka-port = 25520, http-port = 8558, ",
            "",
            "port = 5432, ",
            "",
            "kind = standby, priority = 100",
            "")
        .with(
            "durability { policy = quorum, when-alone = strict }",
            "",
            "timings { profile = lan }",
            "")
        .with(
            "http { bind-address = \"127.0.0.1\" }",
            "",
            "binaries = auto, os-user = \"postgres\", ",
            "")
        .with(", settings { shared_buffers = \"64MB\" }", "")
        .load(directory);
    ConclaveSettings explicit = SettingsFile.RIGHT.load(directory);
    assertEquals(explicit.hosts(), settings.hosts());
    assertEquals(explicit.groups(), settings.groups());
    assertEquals(explicit.timings(), settings.timings());
    assertEquals(explicit.http(), settings.http());
    assertEquals("postgres", settings.postgres().osUser());
  }

  @Test
  void warnsOfWhatIsProbablyNotMeant() {
    assertWarning(
        "must",
        SettingsFile.RIGHT.with("bind-address = \"127.0.0.1\"", "bind-address = \"0.0.0.0\""),
        "loopback");
    assertWarning("one", oneSentinel(), "single point of failure");
    assertWarning("four", fourSentinels(), "is an even number");
    assertWarning("two in us", fourSentinels(), "the loss of this region stops every failover");
    assertWarning(
        "single candidate",
        SettingsFile.RIGHT.with("kind = standby, priority = 100", "kind = read-replica"),
        "nothing can fail over");
    assertWarning(
        "local",
        SettingsFile.RIGHT.with(
            "policy = quorum", "policy = local", "region = \"eu\"", "region = \"us\""),
        "leaves a primary in region ap without a sync set");
  }

  private static SettingsFile oneSentinel() {
    return SettingsFile.RIGHT
        .with("[\"sentinel\", \"agent\"]", "[\"agent\"]", "[\"us\", \"eu\", \"ap\"]", "[\"us\"]")
        .with("region = \"eu\"", "region = \"us\"", "region = \"ap\"", "region = \"us\"")
        .with(
            "\"10.1.0.1\", akka-port = 25520, http-port = 8558, roles = [",
            "\"10.1.0.1\", roles = [sentinel, ");
  }

  private static SettingsFile fourSentinels() {
    return SettingsFile.RIGHT.with(
        "hosts = [",
        "hosts = [ { name = s, region = us, address = \"10.9.0.1\", roles = [sentinel] }");
  }

  private void assertWarning(String what, SettingsFile file, String part) {
    List<Problem> warnings = file.load(directory).warnings();
    assertTrue(
        warnings.stream().anyMatch(warning -> warning.allowed().contains(part)),
        () -> what + ": " + warnings);
  }

  @Test
  void aHostOfAnotherNameIsTheUsersMistake() {
    ConclaveSettings settings = SettingsFile.RIGHT.load(directory);
    SettingsException refused =
        assertThrows(SettingsException.class, () -> settings.host(new HostId("mars-1")));
    assertTrue(
        refused.getMessage().contains("must be one of us-1, eu-1, ap-1"), refused.getMessage());
  }

  @Test
  void theExampleIsRight() {
    SettingsFile.RIGHT.in(directory);
    String passwords = directory.resolve("passwords").toString();
    ConclaveSettings settings = ConclaveSettings.load(
        Path.of("conf/conclave.conf"), Map.of("CONCLAVE_PASSWORDS_FILE", passwords));
    assertEquals(List.of(), settings.warnings());
    assertEquals(Timings.WAN, settings.timings());
    assertEquals(3, settings.group(new GroupId("main")).nodes().size());
  }
}
