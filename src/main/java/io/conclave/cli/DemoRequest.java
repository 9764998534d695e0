package io.conclave.cli;

import io.conclave.workload.LoadShape;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Options of {@code conclave demo}.
 *
 * @param fault what is done to the primary, {@code runs} times; without it and without a duration the demo runs until
 *     it is interrupted
 * @param coordinatorToo whether the fault takes the coordinator of the group and the cell's singleton with the primary
 * @param runs how often, at least 1
 * @param json where the report goes
 * @param keep where the logs and the configuration of the hosts go at the end
 * @param duration length of a steady load without a fault
 * @param stall how long each JVM in turn is stopped during the steady load
 * @param busy whether all cores are kept busy during the steady load
 * @param postgres auto, embedded or an absolute directory
 * @param profile lan or wan
 * @param shape load
 */
public record DemoRequest(
    Optional<DemoFault> fault,
    boolean coordinatorToo,
    int runs,
    Optional<Path> json,
    Optional<Path> keep,
    Optional<Duration> duration,
    Optional<Duration> stall,
    boolean busy,
    String postgres,
    String profile,
    LoadShape shape) {

  /** What the command does without any option. */
  public static final DemoRequest DEFAULT = new DemoRequest(
      Optional.empty(),
      false,
      1,
      Optional.empty(),
      Optional.empty(),
      Optional.empty(),
      Optional.empty(),
      false,
      "auto",
      "lan",
      LoadShape.DEFAULT);

  /** Whether the live table is shown until somebody interrupts it. */
  public boolean interactive() {
    return fault.isEmpty() && duration.isEmpty();
  }
}
