package io.conclave.postgres;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Runs a program to its end, or to the deadline. Its output goes through a file: a daemon it leaves behind holds no pipe. */
final class Command {
  private Command() {}

  /**
   * @param exit the exit code; 124 when it was killed at the deadline
   * @param output standard output and error, together
   */
  record Result(int exit, String output) {
    boolean timedOut() {
      return exit == TIMED_OUT;
    }

    Result orThrow(String what) {
      if (exit == 0) {
        return this;
      }
      PostgresException.Kind kind =
          timedOut() ? PostgresException.Kind.TIMEOUT : PostgresException.Kind.TOOL_FAILED;
      throw new PostgresException(
          kind, "%s failed (exit %d): %s".formatted(what, exit, output.strip()));
    }
  }

  static final int TIMED_OUT = 124;

  static Result run(List<String> command, Deadline deadline) {
    return run(command, Map.of(), deadline, ms -> {});
  }

  /**
   * @param environment added to a small one of our own, so that no PG* variable of the caller leaks in
   * @param tick called about every 200 ms while the program runs, with the ms that have passed
   */
  static Result run(
      List<String> command,
      Map<String, String> environment,
      Deadline deadline,
      Consumer<Long> tick) {
    return withOutput(
        command,
        environment,
        deadline,
        tick,
        (exit, output) -> new Result(exit, new String(output.readAllBytes(), ISO_8859_1)));
  }

  /**
   * For output of any size: it is read line by line when the program has ended.
   *
   * @return the exit code; {@link #TIMED_OUT} when it was killed at the deadline
   */
  static int forEachLine(List<String> command, Deadline deadline, Consumer<String> line) {
    return withOutput(command, Map.of(), deadline, ms -> {}, (exit, output) -> {
      BufferedReader lines = new BufferedReader(new InputStreamReader(output, ISO_8859_1));
      for (String next = lines.readLine(); next != null; next = lines.readLine()) {
        line.accept(next);
      }
      return exit;
    });
  }

  private interface Ending<T> {
    T read(int exit, InputStream output) throws IOException;
  }

  private static <T> T withOutput(
      List<String> command,
      Map<String, String> environment,
      Deadline deadline,
      Consumer<Long> tick,
      Ending<T> ending) {
    try {
      Path output = Files.createTempFile("conclave-command", ".out");
      try (InputStream written = Files.newInputStream(output)) {
        Process process = process(command, environment, output).start();
        // Both have it open: nothing is left of it, however either of them ends.
        Files.delete(output);
        return ending.read(await(process, deadline, tick), written);
      } finally {
        Files.deleteIfExists(output);
      }
    } catch (IOException e) {
      throw new PostgresException(
          PostgresException.Kind.TOOL_FAILED, "cannot run " + command.get(0) + ": " + e, e);
    }
  }

  private static ProcessBuilder process(
      List<String> command, Map<String, String> environment, Path output) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(key -> key.startsWith("PG") || key.startsWith("LC_"));
    builder.environment().putAll(Map.of("LC_ALL", "C"));
    builder.environment().putAll(environment);
    // The current directory may be unreadable to the user that the program runs as.
    return builder
        .directory(new java.io.File("/"))
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .redirectInput(new java.io.File("/dev/null"));
  }

  private static int await(Process process, Deadline deadline, Consumer<Long> tick) {
    long began = System.nanoTime();
    try {
      while (!process.waitFor(
          Math.min(200, Math.max(1, deadline.remainingMs())), TimeUnit.MILLISECONDS)) {
        if (deadline.passed()) {
          kill(process);
          return TIMED_OUT;
        }
        tick.accept((System.nanoTime() - began) / 1_000_000);
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      kill(process);
      Thread.currentThread().interrupt();
      throw new PostgresException(
          PostgresException.Kind.INTERRUPTED, "interrupted while a program ran", e);
    } catch (RuntimeException e) {
      kill(process);
      throw e;
    }
  }

  private static void kill(Process process) {
    List<ProcessHandle> descendants = process.descendants().toList();
    process.destroyForcibly();
    descendants.forEach(ProcessHandle::destroyForcibly);
  }
}
