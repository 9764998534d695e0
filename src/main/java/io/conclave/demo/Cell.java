package io.conclave.demo;

import io.conclave.cli.StatusView.GroupView;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/** Three hosts on loopback in one directory. Closing it leaves nothing behind. */
public final class Cell implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(3);

  private final Path directory;
  private final Optional<Path> keep;
  private final Guard guard;
  private final Signals signals;
  private final StatusClient client = new StatusClient();
  private final AtomicBoolean closing = new AtomicBoolean();
  private final Object teardown = new Object();
  private boolean closed;
  private List<HostProcess> hosts = List.of();
  private Optional<HostProcess> edge = Optional.empty();
  private StatusWatch watch;
  private DemoFiles files;

  /**
   * Makes the directory and what watches over it; nothing is started yet.
   *
   * @param controlFile removed at the end, also when this JVM is killed
   * @param keep where logs and configuration go at the end
   */
  public Cell(Path controlFile, Optional<Path> keep) throws IOException {
    this.keep = keep;
    directory = DemoDirectory.create();
    try {
      guard = new Guard(directory, controlFile);
      signals = new Signals();
    } catch (IOException e) {
      DemoDirectory.delete(directory);
      throw e;
    }
  }

  /**
   * Starts all hosts and waits until every node streams and the gate is open.
   *
   * @throws DemoException when that does not come, with the end of each host's log
   */
  public GroupView start(CellOptions options)
      throws IOException, DemoException, InterruptedException {
    prepare(options);
    return launch();
  }

  /** Writes the files; nothing is started yet. */
  public synchronized DemoFiles prepare(CellOptions options) throws IOException, DemoException {
    files = DemoFiles.write(directory, options);
    hosts = files.hosts().stream()
        .map(h -> new HostProcess(h, files.configuration(), options.jvmOptions()))
        .toList();
    edge = files
        .edge()
        .map(e -> new HostProcess(e.host(), files.configuration(), options.jvmOptions()));
    watch = new StatusWatch(client, files.hosts());
    return files;
  }

  /** Starts all hosts of a prepared cell, as {@link #start} does. */
  public GroupView launch() throws IOException, DemoException, InterruptedException {
    for (HostProcess host : hosts) {
      start(host);
    }
    if (edge.isPresent()) {
      start(edge.get());
    }
    watch.start();
    try {
      return watch.await("three nodes streaming", START_LIMIT, Wholeness::whole, this::dead);
    } catch (DemoException e) {
      throw new DemoException(e.getMessage() + logs(), e);
    }
  }

  /** The first host whose JVM ended although nobody had asked for it. */
  private Optional<String> dead() {
    return hosts.stream()
        .filter(h -> !h.alive())
        .map(h -> "the JVM of " + h.host().name() + " has ended")
        .findFirst();
  }

  /** Starts the JVM of a host, unless everything is about to end. */
  public synchronized void start(HostProcess host) throws IOException {
    if (!closing.get()) {
      host.start();
    }
  }

  /** The end of each host's log. */
  public String logs() {
    StringBuilder text = new StringBuilder();
    all()
        .forEach(
            h -> text.append("\n--- ").append(h.host().name()).append("\n").append(h.logTail()));
    return text.toString();
  }

  /**
   * Copies the configuration and all logs into this directory.
   *
   * @throws IOException when the directory does not take them
   */
  public void keepLogs(Path target) throws IOException {
    if (files != null) {
      Kept.save(files, target);
    }
  }

  /** Holds everything of the cell. */
  public Path directory() {
    return directory;
  }

  /** The three hosts. */
  public List<HostProcess> hosts() {
    return hosts;
  }

  /** The edge, in a cell with one. */
  public Optional<HostProcess> edge() {
    return edge;
  }

  /** The host beside a node. */
  public HostProcess hostOf(String node) {
    return hosts.stream().filter(h -> h.host().node().equals(node)).findFirst().orElseThrow();
  }

  /** What the cell was started with. */
  public DemoFiles files() {
    return files;
  }

  /** What the hosts say, several times a second. */
  public StatusWatch watch() {
    return watch;
  }

  /** Asks one host. */
  public StatusClient client() {
    return client;
  }

  /** Sends signals to processes of the cell. */
  public Signals signals() {
    return signals;
  }

  /** Whether the end has begun; then nothing is started any more. */
  boolean closing() {
    return closing.get();
  }

  /**
   * Stops JVMs first, so that no agent starts its server again, then the servers, then removes all files. Whoever calls
   * it second waits for the first.
   */
  @Override
  public void close() throws IOException, InterruptedException {
    synchronized (this) {
      closing.set(true);
    }
    synchronized (teardown) {
      if (!closed) {
        tearDown();
        closed = true;
      }
    }
  }

  private List<HostProcess> all() {
    return Stream.concat(hosts.stream(), edge.stream()).toList();
  }

  private void tearDown() throws IOException, InterruptedException {
    if (watch != null) {
      watch.close();
    }
    new Teardown(directory, all(), signals).run();
    try {
      if (keep.isPresent() && files != null) {
        Kept.save(files, keep.get());
      }
    } finally {
      DemoDirectory.delete(directory);
      signals.close();
      guard.close();
    }
  }
}
