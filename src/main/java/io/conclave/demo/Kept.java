package io.conclave.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** What {@code --keep} saves from a demo: the configuration and all logs, never passwords or data. */
final class Kept {
  private Kept() {}

  /**
   * Copies the files, each into a directory of its host's name; what an earlier demo has kept there is replaced.
   *
   * @throws IOException when the directory does not take them
   */
  static void save(DemoFiles files, Path target) throws IOException {
    Files.createDirectories(target);
    copy(files.configuration(), target);
    for (DemoHost host : files.everyHost()) {
      Path own = Files.createDirectories(target.resolve(host.name()));
      for (Path log : logs(host)) {
        copy(log, own);
      }
    }
  }

  /** Of the JVM and of the server, whose log is beside its data directory or in it. */
  private static List<Path> logs(DemoHost host) throws IOException {
    try (Stream<Path> found = Files.find(
        host.directory(), 2, (file, a) -> a.isRegularFile() && file.toString().endsWith(".log"))) {
      return found.toList();
    }
  }

  private static void copy(Path file, Path directory) throws IOException {
    Files.copy(file, directory.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
  }
}
