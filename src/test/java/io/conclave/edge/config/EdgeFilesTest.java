package io.conclave.edge.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.core.HostId;
import io.conclave.edge.config.EdgeFiles.EdgeFile;
import io.conclave.postgres.Passwords;
import io.conclave.settings.ConclaveSettings;
import io.conclave.settings.SettingsException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of one edge of a cell with everything in it, beside this test. */
class EdgeFilesTest {
  private static final HostId EDGE = new HostId("us-edge-1");
  private static final Path ETC = Path.of("/etc/conclave/edge");

  @TempDir
  private Path directory;

  private ConclaveSettings settings;

  @BeforeEach
  void load() throws IOException {
    Files.writeString(
        directory.resolve("passwords"),
        "conclave:a\nconclave_replication:b\nconclave_probe:c\nconclave_edge:secret\n");
    Path file = Files.write(directory.resolve("edge.conf"), resource("edge.conf"));
    settings = ConclaveSettings.load(file, Map.of());
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = EdgeFilesTest.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }

  private List<EdgeFile> render(HostId host) {
    return EdgeFiles.render(
        settings, host, Passwords.load(settings.postgres().passwordsFile()), ETC);
  }

  @Test
  void filesAreAsTheyWere() throws IOException {
    String golden = System.getProperty("golden");
    for (EdgeFile file : render(EDGE)) {
      if (golden != null) {
        Files.writeString(Path.of(golden, "io/conclave/edge/config", file.name()), file.text());
        continue;
      }
      assertEquals(
          new String(resource(file.name()), StandardCharsets.UTF_8), file.text(), file.name());
    }
  }

  @Test
  void onlyTheListOfUsersHoldsThePassword() {
    for (EdgeFile file : render(EDGE)) {
      assertEquals(file.secret(), file.text().contains("secret"), file.name());
      assertEquals(file.secret(), file.name().equals("userlist.txt"), file.name());
    }
  }

  @Test
  void theFirstEdgeIsPreferredAndEachNamesTheOthers() {
    String second = render(new HostId("us-edge-2")).stream()
        .filter(file -> file.name().equals("keepalived.conf"))
        .findFirst()
        .orElseThrow()
        .text();
    assertTrue(second.contains("priority 149"), second);
    assertTrue(second.contains("unicast_src_ip 10.1.0.22"), second);
    assertTrue(second.contains("        10.1.0.21\n"), second);
  }

  @Test
  void aHostThatIsNoEdgeHasNone() {
    assertThrows(SettingsException.class, () -> render(new HostId("us-1")));
  }
}
