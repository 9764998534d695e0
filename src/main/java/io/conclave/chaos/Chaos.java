package io.conclave.chaos;

import io.conclave.chaos.Service.Kind;
import io.conclave.cli.ChaosRequest;
import io.conclave.cli.ExitCodes;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The command {@code conclave chaos}: does what scenarios say to a stack of containers, and judges it. Whatever ends it, what it
 * did is healed, and what it started is removed.
 */
public final class Chaos {
  private static final Duration FIRST_LIMIT = Duration.ofMinutes(6);

  private final ChaosRequest request;
  private final Path logs;
  private final Tally tally;
  private final PrintStream out;
  private final PrintStream err;
  private final Waiting waiting = new Waiting();
  private final Docker docker;
  private final Stack stack;
  private final List<Scenario> scenarios;
  private volatile Optional<Setting> setting = Optional.empty();
  private boolean closed;

  private Chaos(
      ChaosRequest request,
      Path home,
      List<Scenario> scenarios,
      Tally tally,
      PrintStream out,
      PrintStream err)
      throws ChaosException, InterruptedException {
    this.request = request;
    this.scenarios = List.copyOf(scenarios);
    this.logs = Evidence.directory(
        home.resolve("target/chaos"), Instant.now(), ProcessHandle.current().pid());
    this.tally = tally;
    this.out = out;
    this.err = err;
    boolean own = request.project().isEmpty();
    this.docker = Docker.in(home, own ? Stack.OWN_ENVIRONMENT : Map.of());
    this.stack = own
        ? Stack.own(docker, home, Stack.Extras.of(scenarios))
        : Stack.ofOperator(docker, home, request.project().get());
  }

  /**
   * Runs the scenarios.
   *
   * @return 0 when all have passed, 1 otherwise
   * @throws IllegalArgumentException when a scenario is unknown
   * @throws io.conclave.settings.SettingsException when a scenario is wrong
   */
  public static int run(ChaosRequest request, PrintStream out, PrintStream err)
      throws InterruptedException {
    Path home = home();
    List<Scenario> scenarios =
        new ScenarioFiles(home.resolve("chaos/scenarios")).read(request.names(), request.smoke());
    if (request.list()) {
      scenarios.forEach(s -> out.println("%-30s %s".formatted(s.name(), s.title())));
      return ExitCodes.DONE;
    }
    Tally tally = new Tally(request, scenarios, out);
    try {
      run(request, home, scenarios, tally, out, err);
    } catch (IOException e) {
      err.println("conclave chaos: a report cannot be written: " + e);
      return ExitCodes.FAILED;
    }
    return tally.exitCode();
  }

  private static void run(
      ChaosRequest request,
      Path home,
      List<Scenario> scenarios,
      Tally tally,
      PrintStream out,
      PrintStream err)
      throws IOException, InterruptedException {
    try {
      new Chaos(request, home, scenarios, tally, out, err).run();
    } catch (ChaosException e) {
      err.println("conclave chaos: " + e.getMessage());
      tally.fail(e.getMessage());
    } finally {
      // Without a stack nobody has done it.
      tally.tell();
    }
  }

  /** The repository: where the launcher is. */
  private static Path home() {
    return Optional.ofNullable(System.getProperty("conclave.launcher"))
        .map(launcher -> Path.of(launcher).toAbsolutePath().getParent())
        .orElse(Path.of("").toAbsolutePath());
  }

