package io.conclave.demo;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

/**
 * How other commands of the same user find a running demo.
 *
 * @param urls HTTP interfaces of the hosts, for {@code conclave status} and the like
 * @param pid of the demo
 * @param control where faults are asked for; holds a secret, so the file is for its owner alone
 * @param directory of the demo
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ControlFile(List<String> urls, long pid, String control, String directory) {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  public ControlFile {
    urls = List.copyOf(urls);
  }

  /** Where the file of this user is. */
  public static Path path() {
    String name = "conclave-demo-" + System.getProperty("user.name") + ".json";
    return Path.of(System.getProperty("java.io.tmpdir"), name);
  }

  /**
   * The running demo of this user; empty when there is none.
   *
   * @throws IOException when the file cannot be read
   */
  public static Optional<ControlFile> find() throws IOException {
    Path file = path();
    if (!Files.exists(file)
        || !Files.getOwner(file).getName().equals(System.getProperty("user.name"))) {
      return Optional.empty();
    }
    ControlFile found = MAPPER.readValue(Files.readAllBytes(file), ControlFile.class);
    return ProcessHandle.of(found.pid()).isPresent() ? Optional.of(found) : Optional.empty();
  }

  /** Writes the file at once as a whole; a later demo of the same user replaces it. */
  void write() throws IOException {
    Path file = path();
    Path next = Files.createTempFile(
        file.getParent(),
        "conclave-demo-",
        ".new",
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(next, MAPPER.writeValueAsBytes(this));
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Removes the file if it is that of the demo in this directory. */
  static void remove(Path directory) throws IOException {
    Optional<ControlFile> found = find();
    if (found.isPresent() && directory.toString().equals(found.get().directory())) {
      Files.deleteIfExists(path());
    }
  }
}
