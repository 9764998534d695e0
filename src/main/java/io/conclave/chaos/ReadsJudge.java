package io.conclave.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Judges what those have seen who only read. That they are answered again at the end is waited for. */
final class ReadsJudge {
  /**
   * The edges' limit counts bytes, and there are hardly any here: this is time, and generous, so that only a standby that is read from
   * although it does not follow is found.
   */
  private static final Duration MOST_LAG = Duration.ofSeconds(10);

  private ReadsJudge() {}

  /** Everything that is not as it must be, a sentence each. */
  static List<String> complaints(Expectation expected, Seen seen) {
    List<String> complaints = new ArrayList<>();
    for (ReadsSeen reads : seen.reads()) {
      String who = "reads through " + reads.channel().word();
      if (reads.answered() == 0) {
        complaints.add(who + ": none was answered");
      }
      Judge.stale(who, reads.channel(), reads.stale(), expected, complaints);
      if (reads.lagMs() > MOST_LAG.toMillis()) {
        complaints.add(
            "%s: a standby was %.0f ms behind although all was well, at most %d ms are allowed"
                .formatted(who, reads.lagMs(), MOST_LAG.toMillis()));
      }
    }
    return complaints;
  }
}
