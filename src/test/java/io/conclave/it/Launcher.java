package io.conclave.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;

/** The launcher with which the daemons of a test cell are started, as users start theirs. */
final class Launcher {
  private static boolean trained;

  private Launcher() {}

  /** Its first run makes the class-data archive: once, and not by each of three daemons at the same time. */
  static synchronized void train() throws IOException, InterruptedException {
    String launcher = System.getProperty("conclave.launcher");
    if (launcher != null && !trained) {
      Process version = new ProcessBuilder(launcher, "version")
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.INHERIT)
          .start();
      assertEquals(0, version.waitFor(), launcher + " version");
      trained = true;
    }
  }
}
