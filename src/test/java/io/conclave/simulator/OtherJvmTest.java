package io.conclave.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * One seed is one history in every JVM, or a seed that one machine has found says nothing on the next. Each JVM goes through
 * {@code Set.of} and {@code Map.copyOf} in an order of its own, and draws the hashes of objects anew: within one JVM neither is seen.
 */
class OtherJvmTest {
  private static final long FIRST = 1;
  private static final long LAST = 10;

  /** Two of them: of three nodes there are few orders, and one JVM has the same as this one now and then. */
  @Test
  void otherJvmsTellTheSameHistories() throws IOException, InterruptedException {
    List<Process> others = List.of(another(), another());
    List<String> here = Retelling.of(FIRST, LAST);
    for (Process other : others) {
      String there = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(0, other.waitFor());
      assertEquals(here, there.lines().toList());
    }
  }

  private static Process another() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            Retelling.class.getName(),
            Long.toString(FIRST),
            Long.toString(LAST))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
