package io.conclave.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/** Files that are there whole or not at all, also after a crash of the machine. */
final class DurableFiles {
  private DurableFiles() {}

  /** Replaces the file's contents: temporary file, fsync, rename, fsync of the directory. Mode 0600, owned by the user. */
  static void write(Path file, String text, OsUser user) {
    write(file, text.getBytes(StandardCharsets.UTF_8), user);
  }

  static void write(Path file, byte[] bytes, OsUser user) {
    replace(file, bytes, user, true);
    syncNames(file.toAbsolutePath().getParent());
  }

  /** As {@link #write}; until {@link #syncNames} a crash of the machine may bring back the file of before, whole. */
  static void writeWithoutName(Path file, String text, OsUser user) {
    replace(file, text.getBytes(StandardCharsets.UTF_8), user, true);
  }

  /** Makes the names in a directory survive a crash of the machine. */
  static void syncNames(Path directory) {
    try {
      syncDirectory(directory);
    } catch (IOException e) {
      throw failed("cannot make the files in " + directory + " durable", e);
    }
  }

  /** Replaces the file's contents for whoever reads it from now on. It is durable only after {@link #sync}. */
  static void replace(Path file, String text, OsUser user) {
    replace(file, text.getBytes(StandardCharsets.UTF_8), user, false);
  }

  /** Makes the file, and its name, survive a crash of the machine. */
  static void sync(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      channel.force(true);
      syncDirectory(file.toAbsolutePath().getParent());
    } catch (IOException e) {
      throw failed("cannot make " + file + " durable", e);
    }
  }

  private static void replace(Path file, byte[] bytes, OsUser user, boolean durable) {
    Path temporary = file.resolveSibling(file.getFileName() + ".conclave-tmp");
    try {
      // A leftover of a crash may belong to anybody: begin afresh.
      Files.deleteIfExists(temporary);
      Files.createFile(
          temporary,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
        user.own(temporary);
        if (durable) {
          channel.force(true);
        }
      }
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw failed("cannot write " + file, e);
    }
  }

  static void delete(Path file) {
    try {
      if (Files.deleteIfExists(file)) {
        syncDirectory(file.toAbsolutePath().getParent());
      }
    } catch (IOException e) {
      throw failed("cannot delete " + file, e);
    }
  }

  static void rename(Path from, Path to) {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
      syncDirectory(to.toAbsolutePath().getParent());
    } catch (IOException e) {
      throw failed("cannot rename " + from + " to " + to, e);
    }
  }

  /** Creates the directory (mode 0700, owned by the user) and its parents, when it is not there. */
  static void createDirectory(Path directory, OsUser user) {
    try {
      if (!Files.isDirectory(directory)) {
        Files.createDirectories(directory.toAbsolutePath().getParent());
        Files.createDirectory(
            directory,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        user.own(directory);
        syncDirectory(directory.toAbsolutePath().getParent());
      }
    } catch (IOException e) {
      throw failed("cannot create directory " + directory, e);
    }
  }

  static void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** The file's text, or empty text when there is no such file. */
  static String read(Path file) {
    return new String(readBytes(file), StandardCharsets.UTF_8);
  }

  static byte[] readBytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return new byte[0];
    } catch (IOException e) {
      throw failed("cannot read " + file, e);
    }
  }

  /** Removes a directory with all that is in it; does not follow symbolic links. */
  static void deleteTree(Path root) {
    if (!Files.exists(root, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try {
      Files.walkFileTree(root, new SimpleFileVisitor<>() {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes a) throws IOException {
          Files.deleteIfExists(file);
          return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
          if (e instanceof NoSuchFileException) {
            return FileVisitResult.CONTINUE;
          }
          throw e;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, IOException e)
            throws IOException {
          if (e != null) {
            throw e;
          }
          Files.deleteIfExists(directory);
          return FileVisitResult.CONTINUE;
        }
      });
    } catch (IOException e) {
      throw failed("cannot delete " + root, e);
    }
  }

  static PostgresException failed(String what, IOException e) {
    return new PostgresException(PostgresException.Kind.IO, what + ": " + e, e);
  }

  static PostgresException failed(String what, UncheckedIOException e) {
    return failed(what, e.getCause());
  }
}
