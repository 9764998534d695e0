package io.conclave.demo;

import io.conclave.core.Durability.WhenAlone;
import io.conclave.workload.LoadShape;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What {@code conclave demo} does.
 *
 * @param fault what is done to the primary; with {@link Fault#NONE} and no duration it runs until it is interrupted
 * @param runs how often, at least 1
 * @param json file for the report
 * @param duration how long the steady load lasts; only with {@link Fault#NONE}
 * @param stallJvms how long each JVM in turn is stopped during the steady load
 * @param busy whether all cores are kept busy by other processes
 * @param postgres {@code auto}, {@code embedded} or an absolute directory of PostgreSQL's programs
 * @param profile timings profile, {@code lan} or {@code wan}
 * @param shape load
 */
public record DemoOptions(
    Fault fault,
    int runs,
    Optional<Path> json,
    Optional<Duration> duration,
    Optional<Duration> stallJvms,
    boolean busy,
    String postgres,
    String profile,
    LoadShape shape) {

  /** What the command does without any option. */
  public static final DemoOptions DEFAULT = new DemoOptions(
      Fault.NONE,
      1,
      Optional.empty(),
      Optional.empty(),
      Optional.empty(),
      false,
      "auto",
      "lan",
      LoadShape.DEFAULT);

  /**
   * Checks what contradicts itself.
   *
   * @throws IllegalArgumentException with a sentence that names the option
   */
  public DemoOptions {
    if (runs < 1) {
      throw new IllegalArgumentException("--runs " + runs + ": at least 1");
    }
    if (fault != Fault.NONE && (duration.isPresent() || stallJvms.isPresent())) {
      throw new IllegalArgumentException("--minutes and --stall-jvms go with --fault none only");
    }
    if (duration.isEmpty() && stallJvms.isPresent()) {
      throw new IllegalArgumentException("--stall-jvms needs --minutes");
    }
    if (duration.isPresent() && duration.get().compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException("--minutes: more than a second");
    }
    if (stallJvms.isPresent() && stallJvms.get().toMillis() < 1) {
      throw new IllegalArgumentException("--stall-jvms: at least 1 ms");
    }
  }

  /** The cell that the demo starts. */
  CellOptions cell() {
    return new CellOptions(postgres, profile, WhenAlone.STRICT);
  }

  /** Whether the live table is shown until somebody interrupts it. */
  public boolean interactive() {
    return fault == Fault.NONE && duration.isEmpty();
  }
}
