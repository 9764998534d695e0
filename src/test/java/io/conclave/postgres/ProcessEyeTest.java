package io.conclave.postgres;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class ProcessEyeTest {
  @Test
  void seesAProcessUntilItEnds() throws Exception {
    Process process = new ProcessBuilder("sleep", "600").start();
    try (ProcessEye eye = new ProcessEye(postmaster(process.pid()))) {
      assertTrue(eye.isAlive());
      assertTrue(eye.isAlive());
      process.destroyForcibly();
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> !eye.isAlive());
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void anotherProcessWithTheSameIdIsNotTheOne() {
    long self = ProcessHandle.current().pid();
    long started = postmaster(self).started();
    try (ProcessEye eye = new ProcessEye(new Postmaster(self, started + 1))) {
      assertFalse(eye.isAlive());
    }
  }

  @Test
  void oneThatEndedBeforeIsGone() throws Exception {
    Process process = new ProcessBuilder("true").start();
    process.waitFor();
    try (ProcessEye eye = new ProcessEye(new Postmaster(process.pid(), 1))) {
      assertFalse(eye.isAlive());
    }
  }

  private static Postmaster postmaster(long pid) {
    return new Postmaster(pid, Processes.status(pid).orElseThrow().started());
  }
}
