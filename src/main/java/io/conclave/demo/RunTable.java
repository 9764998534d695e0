package io.conclave.demo;

/** The table that {@code --fault} prints: one line per run. */
final class RunTable {
  private static final String FORMAT =
      "%-4s %9s %8s %8s %8s %11s %8s %8s %5s %5s %6s %-10s %9s  %s";

  private RunTable() {}

  static String head() {
    return FORMAT
        .formatted(
            "run",
            "outage ms",
            "detect",
            "fence",
            "promote",
            "established",
            "acked",
            "unknown",
            "lost",
            "dup",
            "stale",
            "rejoin",
            "rejoin ms",
            "primary")
        .stripTrailing();
  }

  static String line(int run, RunReport r) {
    return FORMAT
        .formatted(
            run,
            r.outageMs(),
            text(r.detectMs()),
            text(r.fenceMs()),
            text(r.promoteMs()),
            text(r.establishedMs()),
            r.acked(),
            r.unknown(),
            r.lost(),
            r.duplicates(),
            r.staleReads(),
            r.rejoin(),
            text(r.rejoinMs()),
            r.oldPrimary() + " -> " + r.newPrimary()
                + (r.coordinatorLost() ? " (with the coordinator)" : ""))
        .stripTrailing();
  }

  static String summary(Report report) {
    Spread o = report.outageMs();
    long lost = report.runs().stream().mapToLong(RunReport::lost).sum();
    long duplicates = report.runs().stream().mapToLong(RunReport::duplicates).sum();
    return "outage ms: min %.1f, median %.1f, p99 %.1f, max %.1f; lost %d, duplicates %d"
        .formatted(o.min(), o.median(), o.p99(), o.max(), lost, duplicates);
  }

  private static String text(Long ms) {
    return ms == null ? "-" : ms.toString();
  }
}
