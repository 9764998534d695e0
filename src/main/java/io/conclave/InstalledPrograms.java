package io.conclave;

import io.conclave.chaos.Chaos;
import io.conclave.cli.ChaosRequest;
import io.conclave.cli.DemoRequest;
import io.conclave.cli.ExitCodes;
import io.conclave.cli.Programs;
import io.conclave.cli.WorkloadRequest;
import io.conclave.core.HostId;
import io.conclave.demo.Demo;
import io.conclave.settings.ConclaveSettings;
import io.conclave.workload.Credentials;
import io.conclave.workload.WorkloadOptions;
import io.conclave.workload.WorkloadRun;

/** Wires the command line to the daemon, the demo and the workload. */
final class InstalledPrograms implements Programs {
  @Override
  public int node(ConclaveSettings settings, HostId host) {
    return Host.run(settings, host);
  }

  @Override
  public int demo(DemoRequest request) {
    return untilInterrupted(() -> Demo.run(request, System.out, System.err));
  }

  @Override
  public int workload(WorkloadRequest request) {
    WorkloadOptions options = WorkloadOptions.of(
            request.url(), new Credentials(request.user(), request.password()), request.duration())
        .withShape(request.shape());
    return untilInterrupted(() -> WorkloadRun.run(options, System.out, System.err));
  }

  @Override
  public int chaos(ChaosRequest request) {
    return untilInterrupted(() -> Chaos.run(request, System.out, System.err));
  }

  @Override
  public int train() {
    return Training.run();
  }

  private interface Program {
    int run() throws InterruptedException;
  }

  private static int untilInterrupted(Program program) {
    try {
      return program.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCodes.FAILED;
    }
  }
}
