package io.conclave.demo;

import io.conclave.cli.StatusView.GroupView;
import io.conclave.workload.Ledger;
import io.conclave.workload.LedgerCheck;
import io.conclave.workload.Workload;
import io.conclave.workload.WorkloadException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Load for a while without any fault, or with short stops of each JVM in turn: nothing may fail over. */
final class SteadyLoad {
  private static final Duration BETWEEN_STALLS = Duration.ofSeconds(5);
  private static final Duration CALM_LIMIT = Duration.ofSeconds(60);

  private final Cell cell;
  private final Workload workload;
  private final Screen screen;

  SteadyLoad(Cell cell, Workload workload, Screen screen) {
    this.cell = cell;
    this.workload = workload;
    this.screen = screen;
  }

  RunReport run(Duration duration, Optional<Duration> stall)
      throws DemoException, InterruptedException, WorkloadException {
    GroupView calm = cell.watch().await("whole before the load", CALM_LIMIT, Wholeness::whole);
    Moment begin = Moment.now();
    for (int turn = 0; begin.elapsedMs() < duration.toMillis(); turn++) {
      pass(Duration.ofMillis(
          Math.min(BETWEEN_STALLS.toMillis(), duration.toMillis() - begin.elapsedMs())));
      if (stall.isPresent()) {
        stall(cell.hosts().get(turn % cell.hosts().size()), stall.get());
      }
      progress(begin);
    }
    return report(calm, begin);
  }

  /** Stops the JVM alone; its server goes on. */
  private void stall(HostProcess host, Duration stall) throws InterruptedException {
    var jvm = host.jvmPids();
    cell.signals().send("STOP", jvm);
    try {
      pass(stall);
    } finally {
      cell.signals().send("CONT", jvm);
    }
  }

  /** Lets time pass: that is what a steady load is. */
  private static void pass(Duration time) throws InterruptedException {
    new CountDownLatch(1).await(Math.max(1, time.toMillis()), TimeUnit.MILLISECONDS);
  }

  private void progress(Moment begin) {
    Ledger.Window window = workload.ledger().window(begin.nanos(), System.nanoTime());
    long epoch = cell.watch().latest().map(GroupView::epoch).orElse(0L);
    screen.say("%5d s  acknowledged %d  unknown %d  longest gap %.0f ms  epoch %d"
        .formatted(
            begin.elapsedMs() / 1000,
            window.acknowledged(),
            window.unknown(),
            window.outageMs(),
            epoch));
  }

  private RunReport report(GroupView calm, Moment begin)
      throws DemoException, InterruptedException, WorkloadException {
    Ledger.Window window = workload.ledger().window(begin.nanos(), System.nanoTime());
    GroupView after = cell.watch().await("whole after the load", CALM_LIMIT, Wholeness::whole);
    LedgerCheck check = workload.check();
    long stale = workload.staleReads().stream()
        .filter(r -> r.answeredNanos() - begin.nanos() >= 0)
        .count();
    return new RunReport(
        Spread.round(window.outageMs()),
        null,
        null,
        null,
        null,
        window.acknowledged(),
        window.unknown(),
        check.lost(),
        check.duplicates(),
        stale,
        null,
        "none",
        null,
        false,
        calm.primary(),
        after.primary(),
        after.epoch(),
        after.epoch() - calm.epoch(),
        check.orderViolations(),
        check.phantoms());
  }
}
