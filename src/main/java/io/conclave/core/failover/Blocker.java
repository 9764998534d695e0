package io.conclave.core.failover;

import io.conclave.core.Configuration;
import io.conclave.core.Fenced;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport;
import io.conclave.core.SyncSet;
import io.conclave.core.decision.Condition;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What stands in the way of the next step, in words for an operator. Every state that can last names its blocker. */
public final class Blocker {
  private Blocker() {}

  /** Empty when nothing is in the way, or it has not lasted long enough to mention. */
  public static Optional<String> of(Rules rules, GroupState state, long nowMs) {
    Turn turn = new Turn(rules, state, nowMs, new UUID(0, 0), new Input.Tick());
    return switch (state.phase()) {
      case CLAIMING, BEGINNING, ESTABLISHING ->
        lasting(
            turn, "no majority of sentinels answers: the register can be neither read nor written");
      case FORMING -> Optional.of(Formation.blocker(turn));
      case STEADY -> steady(turn);
      case HOLDING -> Optional.of(Holds.obstacle(turn).orElse("the edges hold their clients"));
      case PREPARING, DRAINING ->
        lasting(turn, "waiting for the primary: " + state.phase().sentence());
      case FENCING -> Optional.of(fencing(turn));
      case PROMOTING -> lasting(turn, promoting(turn));
      case RESIGNED -> Optional.empty();
    };
  }

  private static Optional<String> lasting(Turn turn, String text) {
    return turn.inPhaseMs() >= turn.rules.timings().suspicionMs()
        ? Optional.of(text)
        : Optional.empty();
  }

  private static Optional<String> steady(Turn turn) {
    boolean exhausted =
        turn.failoversAreExhausted() && Verdict.of(turn, turn.established()) == Verdict.DEAD;
    if (exhausted) {
      return Optional.of("the primary is dead, but there were " + failovers(turn));
    }
    Optional<String> shut = shut(turn);
    if (shut.isPresent()) {
      return shut;
    }
    if (turn.established().sync().k() == 0) {
      return Optional.of(
          "no standby counts for durability (k = 0): no automatic failover is possible");
    }
    return commitsWait(turn)
        .or(() -> turn.change()
            .map(step -> "sync set change: " + step.change().to() + ", " + step.stage()));
  }

  /** A primary that lets nobody in is healthy to every sentinel, and is not left: for whom does it wait? */
  private static Optional<String> shut(Turn turn) {
    if (Conditions.shut(turn).isEmpty()) {
      return Optional.empty();
    }
    String what = "the primary has no room to open its gate, ";
    Condition replacement = Conditions.replacement(turn);
    if (!replacement.holds()) {
      return Optional.of(what + "and nobody can take over: " + replacement.why());
    }
    return turn.failoversAreExhausted()
        ? Optional.of(what + "but there were " + failovers(turn))
        : Optional.empty();
  }

  private static String failovers(Turn turn) {
    return "%d failovers in %d s: waiting, to stop a flapping"
        .formatted(
            turn.rules.timings().failoverLimit(), turn.rules.timings().failoverWindowMs() / 1000);
  }

  /** With fewer streaming members than k no commit is acknowledged. */
  private static Optional<String> commitsWait(Turn turn) {
    SyncSet sync = turn.established().sync();
    List<NodeId> streaming = sync.members().stream()
        .filter(node -> turn.fresh(node)
            .filter(report -> report.receiver() == NodeReport.Receiver.STREAMING)
            .isPresent())
        .toList();
    return streaming.size() >= sync.k()
        ? Optional.empty()
        : lasting(
            turn,
            "commits wait: %d of %s must stream, and %s do"
                .formatted(sync.k(), sync.members(), streaming));
  }

  private static String fencing(Turn turn) {
    Map<NodeId, Fenced> fenced = turn.fenced();
    List<String> missing = turn.register().active().stream()
        .filter(configuration -> !FenceRule.isQuorum(configuration, fenced))
        .map(configuration -> lack(configuration, fenced))
        .toList();
    return missing.isEmpty()
        ? "a fence quorum is there, and no fenced node that can be promoted holds every acknowledged commit"
        : String.join("; ", missing);
  }

  private static String lack(Configuration configuration, Map<NodeId, Fenced> fenced) {
    List<NodeId> have =
        configuration.sync().members().stream().filter(fenced::containsKey).toList();
    return "epoch %d needs %d fenced of %s, or %s stopped; fenced: %s"
        .formatted(
            configuration.epoch(),
            configuration.sync().fencesNeeded(),
            configuration.sync().members(),
            configuration.primary(),
            have);
  }

  private static String promoting(Turn turn) {
    return turn.attempt()
        .flatMap(Attempt::begun)
        .map(begun -> "epoch %d is established when %d of %s show its row"
            .formatted(begun.epoch(), begun.sync().k(), begun.sync().members()))
        .orElse("waiting for the candidate");
  }
}
