package io.conclave.workload;

import java.util.List;
import java.util.Optional;

/** The highest acknowledged id of each writer at one moment: a read that is sent afterwards must show as much. */
final class HighWater {
  private final List<Ledgers.Writer> writers;
  private final long[] ids;

  private HighWater(List<Ledgers.Writer> writers, long[] ids) {
    this.writers = writers;
    this.ids = ids;
  }

  static HighWater of(List<Ledgers.Writer> writers) {
    return new HighWater(
        writers,
        writers.stream().mapToLong(writer -> writer.log().highestAcknowledged()).toArray());
  }

  /** The session of each writer. */
  Long[] sessions() {
    return writers.stream().map(Ledgers.Writer::session).toArray(Long[]::new);
  }

  /** The number of each writer in its session. */
  Integer[] numbers() {
    return writers.stream().map(Ledgers.Writer::number).toArray(Integer[]::new);
  }

  /**
   * The worst that an answer misses.
   *
   * @param seen the highest id of each writer in it
   */
  Optional<StaleRead> stale(Endpoint server, List<Long> seen, long beganNanos, long answeredNanos) {
    return mostMissing(ids, seen)
        .map(w -> new StaleRead(
            server,
            writers.get(w).session(),
            writers.get(w).number(),
            ids[w],
            seen.get(w),
            beganNanos,
            answeredNanos));
  }

  /**
   * How long the oldest write that an answer misses had been acknowledged; 0 when it misses none.
   *
   * @param seen the highest id of each writer in it
   */
  long lagNanos(List<Long> seen, long nowNanos) {
    long lag = 0;
    for (int w = 0; w < ids.length; w++) {
      if (seen.get(w) < ids[w]) {
        lag = Math.max(lag, nowNanos - writers.get(w).log().acknowledgedAfter(seen.get(w)));
      }
    }
    return lag;
  }

  /** The writer of which most is missing. */
  static Optional<Integer> mostMissing(long[] acknowledged, List<Long> seen) {
    int worst = -1;
    for (int w = 0; w < acknowledged.length; w++) {
      long missing = acknowledged[w] - seen.get(w);
      if (missing > 0 && (worst < 0 || missing > acknowledged[worst] - seen.get(worst))) {
        worst = w;
      }
    }
    return worst < 0 ? Optional.empty() : Optional.of(worst);
  }
}
