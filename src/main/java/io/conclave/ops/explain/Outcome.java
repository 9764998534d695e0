package io.conclave.ops.explain;

import io.conclave.core.FailoverSummary;
import io.conclave.core.NodeId;
import io.conclave.core.decision.Cause;
import io.conclave.core.decision.Changes;
import io.conclave.core.decision.Decision;
import io.conclave.core.decision.DecisionRecord;
import java.util.List;
import java.util.Optional;

/** How a change of the primary ended, in one sentence. */
final class Outcome {
  private Outcome() {}

  /**
   * @param story the records of one change, or a single one that belongs to none
   */
  static String of(List<DecisionRecord> story) {
    Decision last = story.get(story.size() - 1).decision();
    if (!(last instanceof Decision.Established established)) {
      return Sentence.of(last);
    }
    FailoverSummary change = Changes.last(story).orElseThrow();
    String way = Cause.valueOf(change.cause()) == Cause.BOOTSTRAP
        ? "bootstrap with " + established.configuration().primary()
        : "%s from %s to %s"
            .formatted(
                Cause.valueOf(change.cause()).word(),
                change.from().map(NodeId::value).orElse("?"),
                established.configuration().primary());
    String time = change.verdictAtEpochMs() == 0
        ? ""
        : " in %d ms".formatted(change.establishedAtEpochMs() - change.verdictAtEpochMs());
    return "%s, epoch %d: done%s".formatted(way, established.epoch(), time);
  }

  /** What an operator wants to know after it. */
  static Optional<String> now(List<DecisionRecord> story) {
    Decision last = story.get(story.size() - 1).decision();
    boolean chosen =
        story.stream().anyMatch(record -> record.decision() instanceof Decision.CandidateChosen);
    if (last instanceof Decision.Established d && chosen) {
      return Optional.of(
          "No acknowledged write was lost: %s had all that the fenced standbys had. At that moment %s."
              .formatted(
                  d.configuration().primary(), Sentence.waits(d.configuration().sync())));
    }
    return last instanceof Decision.SwitchoverRefused || last instanceof Decision.CalledOff
        ? Optional.of("The primary is the one that it was; nothing was lost.")
        : Optional.empty();
  }
}
