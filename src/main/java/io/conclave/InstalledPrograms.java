package io.conclave;

import io.conclave.cli.DemoRequest;
import io.conclave.cli.ExitCodes;
import io.conclave.cli.Programs;
import io.conclave.cli.WorkloadRequest;
import io.conclave.core.HostId;
import io.conclave.settings.ConclaveSettings;

/** Wires the command line to what this build contains. Daemon, demo and workload come with the branches that write them. */
final class InstalledPrograms implements Programs {
  @Override
  public int node(ConclaveSettings settings, HostId host) {
    return missing("the daemon");
  }

  @Override
  public int demo(DemoRequest request) {
    return missing("the demo");
  }

  @Override
  public int workload(WorkloadRequest request) {
    return missing("the workload");
  }

  @Override
  public int train() {
    return Training.run();
  }

  private static int missing(String part) {
    System.err.println("conclave: this build does not contain " + part);
    return ExitCodes.FAILED;
  }
}
