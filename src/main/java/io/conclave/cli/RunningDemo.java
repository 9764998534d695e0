package io.conclave.cli;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

/**
 * The demo that runs on this machine, as it says in a file of its own: {@code {"pid": …, "urls": […], "control": …}}.
 *
 * @param pid of the demo
 * @param urls HTTP interfaces of its hosts
 * @param control where it takes orders, with a path that only its user knows, so the file is for its owner alone:
 *     {@code POST …/fault} with the word of a fault; null when it takes none
 * @param directory of the demo
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RunningDemo(long pid, List<URI> urls, URI control, String directory) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  public RunningDemo {
    urls = urls == null ? List.of() : List.copyOf(urls);
  }

  /** The file, whether there is one or not: one demo per user. */
  public static Path file() {
    String directory = Optional.ofNullable(System.getenv("XDG_RUNTIME_DIR"))
        .filter(path -> Files.isDirectory(Path.of(path)))
        .orElse(System.getProperty("java.io.tmpdir"));
    return Path.of(directory, "conclave-demo-%s.json".formatted(System.getProperty("user.name")));
  }

  /** The demo of this user, if its process is alive. */
  static Optional<RunningDemo> find() {
    return read(file()).filter(demo -> ProcessHandle.of(demo.pid()).isPresent());
  }

  /** What the file says; empty without a file, and when somebody else has put it there. */
  static Optional<RunningDemo> read(Path file) {
    try {
      return Files.getOwner(file).getName().equals(System.getProperty("user.name"))
          ? Optional.of(JSON.readValue(Files.readAllBytes(file), RunningDemo.class))
          : Optional.empty();
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (IOException | IllegalArgumentException unreadable) {
      throw new CommandFailure(
          "cannot read %s of the running demo: %s".formatted(file, unreadable.getMessage()));
    }
  }

  /**
   * Writes the file at once as a whole; a later demo of the same user replaces it.
   *
   * @throws IOException when the directory does not take it
   */
  public void write() throws IOException {
    Path file = file();
    Path next = Files.createTempFile(
        file.getParent(),
        "conclave-demo-",
        ".new",
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(next, JSON.writeValueAsBytes(this));
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * Removes the file if it is that of the demo in this directory.
   *
   * @throws IOException when it cannot be removed
   */
  public static void remove(Path directory) throws IOException {
    if (read(file())
        .filter(demo -> directory.toString().equals(demo.directory()))
        .isPresent()) {
      Files.deleteIfExists(file());
    }
  }
}
