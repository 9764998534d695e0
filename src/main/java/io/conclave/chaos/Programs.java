package io.conclave.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Calls programs, each in a session of its own: Ctrl-C is for this program, which then heals by calling others. */
final class Programs {
  /**
   * What a program came to.
   *
   * @param text standard output and standard error together
   */
  record Result(int code, String text) {}

  private final Path directory;
  private final Map<String, String> environment;

  /**
   * @param directory working directory of all
   * @param environment what they get besides that of this program
   */
  Programs(Path directory, Map<String, String> environment) {
    this.directory = directory;
    this.environment = Map.copyOf(environment);
  }

  /** Calls a program that must succeed; answers its output. */
  String call(Duration limit, List<String> command) throws ChaosException, InterruptedException {
    return call(limit, Optional.empty(), command);
  }

  /** The same with this text as standard input. */
  String call(Duration limit, Optional<String> input, List<String> command)
      throws ChaosException, InterruptedException {
    Result result = attempt(limit, input, command);
    if (result.code() != 0) {
      throw new ChaosException("%s ended with %d: %s"
          .formatted(String.join(" ", command), result.code(), lastLines(result.text())));
    }
    return result.text();
  }

  /** Calls a program that may fail. */
  Result attempt(Duration limit, Optional<String> input, List<String> command)
      throws ChaosException, InterruptedException {
    List<String> whole = new ArrayList<>(List.of("setsid", "--wait"));
    whole.addAll(command);
    Process process = null;
    try {
      ProcessBuilder builder =
          new ProcessBuilder(whole).directory(directory.toFile()).redirectErrorStream(true);
      builder.environment().putAll(environment);
      process = builder.start();
      try (var stdin = process.getOutputStream()) {
        stdin.write(input.orElse("").getBytes(StandardCharsets.UTF_8));
      }
      InputStream output = process.getInputStream();
      CompletableFuture<String> text = CompletableFuture.supplyAsync(() -> read(output));
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new ChaosException(
            "%s did not end within %d s".formatted(String.join(" ", command), limit.toSeconds()));
      }
      return new Result(process.exitValue(), text.join());
    } catch (IOException e) {
      throw new ChaosException("cannot call %s: %s".formatted(command.get(0), e.getMessage()), e);
    } finally {
      if (process != null) {
        process.destroy();
      }
    }
  }

  private static String read(InputStream output) {
    try {
      return new String(output.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "(its output cannot be read: " + e.getMessage() + ")";
    }
  }

  private static String lastLines(String text) {
    List<String> lines = text.strip().lines().toList();
    return String.join(" | ", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
  }
}
