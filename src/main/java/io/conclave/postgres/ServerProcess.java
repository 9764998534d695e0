package io.conclave.postgres;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The operating-system processes of one server. The server outlives this program; another incarnation finds it again. */
public final class ServerProcess {
  private final DataDirectory directory;
  private final Binaries binaries;

  public ServerProcess(DataDirectory directory, Binaries binaries) {
    this.directory = directory;
    this.binaries = binaries;
  }

  /** How far a start has come ({@code postmaster.pid}, line 8). */
  public enum Readiness {
    /** Connections are admitted. */
    READY,
    /** The process runs and admits nobody yet: recovery. It may take long; look again with {@link #readiness()}. */
    STARTING,
    STOPPING,
    NO_PROCESS
  }

  /** Which step ended the server. */
  public enum Stopped {
    NOT_RUNNING,
    FAST,
    IMMEDIATE,
    KILLED
  }

  /** The postmaster that runs in this data directory. */
  public Optional<Postmaster> find() {
    List<String> lines = pidFile();
    if (lines.isEmpty() || !lines.get(0).strip().matches("-?\\d+")) {
      return Optional.empty();
    }
    // A single-user server writes its id with a minus sign.
    long pid = Math.abs(Long.parseLong(lines.get(0).strip()));
    return Processes.status(pid)
        .filter(Processes.Status::alive)
        .filter(status -> isPostmaster(status, lines))
        .map(status -> new Postmaster(pid, status.started()));
  }

  /** The file may name a process id that another program bears by now. */
  private boolean isPostmaster(Processes.Status status, List<String> pidFile) {
    if (!status.name().startsWith("postgres")) {
      return false;
    }
    if (Processes.HAS_PROC) {
      // A postgres of another user that cannot be looked into is taken for the postmaster: that
      // refuses, and harms nothing.
      return Processes.worksIn(status.pid(), directory.realPath()).orElse(true);
    }
    long recorded = pidFile.size() > 2 ? Long.parseLong(pidFile.get(2).strip()) * 1000 : 0;
    return Math.abs(status.started() - recorded) < 10_000;
  }

  public Readiness readiness() {
    return find().isEmpty() ? Readiness.NO_PROCESS : announced();
  }

  /** Whether the postmaster says that it shuts down: it admits nobody any more. */
  public boolean isStopping() {
    return announced() == Readiness.STOPPING;
  }

  private Readiness announced() {
    List<String> lines = pidFile();
    String word = lines.size() > 7 ? lines.get(7).strip() : "";
    switch (word) {
      case "ready":
        return Readiness.READY;
      case "stopping":
        return Readiness.STOPPING;
      default:
        return Readiness.STARTING;
    }
  }

  /**
   * Starts the server as a daemon and waits until it admits connections. Ends leftovers of a postmaster that was killed
   * first: PostgreSQL does not start while they hold its shared memory.
   *
   * @return READY, or STARTING when it still recovers at the deadline
   * @throws PostgresException (START_FAILED) with the FATAL line of its log
   */
  public Readiness start(Deadline deadline) {
    Await.until(() -> readiness() != Readiness.STOPPING, deadline, 10);
    if (find().isEmpty()) {
      directory.prepareHome();
      directory.mendGate();
      endLeftovers(deadline.butAtMost(5000));
      if (directory.isStandby()) {
        directory.timelines().tidy();
      }
      long logEnd = logSize();
      launch(deadline, logEnd);
      return awaitReady(deadline, logEnd);
    }
    return awaitReady(deadline, logSize());
  }

  private void launch(Deadline deadline, long logEnd) {
    // find() has shown that the id in the file is a zombie's or another program's; PostgreSQL would
    // take it for a running
    // server. Its second lock, the shared memory of this data directory, stays.
    DurableFiles.delete(directory.path().resolve("postmaster.pid"));
    List<String> command = List.of(
        binaries.tool("pg_ctl"),
        "start",
        "-W",
        "-s",
        "-D",
        directory.path().toString(),
        "-l",
        directory.log().toString());
    Command.Result result =
        Command.run(directory.user().command(command), Map.of(), deadline, ms -> {});
    if (result.exit() != 0) {
      throw startFailed(logEnd, result.output());
    }
  }

