package io.conclave.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Processes by their working directory: PostgreSQL's are in their data directory, whoever started them, and the JVMs in
 * that of their host. Processes with a terminal are left out: that is a person who has a look at the directory.
 */
public final class ProcessList {
  /** A process as /proc shows it; {@code name} has at most 15 characters. */
  public record Found(long pid, String name) {}

  private static final Path PROC = Path.of("/proc");

  private ProcessList() {}

  /** All whose working directory is this one or below, also when it was removed meanwhile. */
  static List<Found> under(Path directory) {
    List<Found> found = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        inside(process, directory.toString()).ifPresent(found::add);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  /** Pids of all whose working directory is this one or below. */
  public static List<Long> pidsUnder(Path directory) {
    return under(directory).stream().map(Found::pid).toList();
  }

  private static Optional<Found> inside(Path process, String directory) {
    try {
      String cwd = Files.readSymbolicLink(process.resolve("cwd")).toString();
      if (!cwd.equals(directory)
          && !cwd.startsWith(directory + "/")
          && !cwd.startsWith(directory + " (deleted)")) {
        return Optional.empty();
      }
      return parse(Files.readString(process.resolve("stat")));
    } catch (IOException goneOrNotMine) {
      return Optional.empty();
    }
  }

  /** Reads a line of /proc/PID/stat; empty for a zombie and for a process with a terminal. */
  static Optional<Found> parse(String stat) {
    int open = stat.indexOf('(');
    int close = stat.lastIndexOf(')');
    String[] fields = stat.substring(close + 2).split(" ");
    boolean zombie = fields[0].equals("Z") || fields[0].equals("X");
    boolean terminal = !fields[4].equals("0");
    if (zombie || terminal) {
      return Optional.empty();
    }
    return Optional.of(
        new Found(Long.parseLong(stat.substring(0, open).trim()), stat.substring(open + 1, close)));
  }

  /** The pid in the first line of {@code postmaster.pid}; empty when no server has started there. */
  public static Optional<Long> postmaster(Path dataDirectory) {
    return line(dataDirectory, 0).map(Long::parseLong);
  }

  /** The id of the System V shared memory segment, which outlives a SIGKILL. */
  static Optional<String> sharedMemory(Path dataDirectory) {
    return line(dataDirectory, 6).map(l -> l.replaceFirst("^\\S+\\s+", ""));
  }

  private static Optional<String> line(Path dataDirectory, int index) {
    try {
      List<String> lines = Files.readAllLines(dataDirectory.resolve("postmaster.pid"));
      return lines.size() > index && !lines.get(index).isBlank()
          ? Optional.of(lines.get(index).trim())
          : Optional.empty();
    } catch (IOException noServer) {
      return Optional.empty();
    }
  }
}
