package io.conclave.sentinel;

import io.conclave.core.health.Probe;
import io.conclave.postgres.PrimaryProbe;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Probes one primary at a steady pace, on a thread of its own: a probe that hangs must not keep others waiting. The first comes
 * a pause after the beginning: a login costs a new primary, and its probers, what its first clients wait for.
 */
final class Prober implements AutoCloseable {
  private final PrimaryProbe probe;
  private final Thread thread;
  private volatile boolean closed;

  /**
   * @param everyMs pause before each probe, in ms
   * @param onResult told the end of each, on the prober's thread
   */
  Prober(String name, PrimaryProbe probe, long everyMs, Consumer<Probe> onResult) {
    this.probe = probe;
    this.thread = new Thread(() -> run(everyMs, onResult), "probe-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  private void run(long everyMs, Consumer<Probe> onResult) {
    LockSupport.parkNanos(everyMs * 1_000_000);
    while (!closed) {
      onResult.accept(probe.probe());
      LockSupport.parkNanos(everyMs * 1_000_000);
    }
    probe.close();
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
