package io.conclave.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The demo that runs on this machine, as it says in a file of its own: {@code {"pid": …, "urls": […], "control": …}}.
 *
 * @param urls HTTP interfaces of its hosts
 * @param control where it takes orders, with a path that only its user knows: {@code POST …/fault} with the word of a fault
 */
public record RunningDemo(long pid, List<URI> urls, Optional<URI> control) {
  public RunningDemo {
    urls = List.copyOf(urls);
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

  /** What the file says; empty without a file. */
  static Optional<RunningDemo> read(Path file) {
    try {
      JsonNode json = new ObjectMapper().readTree(Files.readString(file));
      List<URI> urls = new ArrayList<>();
      json.path("urls").forEach(url -> urls.add(URI.create(url.asText())));
      Optional<URI> control =
          Optional.ofNullable(json.get("control")).map(url -> URI.create(url.asText()));
      return Optional.of(new RunningDemo(json.path("pid").asLong(), urls, control));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (IOException | IllegalArgumentException unreadable) {
      throw new CommandFailure(
          "cannot read %s of the running demo: %s".formatted(file, unreadable.getMessage()));
    }
  }
}
