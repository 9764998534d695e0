package io.conclave.chaos;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Keeps what explains a failed run: logs of the containers, of the servers in them, and the ledger. */
final class Evidence {
  private static final String SERVER_LOGS = "cd " + Inside.DATA + " 2>/dev/null || exit 0\n"
      + "find . -name '*.log' -type f | while read -r f; do echo \"--- $f\"; tail -n 2000 \"$f\"; done\n";

  /** UTC, to the second; without colons, which are no part of names everywhere. */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final Docker docker;
  private final Path directory;

  /**
   * @param directory of this invocation, where each failure gets a directory of its own; it is made for the first one
   */
  Evidence(Docker docker, Path directory) {
    this.docker = docker;
    this.directory = directory;
  }

  /**
   * Where an invocation keeps what it has to: two of them must not write into the same files.
   *
   * @param parent of all invocations
   * @param process of this one
   */
  static Path directory(Path parent, Instant began, long process) {
    return parent.resolve("%s-%d".formatted(TIME.format(began), process));
  }

  /** A scenario that is named twice has each of its runs twice. */
  static Path unused(Path directory, String name) {
    return Stream.concat(
            Stream.of(name), IntStream.rangeClosed(2, 1000).mapToObj(n -> name + "-again-" + n))
        .map(directory::resolve)
        .filter(path -> !Files.exists(path))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(directory + " is full of " + name));
  }

  /**
   * Writes everything; what cannot be had is said in its place.
   *
   * @param name of the run
   * @param since logs from this moment on
   * @throws ChaosException when the directory does not take it
   */
  Path keep(
      String name,
      Instant since,
      List<Service> services,
      List<String> complaints,
      Map<Channel, List<String>> ledgers)
      throws ChaosException, InterruptedException {
    Path target = unused(directory, name);
    try {
      Files.createDirectories(target);
      Files.write(target.resolve("complaints.txt"), complaints);
      for (var ledger : ledgers.entrySet()) {
        List<String> lines = new ArrayList<>(List.of("writer,id,ms,outcome"));
        lines.addAll(ledger.getValue());
        Files.write(target.resolve("ledger-" + ledger.getKey().word() + ".csv"), lines);
      }
      for (Service service : services) {
        save(target.resolve(service.name() + ".log"), containerLog(service, since));
        if (service.isDatabase()) {
          save(target.resolve(service.name() + "-postgres.log"), serverLogs(service));
        }
      }
    } catch (IOException e) {
      throw new ChaosException("the logs cannot be kept in %s: %s".formatted(target, e), e);
    }
    return target;
  }

  private static void save(Path file, String text) throws IOException {
    Files.writeString(file, text, StandardCharsets.UTF_8);
  }

  private String containerLog(Service service, Instant since) throws InterruptedException {
    try {
      return docker.docker("logs", "--timestamps", "--since", since.toString(), service.id());
    } catch (ChaosException e) {
      return e.getMessage();
    }
  }

  private String serverLogs(Service service) throws InterruptedException {
    try {
      return docker.inside(service, SERVER_LOGS);
    } catch (ChaosException e) {
      return e.getMessage();
    }
  }
}
