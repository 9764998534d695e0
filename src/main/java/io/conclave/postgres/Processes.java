package io.conclave.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What the operating system says of processes: /proc where there is one, else what Java knows. */
final class Processes {
  static final boolean HAS_PROC = Files.isReadable(Path.of("/proc/self/stat"));

  private Processes() {}

  /**
   * @param state the letter of /proc/PID/stat: R runs, S sleeps, D waits for a device, T stopped, Z zombie; ? not known
   * @param started ticks since boot (ms since 1970 without /proc): tells a reused process id apart
   */
  record Status(long pid, String name, char state, long parent, long started) {
    boolean alive() {
      return state != 'Z' && state != 'X' && state != 'x';
    }

    boolean asleep() {
      return state == 'S';
    }
  }

  static Optional<Status> status(long pid) {
    return HAS_PROC ? fromProc(pid) : fromHandle(pid);
  }

  private static Optional<Status> fromProc(long pid) {
    String text;
    try {
      text = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
    } catch (IOException gone) {
      // ENOENT or ESRCH: there is no such process (any more).
      return Optional.empty();
    }
    return Optional.of(parse(pid, text));
  }

  static Status parse(long pid, String text) {
    // The name stands in parentheses and may itself hold spaces and parentheses.
    int open = text.indexOf('(');
    int close = text.lastIndexOf(')');
    String[] rest = text.substring(close + 2).split(" ");
    return new Status(
        pid,
        text.substring(open + 1, close),
        rest[0].charAt(0),
        Long.parseLong(rest[1]),
        Long.parseLong(rest[19]));
  }

  private static Optional<Status> fromHandle(long pid) {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .map(handle -> new Status(
            pid,
            handle
                .info()
                .command()
                .map(c -> Path.of(c).getFileName().toString())
                .orElse("postgres"),
            '?',
            handle.parent().map(ProcessHandle::pid).orElse(0L),
            handle.info().startInstant().map(java.time.Instant::toEpochMilli).orElse(0L)));
  }

  /** How often the process went to sleep of itself; -1 when not known. */
  static long sleeps(long pid) {
    try {
      for (String line :
          Files.readAllLines(Path.of("/proc/" + pid + "/status"), StandardCharsets.ISO_8859_1)) {
        if (line.startsWith("voluntary_ctxt_switches:")) {
          return Long.parseLong(line.substring(line.indexOf(':') + 1).trim());
        }
      }
      return -1;
    } catch (IOException gone) {
      return -1;
    }
  }

  /** Whether the process works in this directory (all processes of a server do, in its data directory); empty: not to be seen. */
  static Optional<Boolean> worksIn(long pid, Path realDirectory) {
    try {
      return Optional.of(
          Files.readSymbolicLink(Path.of("/proc/" + pid + "/cwd")).equals(realDirectory));
    } catch (java.nio.file.AccessDeniedException foreign) {
      return Optional.empty();
    } catch (IOException gone) {
      return Optional.of(false);
    }
  }

  /** Living processes named postgres that work in this directory. Looks at all processes: some ms. */
  static List<Status> workingIn(Path realDirectory) {
    if (!HAS_PROC) {
      return List.of();
    }
    List<Status> found = new ArrayList<>();
    for (Status status : all()) {
      if (status.alive()
          && status.name().startsWith("postgres")
          && worksIn(status.pid(), realDirectory).orElse(false)) {
        found.add(status);
      }
    }
    return found;
  }

  /** Living children of a process. */
  static List<Status> childrenOf(long parent) {
    return listedChildren(parent).orElseGet(Processes::all).stream()
        .filter(status -> status.parent() == parent && status.alive())
        .toList();
  }

  /** As the kernel lists them; empty when it does not (CONFIG_PROC_CHILDREN): then all processes must be looked at, some ms. */
  private static Optional<List<Status>> listedChildren(long parent) {
    Path list = Path.of("/proc/" + parent + "/task/" + parent + "/children");
    try {
      String pids = Files.readString(list, StandardCharsets.ISO_8859_1).trim();
      return Optional.of(Arrays.stream(pids.split(" "))
          .filter(pid -> !pid.isEmpty())
          .flatMap(pid -> fromProc(Long.parseLong(pid)).stream())
          .toList());
    } catch (IOException absent) {
      return Optional.empty();
    }
  }

  private static List<Status> all() {
    List<Status> found = new ArrayList<>();
    if (!HAS_PROC) {
      ProcessHandle.allProcesses()
          .forEach(handle -> fromHandle(handle.pid()).ifPresent(found::add));
      return found;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path entry : entries) {
        fromProc(Long.parseLong(entry.getFileName().toString())).ifPresent(found::add);
      }
    } catch (IOException e) {
      throw DurableFiles.failed("cannot list /proc", e);
    }
    return found;
  }

  /** The title that the process shows, e.g. {@code postgres: logger}. */
  static String title(long pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1)
          .replace('\0', ' ')
          .trim();
    } catch (IOException gone) {
      return "";
    }
  }

  /** SIGKILL; a process that is gone already is no error. */
  static void kill(long pid) {
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
  }

  /** SIGTERM. */
  static void terminate(long pid) {
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy);
  }

  /** Any other signal, through the shell's own kill: Java has no call for it. Some ms. */
  static void signal(String name, long pid) {
    Command.run(List.of("sh", "-c", "kill -" + name + " " + pid), Deadline.in(2000));
  }
}
