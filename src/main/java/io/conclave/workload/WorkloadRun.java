package io.conclave.workload;

import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The command {@code conclave workload}: writes for a while, then reads back and says what it found. */
public final class WorkloadRun {
  private static final int PROGRESS_SECONDS = 1;

  private WorkloadRun() {}

  /**
   * Runs the workload.
   *
   * @return 0 when the table holds exactly what it must, 1 when it does not, 2 when it could not be prepared or read
   */
  public static int run(WorkloadOptions options, PrintStream out, PrintStream err)
      throws InterruptedException {
    try (Workload workload = Workload.start(options)) {
      long began = System.nanoTime();
      progress(workload, options, began, out);
      workload.close();
      return report(workload, began, System.nanoTime(), out);
    } catch (WorkloadException e) {
      err.println("conclave workload: " + options.servers() + " database " + options.database()
          + ": " + e.getMessage());
      return 2;
    }
  }

  private static void progress(
      Workload workload, WorkloadOptions options, long began, PrintStream out)
      throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    long end = began + options.duration().toNanos();
    long last = began;
    for (long now = began; now < end; now = System.nanoTime()) {
      never.await(
          Math.min(end - now, TimeUnit.SECONDS.toNanos(PROGRESS_SECONDS)), TimeUnit.NANOSECONDS);
      long until = System.nanoTime();
      Ledger.Window w = workload.ledger().window(last, until);
      out.printf(
          Locale.ROOT,
          "%4d s  %6.0f writes/s  %3d failed  %3d unknown  longest gap %.0f ms%n",
          TimeUnit.NANOSECONDS.toSeconds(until - began),
          w.acknowledged() * 1e9 / (until - last),
          w.failed(),
          w.unknown(),
          w.outageMs());
      last = until;
    }
  }

  private static int report(Workload workload, long began, long end, PrintStream out)
      throws WorkloadException {
    LedgerCheck check = workload.check();
    out.printf(
        Locale.ROOT,
        "acknowledged %d, failed %d, unknown %d, rows %d%n"
            + "lost %d, duplicates %d, out of order %d, phantoms %d, stale reads %d, longest gap %.0f ms%n",
        check.acknowledged(),
        check.failed(),
        check.unknown(),
        check.rows(),
        check.lost(),
        check.duplicates(),
        check.orderViolations(),
        check.phantoms(),
        workload.staleReads().size(),
        workload.ledger().window(began, end).outageMs());
    check.examples().forEach(out::println);
    return check.clean() ? 0 : 1;
  }
}
