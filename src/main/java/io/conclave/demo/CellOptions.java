package io.conclave.demo;

import io.conclave.core.Durability.WhenAlone;
import java.util.List;

/**
 * What a cell on loopback is like.
 *
 * @param postgres {@code auto}, {@code embedded} or an absolute directory of PostgreSQL's programs
 * @param profile timings profile, {@code lan} or {@code wan}
 * @param whenAlone what becomes of commits when no standby is left
 * @param jvmOptions more options of each host's JVM; without blanks
 */
public record CellOptions(
    String postgres, String profile, WhenAlone whenAlone, List<String> jvmOptions) {
  public CellOptions {
    jvmOptions = List.copyOf(jvmOptions);
  }

  /** The machine's PostgreSQL, timings of a LAN. */
  public static CellOptions of(WhenAlone whenAlone) {
    return new CellOptions("auto", "lan", whenAlone, List.of());
  }

  /** The same with more options of each host's JVM. */
  public CellOptions withJvmOptions(List<String> options) {
    return new CellOptions(postgres, profile, whenAlone, options);
  }
}
