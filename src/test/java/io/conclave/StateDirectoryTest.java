package io.conclave;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateDirectoryTest {
  private static final String EXTRACT = "lmdbjava.extract.dir";

  /** The directory of a test is gone when a later one of this JVM loads the library. */
  @AfterEach
  void forgetDirectory() {
    System.clearProperty(EXTRACT);
  }

  @Test
  void aMissingOneIsCreatedAndKeepsNoOldLibrary(@TempDir Path home) throws Exception {
    Path host = home.resolve("state").resolve("us-1");
    assertEquals(Optional.empty(), StateDirectory.prepare(host));
    Path old = host.resolve("native").resolve("lmdbjava-native-library-1.so");
    Files.createFile(old);
    assertEquals(Optional.empty(), StateDirectory.prepare(host));
    assertTrue(Files.notExists(old));
    assertEquals(host.resolve("native").toString(), System.getProperty(EXTRACT));
  }

  /** Root may write everywhere, but not below a file. */
  @Test
  void oneThatCannotBeWrittenIsNamed(@TempDir Path home) throws Exception {
    Path file = Files.createFile(home.resolve("state"));
    String problem = StateDirectory.prepare(file.resolve("us-1")).orElseThrow();
    assertTrue(problem.startsWith("state-directory: cannot write in " + file), problem);
  }
}
