package io.conclave.chaos;

import io.conclave.cli.ChaosRequest;
import io.conclave.cli.ExitCodes;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/** Keeps the results of an invocation, and tells them once: also when it ends early, and when no stack ever runs. */
final class Tally {
  private final ChaosRequest request;
  private final List<Scenario> scenarios;
  private final PrintStream out;
  private final List<RunResult> results = new CopyOnWriteArrayList<>();
  private final List<Skipped> skipped = new CopyOnWriteArrayList<>();
  private final AtomicReference<String> failure = new AtomicReference<>();
  private boolean told;

  Tally(ChaosRequest request, List<Scenario> scenarios, PrintStream out) {
    this.request = request;
    this.scenarios = List.copyOf(scenarios);
    this.out = out;
  }

  void add(RunResult result) {
    results.add(result);
    ResultTable.lines(result).forEach(out::println);
  }

  /** Notes that a scenario is not done at all. */
  void skip(Skipped scenario) {
    skipped.add(scenario);
    out.println(ResultTable.line(scenario));
  }

  /** Notes why there will be no more results; the first reason is the cause of others. */
  void fail(String reason) {
    failure.compareAndSet(null, reason);
  }

  private Report report() {
    return Report.of(
        scenarios, request.runs(), Optional.ofNullable(failure.get()), results, skipped);
  }

  /** Prints the summary and writes the files; nothing when that was done. */
  synchronized void tell() throws IOException {
    if (told) {
      return;
    }
    told = true;
    Report report = report();
    if (!report.runs().isEmpty()) {
      ResultTable.summary(report).forEach(out::println);
    }
    if (request.json().isPresent()) {
      Reports.write(request.json().get(), Reports.json(report));
    }
    if (request.junit().isPresent()) {
      Reports.write(request.junit().get(), Reports.junit(report));
    }
  }

  int exitCode() {
    Report report = report();
    boolean good = report.good() && (!request.goals() || report.meetsGoals());
    return good ? ExitCodes.DONE : ExitCodes.FAILED;
  }
}
