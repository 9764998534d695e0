package io.conclave.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A shell that waits for the end of the demo, however it comes, also by SIGKILL: it reads from a pipe that only the
 * demo holds. At its end it stops what is left in the demo's directory and removes it.
 */
final class Guard implements AutoCloseable {
  private final Process shell;

  /**
   * Starts to watch.
   *
   * @param controlFile removed at the end too
   */
  Guard(Path directory, Path controlFile) throws IOException {
    shell = new ProcessBuilder(
            "setsid",
            "sh",
            "-c",
            script(),
            "conclave-guard",
            directory.toString(),
            controlFile.toString())
        .directory(Path.of("/").toFile())
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static String script() throws IOException {
    try (InputStream in = Guard.class.getResourceAsStream("guard.sh")) {
      if (in == null) {
        throw new IOException("guard.sh is not in the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Lets go of the pipe, as the end of the demo does. */
  void release() throws IOException {
    shell.getOutputStream().close();
  }

  /** Ends the watch; to be called once nothing is left. */
  @Override
  public void close() {
    shell.destroyForcibly();
  }
}
