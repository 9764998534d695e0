package io.conclave.register;

import io.conclave.core.GroupId;
import io.conclave.core.HostId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * The directory of a replica: LMDB's data, and a marker that says that it is complete. The marker names the cell, the host
 * and the groups that the data held when it was written; one that does not fit the data is no marker. It cannot tell an old
 * backup of the whole directory from the directory itself: restoring one is an operator's mistake.
 *
 * @param directory where Distributed Data keeps LMDB's files
 */
record Store(Path directory, String cell, HostId host) {
  private static final String DATA = "data.mdb";
  private static final String MARKER = "complete";
  private static final int HEAD_LINES = 2;
  private static final String END = "end";
  private static final String OVERRIDE = "go-on-without-the-others";

  /** The file by which an operator says that the others are gone for ever. */
  Path override() {
    return directory.resolve(OVERRIDE);
  }

  /** The groups that a complete store must hold; empty when it is not complete. To be asked before LMDB opens its files. */
  Optional<List<GroupId>> complete() {
    try {
      List<String> lines = Files.readAllLines(marker(), StandardCharsets.UTF_8);
      if (!isFilled(directory.resolve(DATA)) || !isOwn(lines)) {
        return Optional.empty();
      }
      return Optional.of(
          lines.subList(HEAD_LINES, lines.size() - 1).stream().map(GroupId::new).toList());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw failed("cannot read", marker(), e);
    }
  }

  private boolean isOwn(List<String> lines) {
    return lines.size() > HEAD_LINES
        && lines.subList(0, HEAD_LINES).equals(List.of("cell " + cell, "host " + host))
        && lines.get(lines.size() - 1).equals(END);
  }

  private static boolean isFilled(Path file) throws IOException {
    return Files.isRegularFile(file) && Files.size(file) > 0;
  }

  /** Returns when the marker is on disk; LMDB's data was there before. */
  void markComplete(List<GroupId> groups) {
    StringBuilder text = new StringBuilder("cell " + cell + "\nhost " + host + "\n");
    groups.forEach(group -> text.append(group.value()).append('\n'));
    text.append(END).append('\n');
    Path beside = directory.resolve(MARKER + ".new");
    try {
      Files.createDirectories(directory);
      writeThrough(beside, text.toString());
      Files.move(
          beside, marker(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      sync(directory);
      // LMDB flushes its file, and not the directory that names it.
      sync(directory.toAbsolutePath().getParent());
    } catch (IOException e) {
      throw failed("cannot write", marker(), e);
    }
  }

  /** What is there from now on is not complete, also after a crash. */
  void markIncomplete() {
    delete(marker());
  }

  /** An operator's word counts once. */
  void forgetOverride() {
    delete(override());
  }

  private Path marker() {
    return directory.resolve(MARKER);
  }

  private void delete(Path file) {
    try {
      if (Files.deleteIfExists(file)) {
        sync(directory);
      }
    } catch (IOException e) {
      throw failed("cannot delete", file, e);
    }
  }

  private static void writeThrough(Path file, String text) throws IOException {
    try (FileChannel channel = FileChannel.open(
        file,
        StandardOpenOption.CREATE,
        StandardOpenOption.WRITE,
        StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer buffer = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }

  private static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static UncheckedIOException failed(String what, Path file, IOException e) {
    return new UncheckedIOException(what + " " + file + ": " + e, e);
  }
}