  private Readiness awaitReady(Deadline deadline, long logEnd) {
    boolean[] seen = {false};
    Deadline appear = deadline.butAtMost(10_000);
    Await.until(
        () -> {
          Readiness now = readiness();
          seen[0] |= now != Readiness.NO_PROCESS;
          boolean never = !seen[0] && (appear.passed() || hasFatal(logEnd));
          return now == Readiness.READY || (seen[0] && now == Readiness.NO_PROCESS) || never;
        },
        deadline,
        5);
    Readiness now = readiness();
    if (now == Readiness.NO_PROCESS) {
      throw startFailed(logEnd, "");
    }
    return now;
  }

  /**
   * Ends the server, whatever it takes: fast shutdown, immediate shutdown, SIGKILL of all its processes.
   *
   * @param stopMs bound of each step, in ms
   * @throws PostgresException (STOP_FAILED) when processes survive SIGKILL (waiting for a device)
   */
  public Stopped stop(long stopMs) {
    return stop(Stopped.FAST, stopMs);
  }

  /** As {@link #stop(long)}, beginning with a harder step. */
  public Stopped stop(Stopped first, long stopMs) {
    Optional<Postmaster> found = find();
    if (found.isEmpty()) {
      boolean leftovers = endLeftovers(Deadline.in(stopMs));
      return leftovers ? Stopped.KILLED : Stopped.NOT_RUNNING;
    }
    Postmaster postmaster = found.get();
    if (first == Stopped.FAST && signalAndWait("INT", postmaster, stopMs)) {
      // Whoever wrote that the shutdown was complete had waited for all its children: there are no
      // leftovers, and to look for them takes longer than to stop.
      return directory.control().state().cleanlyStopped()
          ? Stopped.FAST
          : ended(Stopped.FAST, stopMs);
    }
    if (first != Stopped.KILLED && signalAndWait("QUIT", postmaster, stopMs)) {
      return ended(Stopped.IMMEDIATE, stopMs);
    }
    Processes.kill(postmaster.pid());
    Await.until(() -> !postmaster.isAlive(), Deadline.in(stopMs));
    return ended(Stopped.KILLED, stopMs);
  }

  private boolean signalAndWait(String signal, Postmaster postmaster, long stopMs) {
    Processes.signal(signal, postmaster.pid());
    return Await.until(() -> !postmaster.isAlive(), Deadline.in(stopMs));
  }

  private Stopped ended(Stopped how, long stopMs) {
    endLeftovers(Deadline.in(stopMs));
    return how;
  }

  /**
   * Ends what a dead postmaster has left behind: backends notice its death, but a busy or frozen one may live on, with the
   * shared memory. Returns whether there was any.
   */
  private boolean endLeftovers(Deadline deadline) {
    if (find().isPresent()) {
      return false;
    }
    Path real = directory.realPath();
    List<Processes.Status> left = Processes.workingIn(real);
    if (left.isEmpty()) {
      return false;
    }
    // They go by themselves within some ms, unless they are stuck.
    if (!Await.until(() -> Processes.workingIn(real).isEmpty(), deadline.butAtMost(100), 10)) {
      Processes.workingIn(real).forEach(process -> Processes.kill(process.pid()));
    }
    if (!Await.until(() -> Processes.workingIn(real).isEmpty(), deadline, 10)) {
      throw new PostgresException(
          PostgresException.Kind.STOP_FAILED,
          "processes %s of %s do not end"
              .formatted(
                  Processes.workingIn(real).stream().map(Processes.Status::pid).toList(),
                  directory));
    }
    return true;
  }

  /** Makes the server read its settings again (SIGHUP). {@link LocalSession#reload()} is faster, where there is a session. */
  public void reload() {
    find().ifPresent(postmaster -> Processes.signal("HUP", postmaster.pid()));
  }

  /** Calls back once, at once, when the postmaster is gone. */
  public ExitWatcher watch(Postmaster postmaster, Optional<LocalSession> session, Runnable onExit) {
    return new ExitWatcher(directory.identity().node().value(), postmaster, session, onExit);
  }

  private List<String> pidFile() {
    return DurableFiles.read(directory.path().resolve("postmaster.pid")).lines().toList();
  }

  private long logSize() {
    return Files.exists(directory.log()) ? directory.log().toFile().length() : 0;
  }

  private boolean hasFatal(long from) {
    return ServerLog.reason(directory.log(), from).isPresent();
  }

  private PostgresException startFailed(long from, String otherwise) {
    String reason = ServerLog.reason(directory.log(), from)
        .orElse(otherwise.isBlank() ? "no reason in its log" : otherwise.strip());
    return new PostgresException(
        PostgresException.Kind.START_FAILED,
        "server in %s did not start: %s (log: %s)".formatted(directory, reason, directory.log()));
  }
}
