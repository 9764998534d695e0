package io.conclave;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where a host keeps what must outlive it: promises and the register's store. Looked at before anything is started in it. */
final class StateDirectory {
  private StateDirectory() {}

  /**
   * Creates what is missing, and gives the register's native library a place there: in the temporary directory a killed daemon
   * would leave it behind.
   *
   * @param directory of this host
   * @return what is wrong with it, for people; empty when nothing is
   */
  static Optional<String> prepare(Path directory) {
    Path libraries = directory.resolve("native");
    try {
      Files.createDirectories(libraries);
      Path probe = Files.createTempFile(directory, "writable", "");
      Files.delete(probe);
      try (DirectoryStream<Path> stale =
          Files.newDirectoryStream(libraries, "lmdbjava-native-library-*")) {
        for (Path library : stale) {
          Files.delete(library);
        }
      }
    } catch (IOException e) {
      return Optional.of(
          "state-directory: cannot write in %s as user %s: %s. It must be a directory that belongs to the daemon's user"
              .formatted(directory, System.getProperty("user.name"), e));
    }
    System.setProperty("lmdbjava.extract.dir", libraries.toString());
    return Optional.empty();
  }
}
