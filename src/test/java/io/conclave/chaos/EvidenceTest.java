package io.conclave.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvidenceTest {
  @TempDir
  private Path directory;

  @Test
  void anInvocationHasADirectoryOfItsOwn() {
    assertEquals(
        Path.of("target/chaos/2026-11-28T081519Z-4711"),
        Evidence.directory(Path.of("target/chaos"), Instant.parse("2026-11-28T08:15:19.9Z"), 4711));
  }

  @Test
  void aRunThatIsNamedTwiceKeepsBoth() throws IOException {
    assertEquals(directory.resolve("flapping-1"), Evidence.unused(directory, "flapping-1"));
    Files.createDirectory(directory.resolve("flapping-1"));
    assertEquals(directory.resolve("flapping-1-again-2"), Evidence.unused(directory, "flapping-1"));
  }
}
