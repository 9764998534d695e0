package io.conclave.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.conclave.core.Durability.WhenAlone;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoFilesTest {
  @Test
  void theConfigurationNamesThreeHostsWithPortsOfTheirOwn(@TempDir Path directory)
      throws Exception {
    DemoFiles files = DemoFiles.write(directory, CellOptions.of(WhenAlone.STRICT));
    Config config = ConfigFactory.parseFile(files.configuration().toFile()).getConfig("conclave");
    Set<Integer> ports = new HashSet<>();
    for (Config host : config.getConfigList("hosts")) {
      ports.add(host.getInt("akka-port"));
      ports.add(host.getInt("http-port"));
    }
    for (Config node : config.getConfigList("groups").get(0).getConfigList("nodes")) {
      ports.add(node.getInt("port"));
      assertTrue(node.getString("data-directory").startsWith(directory.toString()));
    }
    assertEquals(9, ports.size());
    assertEquals("lan", config.getString("timings.profile"));
    Path passwords = Path.of(config.getString("postgres.passwords-file"));
    assertEquals(
        "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(passwords)));
    assertEquals(3, Files.readAllLines(passwords).size());
  }

  @Test
  void aProcessWithATerminalIsLeftAlone() {
    assertEquals(
        42,
        ProcessList.parse("42 (postgres: a b) S 1 42 42 0 -1 x").orElseThrow().pid());
    assertTrue(ProcessList.parse("42 (bash) S 1 42 42 34816 -1 x").isEmpty());
    assertTrue(ProcessList.parse("42 (postgres) Z 1 42 42 0 -1 x").isEmpty());
  }
}