  private void run() throws ChaosException, IOException, InterruptedException {
    Thread hook = new Thread(this::closeQuietly, "chaos-end");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      say("logs of failures: " + logs);
      setting = Optional.of(open());
      out.println(ResultTable.head());
      List<Scenario> fit = fitting(setting.get());
      for (int run = 1; run <= request.runs(); run++) {
        for (Scenario scenario : fit) {
          runOnce(scenario, run);
        }
      }
    } catch (ChaosException e) {
      if (!waiting.ended()) {
        tally.fail(e.getMessage());
        throw e;
      }
    } finally {
      close();
      forget(hook);
    }
  }

  /** Those that can be done; a stack of one's own is started with what they need, and where it lacks something that is an error. */
  private List<Scenario> fitting(Setting now) throws ChaosException, InterruptedException {
    if (stack.own()) {
      return scenarios;
    }
    Needs needs =
        new Needs(now.cell().latest(), Picture.of(now.cell(), now.edges()), now.inside()::refusal);
    List<Scenario> fit = new ArrayList<>();
    for (Scenario scenario : scenarios) {
      Optional<String> missing = needs.missing(scenario);
      if (missing.isPresent()) {
        tally.skip(new Skipped(scenario.name(), scenario.title(), missing.get()));
      } else {
        fit.add(scenario);
      }
    }
    return fit;
  }

  private void runOnce(Scenario scenario, int run) throws ChaosException, InterruptedException {
    if (waiting.ended()) {
      throw new ChaosException("interrupted");
    }
    Setting now = setting.orElseThrow();
    RunResult result = new ScenarioRun(now, scenario).run(run);
    if (waiting.ended()) {
      return;
    }
    tally.add(result);
    if (!result.passed() && stack.own() && isBroken(now)) {
      say("the stack is not whole: starts another one");
      now.cell().close();
      stack.down();
      setting = Optional.of(open());
    }
  }

  private static boolean isBroken(Setting now) throws ChaosException, InterruptedException {
    return now.stack().missing(now.services()).isPresent()
        || now.cell().missing(now.cell().latest()).isPresent();
  }

  private Setting open() throws ChaosException, InterruptedException {
    if (stack.own()) {
      say("starts the stack as compose project " + stack.project());
    }
    Instant began = Instant.now();
    stack.up();
    Evidence evidence = new Evidence(docker, logs);
    Cell cell = new Cell(stack.containers());
    try {
      cell.awaitWhole("the stack of project " + stack.project() + " is whole", FIRST_LIMIT);
    } catch (ChaosException e) {
      cell.close();
      Path kept = evidence.keep("start", began, suspects(), List.of(e.getMessage()), Map.of());
      throw new ChaosException(e.getMessage() + "; logs: " + kept, e);
    }
    List<Service> services = cell.services();
    StackSecrets secrets = StackSecrets.of(stack.environment());
    Edges edges = new Edges(docker, services, secrets);
    return new Setting(
        stack,
        cell,
        services,
        edges,
        secrets,
        new Inside(docker),
        new Injector(docker, cell, edges, new Events(stack, cell, edges, waiting), waiting),
        evidence,
        waiting);
  }

  /** Of a stack that says nothing of itself: in each of its hosts logs of a server are looked for. */
  private List<Service> suspects() throws ChaosException, InterruptedException {
    return stack.containers().stream()
        .filter(Stack.Container::isHost)
        .map(c -> new Service(c.service(), c.id(), c.address(), Kind.MEMBER, ""))
        .toList();
  }

  private void say(String what) {
    err.println("conclave chaos: " + what);
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException endHasBegun) {
      // The hook runs now, and finds nothing to do.
      return;
    }
  }

  private void closeQuietly() {
    waiting.end();
    tally.fail("interrupted");
    try {
      close();
    } catch (ChaosException | IOException e) {
      say(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Tells what was measured, heals, and removes what was started; whoever comes second waits for the first. */
  private synchronized void close() throws ChaosException, IOException, InterruptedException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      tally.tell();
    } finally {
      cleanUp();
    }
  }

  private void cleanUp() throws ChaosException, InterruptedException {
    try {
      if (setting.isPresent()) {
        setting.get().cell().close();
        setting.get().injector().heal();
      }
    } finally {
      if (stack.own() && request.keep()) {
        say("keeps the stack: chaos/run --project " + stack.project() + " uses it");
      } else {
        stack.down();
      }
    }
  }
}
