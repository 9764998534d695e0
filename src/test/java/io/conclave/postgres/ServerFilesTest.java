package io.conclave.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.core.Gate;
import io.conclave.core.NodeId;
import io.conclave.core.SyncSetting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerFilesTest {
  private static final Identity IDENTITY = new Identity(
      new NodeId("us-db-1"),
      true,
      "127.0.0.1",
      5432,
      Map.of("work_mem", "8MB", "fsync", "off"),
      Identity.ANY_CLIENT);

  @Test
  void settingsAreReadBackAsTheyWereWritten() {
    ServerSettings settings = new ServerSettings(
        Optional.of(new Upstream(new NodeId("eu-db-1"), "10.0.0.7", 5433)),
        new SyncSetting(List.of(new NodeId("ap-db-1"), new NodeId("eu-db-1")), 1));
    String text = settings.render(IDENTITY, "/it's/a pass", Map.of());
    assertEquals(Optional.of(settings), ServerSettings.parse(text));
    assertEquals(
        Optional.of(ServerSettings.ALONE),
        ServerSettings.parse(ServerSettings.ALONE.render(IDENTITY, "/p", Map.of())));
    assertTrue(
        SettingsFile.parse(text).get("primary_conninfo").contains("passfile='/it\\'s/a pass'"));
    assertEquals(
        "ANY 1 (\"ap-db-1\", \"eu-db-1\")",
        SettingsFile.parse(text).get("synchronous_standby_names"));
  }

  @Test
  void aReadReplicaLooksForItsUpstreamWithoutHaste() {
    Identity replica = new Identity(
        new NodeId("eu-rr-1"), false, "127.0.0.1", 5432, Map.of(), Identity.ANY_CLIENT);
    ServerSettings following =
        ServerSettings.ALONE.withUpstream(new Upstream(new NodeId("us-db-1"), "10.0.0.7", 5433));
    assertEquals("500ms", retryInterval(following, replica));
    assertEquals("50ms", retryInterval(following.withoutUpstream(), replica));
    assertEquals("50ms", retryInterval(following, IDENTITY));
  }

  private static String retryInterval(ServerSettings settings, Identity identity) {
    return SettingsFile.parse(settings.render(identity, "/p", Map.of()))
        .get("wal_retrieve_retry_interval");
  }

  @Test
  void theOperatorsSettingsCountUnlessTheProtocolRestsOnThem() {
    Map<String, String> found =
        SettingsFile.parse(ServerSettings.ALONE.render(IDENTITY, "/p", Map.of()));
    assertEquals("8MB", found.get("work_mem"));
    assertEquals("on", found.get("fsync"));
    assertEquals("", found.get("primary_conninfo"));
  }

  @Test
  void aServerReadsOurFileAsSoonAsThereIsOne(@TempDir Path directory) throws Exception {
    Path main = Files.writeString(directory.resolve("postgresql.conf"), "work_mem = 4MB");
    OwnFiles files =
        new OwnFiles(directory, IDENTITY, OsUser.resolve("nobody"), directory.resolve("passfile"));
    // A file here would be replaced, a directory with something in it cannot be.
    Path obstacle =
        Files.createDirectories(directory.resolve("postgresql.conf.conclave-tmp/obstacle"));
    assertThrows(PostgresException.class, () -> files.write(ServerSettings.ALONE));
    assertTrue(files.areMissing(), "it would never be included");

    Files.delete(obstacle);
    files.write(ServerSettings.ALONE);
    files.write(ServerSettings.ALONE);
    assertFalse(files.areMissing());
    assertEquals("work_mem = 4MB\ninclude_if_exists 'conclave.conf'\n", Files.readString(main));
  }

  @Test
  void anEmptyFileOfRulesThatACrashHasLeftBecomesAClosedGate(@TempDir Path path) throws Exception {
    DataDirectory directory =
        new DataDirectory(path, IDENTITY, OsUser.resolve("nobody"), TestServers.PASSWORDS);
    directory.mendGate();
    assertEquals(Optional.empty(), directory.gate(), "there is no file");
    directory.showGate(Gate.OPEN);
    directory.syncGate();
    directory.mendGate();
    assertEquals(Optional.of(Gate.OPEN), directory.gate());
    Files.writeString(path.resolve("pg_hba.conf"), "");
    directory.mendGate();
    assertEquals(Optional.of(Gate.CLOSED), directory.gate());
  }

  @Test
  void aClosedGateAdmitsNoClients() {
    String closed = HostRules.render(Gate.CLOSED, Identity.ANY_CLIENT);
    assertTrue(closed.endsWith("host all all all reject\n"));
    assertFalse(closed.contains(Identity.ANY_CLIENT.get(0)));
    assertEquals(Optional.of(Gate.CLOSED), HostRules.parse(closed));
    assertEquals(Optional.empty(), HostRules.parse("local all all trust\n"));
  }

  @Test
  void walSegmentsHaveTheirNumbers() {
    long segment = 16 * 1024 * 1024;
    assertEquals("0000000300000002000000FF", WalSegments.name(3, 2 * 256 + 255, segment));
    assertEquals(2 * 256 + 255, WalSegments.number("0000000300000002000000FF", segment));
  }

  @Test
  void aPasswordsFileWithoutARoleIsAnError(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("passwords"), "# ours\nconclave:a:b\n");
    PostgresException e = assertThrows(PostgresException.class, () -> Passwords.load(file));
    assertTrue(e.getMessage().contains("conclave_replication"), e.getMessage());
    Files.writeString(file, "nonsense\n");
    assertTrue(assertThrows(PostgresException.class, () -> Passwords.load(file))
        .getMessage()
        .contains("line 1"));
  }

  @Test
  void aTornControlFileIsAnError(@TempDir Path directory) throws Exception {
    Path file = Files.write(directory.resolve("pg_control"), new byte[8192]);
    assertTrue(assertThrows(PostgresException.class, () -> ControlData.read(file))
        .getMessage()
        .contains("version 0"));
  }
}
