package io.conclave.demo;

import io.conclave.cli.DemoFault;
import io.conclave.cli.StatusView.GroupView;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Does the fault to the primary's host, and undoes what an operator or an init system would undo. */
final class FaultInjector {
  private final Cell cell;
  private Optional<CompletableFuture<HttpResponse<String>>> asked = Optional.empty();

  FaultInjector(Cell cell) {
    this.cell = cell;
  }

  /**
   * Injects the fault.
   *
   * @return the moment just before it
   */
  Moment inject(DemoFault fault, GroupView group) throws DemoException {
    asked = Optional.empty();
    HostProcess victim = cell.hostOf(group.primary());
    return switch (fault) {
      case KILL -> signal("KILL", List.of(postmaster(victim)));
      case KILL_HOST -> signal("KILL", victim.pids());
      case FREEZE -> signal("STOP", victim.pids());
      case SWITCHOVER -> switchover(victim);
    };
  }

  private Moment signal(String signal, List<Long> pids) {
    Moment now = Moment.now();
    cell.signals().send(signal, pids);
    return now;
  }

  private static Long postmaster(HostProcess victim) throws DemoException {
    Optional<Long> pid = ProcessList.postmaster(victim.host().dataDirectory());
    return pid.orElseThrow(
        () -> new DemoException("no server runs in " + victim.host().dataDirectory()));
  }

  /** Any host may be asked; the answer is not waited for here, what becomes of it is in the status. */
  private Moment switchover(HostProcess victim) {
    HostProcess host =
        cell.hosts().stream().filter(h -> h != victim).findFirst().orElse(victim);
    Moment now = Moment.now();
    asked = Optional.of(cell.client().switchover(host.host()));
    return now;
  }

  /** Why the switchover that was asked for will not come; empty while it may. */
  Optional<String> refusal() {
    return asked.filter(CompletableFuture::isDone).flatMap(FaultInjector::refusal);
  }

  private static Optional<String> refusal(CompletableFuture<HttpResponse<String>> answer) {
    if (answer.isCompletedExceptionally()) {
      return Optional.of("the request for a switchover failed");
    }
    HttpResponse<String> response = answer.join();
    return response.statusCode() == 200
        ? Optional.empty()
        : Optional.of(
            "the switchover was answered with " + response.statusCode() + " " + response.body());
  }

  /**
   * Lets the host come back.
   *
   * @return the moment from which it could
   */
  Moment repair(DemoFault fault, HostProcess victim) throws IOException {
    if (fault == DemoFault.FREEZE) {
      return signal("CONT", victim.pids());
    }
    Moment now = Moment.now();
    if (fault == DemoFault.KILL_HOST) {
      cell.start(victim);
    }
    return now;
  }
}
