package io.conclave.demo;

import io.conclave.cli.DemoRequest;
import io.conclave.cli.RunningDemo;
import io.conclave.cli.Terminal;
import io.conclave.core.Durability.WhenAlone;
import io.conclave.workload.Credentials;
import io.conclave.workload.Endpoint;
import io.conclave.workload.LoadShape;
import io.conclave.workload.Patience;
import io.conclave.workload.Workload;
import io.conclave.workload.WorkloadException;
import io.conclave.workload.WorkloadOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The command {@code conclave demo}: a real group on loopback, three hosts as processes of their own, under load; does
 * faults to it and measures. Whatever ends it, nothing is left behind.
 */
public final class Demo {
  private static final long TERMINAL_MS = 500;
  private static final long PLAIN_MS = 5000;

  private final DemoRequest options;
  private final Screen screen;
  private final Cell cell;
  private Workload workload;

  private Demo(DemoRequest options, PrintStream out) throws IOException {
    this.options = options;
    this.screen = new Screen(out, Terminal.isOutput());
    this.cell = new Cell(RunningDemo.file(), options.keep());
  }

  /**
   * Runs the demo to its end.
   *
   * @return 0 when nothing was lost and each run failed over exactly once (never, without a fault), 1 otherwise
   */
  public static int run(DemoRequest options, PrintStream out, PrintStream err)
      throws InterruptedException {
    try {
      Demo demo = new Demo(options, out);
      Thread hook = new Thread(() -> demo.closeQuietly(err), "demo-end");
      Runtime.getRuntime().addShutdownHook(hook);
      try {
        return demo.go();
      } catch (DemoException | IOException | WorkloadException | RuntimeException e) {
        return demo.failed(e, err);
      } finally {
        demo.close();
        forget(hook);
      }
    } catch (IOException e) {
      err.println("conclave demo: " + e.getMessage());
      return 1;
    }
  }

  /** When the end has begun, what fails now fails because of it. */
  private int failed(Exception e, PrintStream err) {
    if (!cell.closing()) {
      err.println("conclave demo: " + (e instanceof DemoException ? e.getMessage() : e.toString()));
    }
    return 1;
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException endHasBegun) {
      // The hook runs now, and finds nothing to do.
      return;
    }
  }

  private int go() throws DemoException, IOException, WorkloadException, InterruptedException {
    Moment begin = Moment.now();
    screen.say("starting three hosts in " + cell.directory());
    cell.start(
        new CellOptions(options.postgres(), options.profile(), WhenAlone.STRICT, List.of(), false));
    screen.say("3 nodes streaming after %.1f s".formatted(begin.elapsedMs() / 1000.0));
    Workload started = Workload.start(workloadOptions());
    synchronized (this) {
      workload = started;
    }
    FaultRun faults = new FaultRun(cell, started, options.coordinatorToo());
    try (ControlServer control = new ControlServer(faults::run);
        AutoCloseable busy = options.busy() ? new BusyCores(cell.directory()) : () -> {}) {
      new RunningDemo(
              ProcessHandle.current().pid(),
              cell.files().hosts().stream().map(DemoHost::url).map(URI::create).toList(),
              URI.create(control.url()),
              cell.directory().toString())
          .write();
      return options.interactive() ? watch() : measure(faults);
    } catch (DemoException
        | IOException
        | WorkloadException
        | InterruptedException
        | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new DemoException(e.getMessage(), e);
    }
  }

  private WorkloadOptions workloadOptions() {
    List<Endpoint> servers = cell.files().hosts().stream()
        .map(h -> new Endpoint(DemoHost.ADDRESS, h.port()))
        .toList();
    return new WorkloadOptions(
        servers,
        "app",
        new Credentials("app", DemoFiles.randomPassword()),
        Optional.of(cell.files().superuser()),
        "disable",
        options.shape(),
        Patience.DEFAULT,
        options.duration().orElse(Duration.ofDays(1)));
  }

  /** Shows the live table until somebody interrupts. */
  private int watch() throws InterruptedException {
    LiveTable table = new LiveTable(cell.watch(), workload);
    CountDownLatch never = new CountDownLatch(1);
    while (!cell.closing()) {
      screen.show(table.lines());
      never.await(screen.terminal() ? TERMINAL_MS : PLAIN_MS, TimeUnit.MILLISECONDS);
    }
    return 0;
  }

  private int measure(FaultRun faults)
      throws DemoException, IOException, WorkloadException, InterruptedException {
    List<RunReport> runs = new ArrayList<>();
    screen.say(RunTable.head());
    try {
      for (int run = 1; run <= options.runs(); run++) {
        runs.add(runOnce(faults));
        screen.say(RunTable.line(run, runs.get(run - 1)));
      }
    } finally {
      if (!cell.closing()) {
        finish(runs);
      }
    }
    return Report.of(options.fault(), settings(), runs).passed(options.runs()) ? 0 : 1;
  }

  private RunReport runOnce(FaultRun faults)
      throws DemoException, IOException, WorkloadException, InterruptedException {
    return options.fault().isEmpty()
        ? new SteadyLoad(cell, workload, screen)
            .run(options.duration().orElseThrow(), options.stall())
        : faults.run(options.fault().get());
  }

  /** Also when a run has failed: what was measured until then is told. */
  private void finish(List<RunReport> runs) throws IOException {
    Report report = Report.of(options.fault(), settings(), runs);
    screen.say(RunTable.summary(report));
    if (options.json().isPresent()) {
      report.write(options.json().get());
    }
  }

  private Map<String, Object> settings() {
    LoadShape shape = options.shape();
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("nodes", cell.files().hosts().size());
    settings.put("profile", options.profile());
    settings.put("postgres", options.postgres());
    settings.put("writers", shape.writers());
    settings.put("reconnecting_writers", shape.reconnectingWriters());
    settings.put("writes_per_second", shape.keepingPace());
    settings.put("reconnecting_writes_per_second", shape.reconnectingPace());
    settings.put("busy", options.busy());
    settings.put("coordinator_too", options.coordinatorToo());
    settings.put("stall_jvms_ms", options.stall().map(Duration::toMillis).orElse(0L));
    settings.put("cores", Runtime.getRuntime().availableProcessors());
    return settings;
  }

  private void closeQuietly(PrintStream err) {
    try {
      close();
    } catch (IOException e) {
      err.println("conclave demo: " + cell.directory() + " may be left behind: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void close() throws IOException, InterruptedException {
    RunningDemo.remove(cell.directory());
    Workload running;
    synchronized (this) {
      running = workload;
    }
    if (running != null) {
      running.close();
    }
    cell.close();
  }
}
