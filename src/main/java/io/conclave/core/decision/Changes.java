package io.conclave.core.decision;

import io.conclave.core.FailoverSummary;
import io.conclave.core.NodeId;
import io.conclave.core.decision.Decision.CalledOff;
import io.conclave.core.decision.Decision.CandidateChosen;
import io.conclave.core.decision.Decision.Established;
import io.conclave.core.decision.Decision.FailoverBegun;
import io.conclave.core.decision.Decision.Formed;
import io.conclave.core.decision.Decision.Promoted;
import io.conclave.core.decision.Decision.SwitchoverBegun;
import java.util.List;
import java.util.Optional;

/**
 * Changes of the primary, put together from the records of however many coordinators had a hand in them. A change is
 * what lies between two established epochs.
 */
public final class Changes {
  private Changes() {}

  /**
   * The last change that was ended.
   *
   * @param records of one group, in any order
   */
  public static Optional<FailoverSummary> last(List<DecisionRecord> records) {
    List<DecisionRecord> sorted =
        records.stream().sorted(DecisionRecord.BY_BALLOT).toList();
    for (int end = sorted.size() - 1; end >= 0; end--) {
      if (sorted.get(end).decision() instanceof Established established) {
        return Optional.of(summary(sorted, end, established));
      }
    }
    return Optional.empty();
  }

  /**
   * The records of the change of the primary that one of them belongs to, in their order; only itself when it belongs to none.
   *
   * @param records of any groups, in any order
   */
  public static List<DecisionRecord> storyOf(List<DecisionRecord> records, DecisionRecord about) {
    if (!isOfChange(about.decision())) {
      return List.of(about);
    }
    List<DecisionRecord> steps = records.stream()
        .filter(record -> record.group().equals(about.group()) && isOfChange(record.decision()))
        .sorted(DecisionRecord.BY_BALLOT)
        .toList();
    int at = Math.max(0, steps.indexOf(about));
    int first = at;
    while (first > 0 && !isEnd(steps.get(first - 1).decision())) {
      first--;
    }
    int last = at;
    while (last < steps.size() - 1 && !isEnd(steps.get(last).decision())) {
      last++;
    }
    return steps.subList(first, last + 1);
  }

  private static boolean isEnd(Decision decision) {
    return decision instanceof Established || decision instanceof CalledOff;
  }

  private static boolean isOfChange(Decision decision) {
    return !(decision instanceof Decision.SyncSetChanged
        || decision instanceof Decision.SwitchoverRefused
        || decision instanceof Decision.Resigned
        || (decision instanceof Decision.TakenOver over && over.begun().isEmpty()));
  }

  private static FailoverSummary summary(
      List<DecisionRecord> sorted, int end, Established established) {
    int first = begin(sorted, end);
    long epoch = established.epoch();
    Optional<DecisionRecord> cause = first < 0 ? Optional.empty() : Optional.of(sorted.get(first));
    List<DecisionRecord> change = sorted.subList(Math.max(0, first), end + 1);
    Optional<DecisionRecord> chosen = last(change, CandidateChosen.class, epoch);
    return new FailoverSummary(
        sorted.get(end).id(),
        cause
            .map(record -> causeOf(record.decision()))
            .orElse(established.cause())
            .name(),
        from(cause).or(established::from),
        Optional.of(established.configuration().primary()),
        epoch,
        cause.map(DecisionRecord::atEpochMs).orElse(0L),
        chosen.map(DecisionRecord::atEpochMs).orElse(0L),
        last(change, Promoted.class, epoch).map(DecisionRecord::atEpochMs).orElse(0L),
        sorted.get(end).atEpochMs(),
        cause.map(record -> votes(record.decision())).orElse(""),
        chosen.map(record -> evidence((CandidateChosen) record.decision())).orElse(""));
  }

  /** Where the change began that ended here: its last cause after the established epoch before, unless it was called off. */
  private static int begin(List<DecisionRecord> sorted, int end) {
    for (int i = end - 1; i >= 0; i--) {
      Decision decision = sorted.get(i).decision();
      if (isCause(decision)) {
        return i;
      }
      if (isEnd(decision)) {
        return -1;
      }
    }
    return -1;
  }

  private static boolean isCause(Decision decision) {
    return decision instanceof FailoverBegun
        || decision instanceof SwitchoverBegun
        || decision instanceof Formed;
  }

  private static Cause causeOf(Decision decision) {
    return decision instanceof FailoverBegun
        ? Cause.VERDICT
        : decision instanceof SwitchoverBegun ? Cause.SWITCHOVER : Cause.BOOTSTRAP;
  }

  private static Optional<NodeId> from(Optional<DecisionRecord> cause) {
    return cause.map(DecisionRecord::decision).flatMap(decision -> {
      if (decision instanceof FailoverBegun failover) {
        return Optional.of(failover.left().primary());
      }
      return decision instanceof SwitchoverBegun switchover
          ? Optional.of(switchover.left().primary())
          : Optional.empty();
    });
  }

  private static Optional<DecisionRecord> last(
      List<DecisionRecord> change, Class<? extends Decision> type, long epoch) {
    return change.stream()
        .filter(
            record -> type.isInstance(record.decision()) && record.decision().epoch() == epoch)
        .reduce((earlier, later) -> later);
  }

  private static String votes(Decision decision) {
    if (!(decision instanceof FailoverBegun failover)) {
      return "";
    }
    return failover
        .shut()
        .map(why -> "none was asked for: the primary had no room to open its gate")
        .orElseGet(() -> String.join(
            ", ",
            failover.votes().votes().stream()
                .map(vote -> vote.sentinel() + " " + vote.opinion())
                .toList()));
  }

  private static String evidence(CandidateChosen chosen) {
    return String.join(
        ", ",
        chosen.candidates().stream()
            .filter(Candidate::fenced)
            .map(node -> "%s epoch %d at %s".formatted(node.node(), node.epoch(), node.position()))
            .toList());
  }
}
