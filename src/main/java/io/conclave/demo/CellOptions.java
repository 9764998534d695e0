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
 * @param edge whether a fourth host is an edge; HAProxy and PgBouncer are for others to start
 */
public record CellOptions(
    String postgres, String profile, WhenAlone whenAlone, List<String> jvmOptions, boolean edge) {
  public CellOptions {
    jvmOptions = List.copyOf(jvmOptions);
  }

  /** The machine's PostgreSQL, timings of a LAN. */
  public static CellOptions of(WhenAlone whenAlone) {
    return new CellOptions("auto", "lan", whenAlone, List.of(), false);
  }

  /** The same with an edge. */
  public CellOptions withEdge() {
    return new CellOptions(postgres, profile, whenAlone, jvmOptions, true);
  }

  /** The same with more options of each host's JVM. */
  public CellOptions withJvmOptions(List<String> options) {
    return new CellOptions(postgres, profile, whenAlone, options, edge);
  }
}
