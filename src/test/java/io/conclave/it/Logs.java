package io.conclave.it;

import io.conclave.demo.DemoHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** What a failed test leaves for people to read. */
final class Logs {
  private Logs() {}

  /** Copies the logs of a host's JVM and of its server; returns where they are. */
  static List<String> keep(DemoHost host, Path directory) throws IOException {
    Files.createDirectories(directory);
    try (Stream<Path> files = Files.walk(host.directory())) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.getFileName().toString().endsWith(".log"))
          .map(file -> copy(file, directory))
          .toList();
    } catch (UncheckedIOException vanished) {
      // A server that is being cloned removes its files meanwhile; the JVM's log comes first.
      return List.of(directory.toString());
    }
  }

  private static String copy(Path file, Path directory) {
    Path to = directory.resolve(file.getFileName());
    try {
      Files.copy(file, to, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return to.toString();
  }
}
