package io.conclave.core.check;

import java.util.Optional;

/**
 * A health check with what narrows it; only checks of standbys go by that.
 *
 * @param lagBytes how far behind the primary a standby may be
 * @param received whether lag counts to what was received, and not to what was replayed
 * @param streaming whether a standby must stream, near or not
 * @param unmet a demand that no node here can meet, in words (a tag, another state of replication)
 */
public record CheckRequest(
    Check check,
    Optional<Long> lagBytes,
    boolean received,
    boolean streaming,
    Optional<String> unmet) {

  /** The bare path. */
  public static CheckRequest of(Check check) {
    return new CheckRequest(check, Optional.empty(), false, false, Optional.empty());
  }
}
