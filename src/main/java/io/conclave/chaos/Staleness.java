package io.conclave.chaos;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.conclave.demo.Spread;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads that were answered by a server which was not in recovery, and that missed a write which had been acknowledged before they
 * were sent, to a client of whichever channel.
 *
 * @param firstMs when the first one was answered, in ms since the fault; null for none
 * @param lastMs the same of the last one
 */
record Staleness(
    @JsonProperty("stale_reads") long reads,
    @JsonProperty("stale_first_ms") Double firstMs,
    @JsonProperty("stale_last_ms") Double lastMs) {
  static final Staleness NONE = new Staleness(0, null, null);

  /**
   * Counts.
   *
   * @param answeredNanos when each was answered
   */
  static Staleness of(List<Long> answeredNanos, long faultNanos) {
    List<Long> since =
        answeredNanos.stream().map(nanos -> nanos - faultNanos).sorted().toList();
    return since.isEmpty()
        ? NONE
        : new Staleness(since.size(), ms(since.get(0)), ms(since.get(since.size() - 1)));
  }

  private static double ms(long nanos) {
    return Spread.round(nanos / 1e6);
  }

  /**
   * What is wrong with it.
   *
   * @param until for so long after the fault they may be answered: where the old primary is out of the edges' reach too, the
   *     protocol promises a bound and no more
   */
  Optional<String> objection(Duration until) {
    if (reads == 0 || (firstMs >= 0 && lastMs <= until.toMillis())) {
      return Optional.empty();
    }
    String allowed =
        until.isZero() ? "" : ", at most until %d ms they may".formatted(until.toMillis());
    return Optional.of(String.format(
        Locale.ROOT,
        "%d reads missed an acknowledged write, from %.0f to %.0f ms after the fault%s",
        reads,
        firstMs,
        lastMs,
        allowed));
  }
}
