package io.conclave.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code conclave status}: groups, nodes and votes. */
@Command(name = "status", description = "Shows groups, nodes and votes.")
final class StatusCommand implements Callable<Integer> {
  private static final long PERIOD_MS = 1000;

  private static final String HOME_AND_CLEAR = "\033[H\033[J";

  @Spec
  private CommandSpec spec;

  @Mixin
  private Hosts hosts;

  @Option(names = "--json", description = "Print what the host answered, unchanged.")
  private boolean json;

  @Option(
      names = "--watch",
      description = "Repeat every second until Ctrl-C; redraws in place on a terminal.")
  private boolean watch;

  @Override
  public Integer call() {
    ControlPlane cell = hosts.connect();
    if (watch) {
      watch(cell);
    } else {
      show(cell);
    }
    return ExitCodes.DONE;
  }

  private void show(ControlPlane cell) {
    JsonNode status = cell.get("/conclave/groups");
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(status.toPrettyString());
    } else {
      StatusText.lines(StatusView.of(status)).forEach(out::println);
    }
    out.flush();
  }

  private void watch(ControlPlane cell) {
    ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    try {
      clock
          .scheduleWithFixedDelay(() -> showAgain(cell), 0, PERIOD_MS, TimeUnit.MILLISECONDS)
          .get();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException failed) {
      throw new IllegalStateException(failed.getCause());
    } finally {
      clock.shutdownNow();
    }
  }

  /** A cell that does not answer just now is what one wants to see while watching. */
  private void showAgain(ControlPlane cell) {
    PrintWriter out = spec.commandLine().getOut();
    out.print(Terminal.isOutput() && !json ? HOME_AND_CLEAR : "");
    try {
      show(cell);
    } catch (CommandFailure noAnswer) {
      out.println(noAnswer.getMessage());
      out.flush();
    }
  }
}
