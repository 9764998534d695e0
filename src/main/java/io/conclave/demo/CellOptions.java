package io.conclave.demo;

import io.conclave.core.Durability.WhenAlone;

/**
 * What a cell on loopback is like.
 *
 * @param postgres {@code auto}, {@code embedded} or an absolute directory of PostgreSQL's programs
 * @param profile timings profile, {@code lan} or {@code wan}
 * @param whenAlone what becomes of commits when no standby is left
 */
public record CellOptions(String postgres, String profile, WhenAlone whenAlone) {
  /** The machine's PostgreSQL, timings of a LAN. */
  public static CellOptions of(WhenAlone whenAlone) {
    return new CellOptions("auto", "lan", whenAlone);
  }
}
