package io.conclave.chaos;

import io.conclave.chaos.Expectation.Failover;
import io.conclave.chaos.Seen.ChannelSeen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Compares what was seen with what was expected. */
final class Judge {
  private Judge() {}

  /** Everything that is not as it must be, a sentence each; empty when the run has passed. */
  static List<String> complaints(Expectation expected, Seen seen) {
    List<String> complaints = new ArrayList<>(seen.problems());
    for (ChannelSeen channel : seen.channels()) {
      ledger(channel, complaints);
      Channel by = channel.channel();
      stale(by.word(), by, channel.stale(), expected, complaints);
      outage(channel, expected.outage().get(channel.channel()), complaints);
      errors(channel, expected.failed().get(channel.channel()), complaints);
    }
    complaints.addAll(ReadsJudge.complaints(expected, seen));
    if (seen.channels().isEmpty()) {
      complaints.add("there was no load");
    }
    failover(expected.failover(), seen, complaints);
    int most = expected.failoversAtMost().orElse(Integer.MAX_VALUE);
    if (seen.failovers() > most) {
      complaints.add("%d epochs began, at most %d may".formatted(seen.failovers(), most));
    }
    if (seen.primaries().size() != 1) {
      complaints.add("%d servers let clients write at the end, and one must: %s"
          .formatted(seen.primaries().size(), String.join(", ", seen.primaries())));
    }
    return complaints;
  }

  private static void ledger(ChannelSeen seen, List<String> complaints) {
    count(seen, seen.lost(), "acknowledged writes are lost", complaints);
    count(seen, seen.duplicates(), "writes are there twice", complaints);
    count(seen, seen.orderViolations(), "writes are out of order", complaints);
    count(seen, seen.phantoms(), "refused writes are there", complaints);
  }

  /** Reads through this channel, of the clients that are named so. */
  static void stale(
      String who, Channel channel, Staleness stale, Expectation expected, List<String> complaints) {
    Optional<Duration> until = Optional.ofNullable(expected.staleUntil().get(channel))
        .or(() -> channel == Channel.DIRECT ? Optional.empty() : Optional.of(Duration.ZERO));
    until
        .flatMap(stale::objection)
        .ifPresent(what -> complaints.add("%s: %s".formatted(who, what)));
  }

  private static void count(ChannelSeen seen, long count, String what, List<String> complaints) {
    if (count > 0) {
      complaints.add("%s: %d %s".formatted(seen.channel().word(), count, what));
    }
  }

  private static void outage(ChannelSeen seen, Duration bound, List<String> complaints) {
    if (seen.acked() == 0) {
      complaints.add("%s: no write was acknowledged".formatted(seen.channel().word()));
    } else if (bound != null && seen.outageMs() > bound.toMillis()) {
      complaints.add("%s: an outage of %.0f ms, at most %d ms are allowed"
          .formatted(seen.channel().word(), seen.outageMs(), bound.toMillis()));
    }
  }

  private static void errors(ChannelSeen seen, Integer most, List<String> complaints) {
    if (most != null && seen.failed() + seen.unknown() > most) {
      complaints.add("%s: %d operations were refused and %d ended without an answer, at most %d may"
          .formatted(seen.channel().word(), seen.failed(), seen.unknown(), most));
    }
  }

  private static void failover(Failover expected, Seen seen, List<String> complaints) {
    if (expected == Failover.MUST && seen.failovers() < 1) {
      complaints.add("the primary did not change, and must");
    } else if (expected == Failover.MUST_NOT && seen.failovers() != 0) {
      complaints.add("the primary changed (%d epochs, %s to %s), and must not"
          .formatted(seen.failovers(), seen.oldPrimary(), seen.newPrimary()));
    }
  }
}
