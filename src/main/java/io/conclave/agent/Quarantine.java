package io.conclave.agent;

import io.conclave.postgres.DataDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A node that could not be rebuilt is left alone until a person says otherwise: by deleting the file that says why. It outlives
 * the agent.
 */
final class Quarantine {
  private final Path file;

  Quarantine(DataDirectory directory) {
    this.file = directory.home().resolve("quarantine.txt");
  }

  /** Why the node is left alone, and the way out; empty when it is not. */
  Optional<String> reason() {
    try {
      return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  boolean isSet() {
    return Files.exists(file);
  }

  void set(String why) {
    try {
      Files.writeString(
          file, "left alone: %s. Delete %s to have the node rebuilt again%n".formatted(why, file));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }
}
