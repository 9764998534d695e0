package io.conclave.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Optional;

/**
 * Lets a test kill or freeze this daemon at an exact step. <b>Never in production</b>: it is off unless the JVM was started
 * with {@code -Dconclave.fault-points=FILE}, and costs a comparison with null then.
 *
 * <p>When it is on, a point is armed by one line in FILE, {@code POINT:kill} or {@code POINT:freeze}, with {@code :n} behind
 * it for the n-th time that a daemon comes by. Whoever reaches it first takes the file away, leaves its process id in
 * {@code FILE.reached}, and sends SIGKILL or SIGSTOP to itself: so one line is one fault, however many daemons look at it.
 */
public final class FaultPoints {
  /** System property that names the file. */
  public static final String PROPERTY = "conclave.fault-points";

  private static final FaultPoints ON = System.getProperty(PROPERTY) == null
      ? null
      : new FaultPoints(Path.of(System.getProperty(PROPERTY)));

  private final Path file;
  private Armed last = new Armed(FaultPoint.PROMOTED, Action.KILL, 0);
  private int passed;

  private FaultPoints(Path file) {
    this.file = file;
  }

  /** What happens to the process. */
  public enum Action {
    KILL("KILL"),
    FREEZE("STOP");

    private final String signal;

    Action(String signal) {
      this.signal = signal;
    }
  }

  /**
   * A line of the file.
   *
   * @param pass at which of this daemon's passes it happens, from 1
   */
  public record Armed(FaultPoint point, Action action, int pass) {
    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException with what is right, when it is none
     */
    public static Armed parse(String line) {
      String[] words = line.strip().split(":");
      try {
        return new Armed(
            FaultPoint.valueOf(words[0]),
            Action.valueOf(words[1].toUpperCase(Locale.ROOT)),
            words.length > 2 ? Integer.parseInt(words[2]) : 1);
      } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
        throw new IllegalArgumentException(
            "'%s' arms no fault point: expected POINT:kill or POINT:freeze, perhaps with :n"
                .formatted(line.strip()),
            e);
      }
    }

    /** The line. */
    @Override
    public String toString() {
      return "%s:%s:%d".formatted(point, action.name().toLowerCase(Locale.ROOT), pass);
    }
  }

  /** What a daemon must say at its start; empty when all is as it should be. */
  public static Optional<String> warning() {
    return ON == null
        ? Optional.empty()
        : Optional.of("fault points are on (-D%s=%s): this daemon may kill itself; for tests only"
            .formatted(PROPERTY, ON.file));
  }

  /** A step is reached. Does nothing, unless a test has armed this point. */
  public static void reach(FaultPoint point) {
    if (ON != null) {
      ON.pass(point);
    }
  }

  private synchronized void pass(FaultPoint point) {
    Optional<Armed> armed = armed();
    if (armed.isEmpty() || armed.get().point() != point) {
      return;
    }
    if (!armed.get().equals(last)) {
      last = armed.get();
      passed = 0;
    }
    passed++;
    if (passed == last.pass() && take()) {
      passed = 0;
      signal(last.action());
    }
  }

  private Optional<Armed> armed() {
    try {
      return Optional.of(Armed.parse(Files.readString(file)));
    } catch (NoSuchFileException nothingArmed) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Only one daemon can. */
  private boolean take() {
    Path mine =
        file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid());
    Path reached = file.resolveSibling(file.getFileName() + ".reached");
    try {
      Files.move(file, mine, StandardCopyOption.ATOMIC_MOVE);
      Files.writeString(
          mine, ProcessHandle.current().pid() + "\n", StandardOpenOption.TRUNCATE_EXISTING);
      Files.move(mine, reached, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (NoSuchFileException another) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns after a thaw. */
  private static void signal(Action action) {
    try {
      new ProcessBuilder(
              "kill", "-s", action.signal, Long.toString(ProcessHandle.current().pid()))
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
