package io.conclave.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** The end of all processes of a demo. Servers outlive their agents by design, so each gets its own stop. */
final class Teardown {
  private static final Duration FAST = Duration.ofSeconds(4);
  private static final Duration IMMEDIATE = Duration.ofSeconds(3);
  private static final Duration KILLED = Duration.ofSeconds(3);

  private final Path directory;
  private final List<HostProcess> hosts;
  private final Signals signals;

  Teardown(Path directory, List<HostProcess> hosts, Signals signals) {
    this.directory = directory;
    this.hosts = hosts;
    this.signals = signals;
  }

  void run() throws IOException, InterruptedException {
    signals.send("CONT", everything());
    stopJvms();
    stopServers("INT", FAST);
    stopServers("QUIT", IMMEDIATE);
    killAll();
    removeSegments();
  }

  private List<Long> everything() {
    return Stream.concat(
            hosts.stream().flatMap(h -> h.pids().stream()),
            ProcessList.pidsUnder(directory).stream())
        .distinct()
        .toList();
  }

  /** A killed JVM leaves nothing: what it would save is about to be removed. */
  private void stopJvms() throws InterruptedException {
    List<Long> jvms = hosts.stream().flatMap(h -> h.jvmPids().stream()).toList();
    signals.send("KILL", jvms);
    awaitExit(jvms, KILLED);
  }

  private void stopServers(String signal, Duration limit) throws InterruptedException {
    List<Long> postmasters = hosts.stream()
        .flatMap(h -> ProcessList.postmaster(h.host().dataDirectory()).stream())
        .filter(ProcessList.pidsUnder(directory)::contains)
        .toList();
    signals.send(signal, postmasters);
    awaitExit(postmasters, limit);
  }

  private void killAll() throws InterruptedException {
    List<Long> left = everything();
    signals.send("KILL", left);
    awaitExit(left, KILLED);
  }

  /** A server that was killed leaves its file and its shared memory behind; one that was stopped removes both. */
  private void removeSegments() throws IOException, InterruptedException {
    for (HostProcess host : hosts) {
      Optional<String> segment = ProcessList.sharedMemory(host.host().dataDirectory());
      if (segment.isPresent()) {
        new ProcessBuilder("ipcrm", "-m", segment.get())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor(5, TimeUnit.SECONDS);
      }
    }
  }

  private static void awaitExit(List<Long> pids, Duration limit) throws InterruptedException {
    CompletableFuture<?>[] exits = pids.stream()
        .flatMap(pid -> ProcessHandle.of(pid).stream())
        .map(ProcessHandle::onExit)
        .toArray(CompletableFuture[]::new);
    try {
      CompletableFuture.allOf(exits).get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException notYet) {
      // The next step is harder.
      return;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
