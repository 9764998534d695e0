package io.conclave.demo;

import io.conclave.cli.StatusText;
import io.conclave.workload.Ledger;
import io.conclave.workload.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Status and load together, as people watch them. */
final class LiveTable {
  private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** What people may do now: the last lines, so that they stay in sight. */
  private static final List<String> NEXT = List.of(
      "",
      "In another terminal:  ./conclave status    ./conclave switchover",
      "                      ./conclave demo fault kill|kill-host|freeze|switchover",
      "Ctrl-C ends the demo and removes everything.");

  private final StatusWatch watch;
  private final Workload workload;
  private final long begin = System.nanoTime();

  LiveTable(StatusWatch watch, Workload workload) {
    this.watch = watch;
    this.workload = workload;
  }

  List<String> lines() {
    List<String> lines =
        new ArrayList<>(watch.latest().map(StatusText::lines).orElse(List.of("no host answers")));
    watch.latest().flatMap(Wholeness::missing).ifPresent(m -> lines.add("waits: " + m));
    lines.add(load(System.nanoTime()));
    lines.addAll(NEXT);
    return lines;
  }

  private String load(long now) {
    long from = Math.max(begin, now - WINDOW_NANOS);
    Ledger.Window window = workload.ledger().window(from, now);
    double seconds = Math.max(0.001, (now - from) / 1e9);
    return "%.0f writes/s, longest gap %.0f ms, unknown %d (last 10 s); stale reads %d"
        .formatted(
            window.acknowledged() / seconds,
            window.outageMs(),
            window.unknown(),
            workload.staleReads().size());
  }
}
