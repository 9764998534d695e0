package io.conclave.cli;

import io.conclave.core.HostId;
import io.conclave.settings.ConclaveSettings;

/** What the command line starts and does not know: wired in {@code Main}. Each answers an exit code. */
public interface Programs {
  /** Runs the daemon of one host until it is told to stop (SIGTERM, SIGINT). */
  int node(ConclaveSettings settings, HostId host);

  /**
   * Starts a group on this machine.
   *
   * @throws IllegalArgumentException with a sentence, if options contradict one another
   */
  int demo(DemoRequest request);

  /**
   * Writes to a group and checks what became of every write.
   *
   * @throws IllegalArgumentException with a sentence, if options contradict one another
   */
  int workload(WorkloadRequest request);

  /**
   * Does faults to a stack of containers.
   *
   * @throws IllegalArgumentException with a sentence, if a scenario is unknown
   */
  int chaos(ChaosRequest request);

  /** Loads what a daemon loads, so that the class-data archive of this build holds it. */
  int train();
}
