package io.conclave.core.failover;

import io.conclave.core.Configuration;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport;
import io.conclave.core.SyncSet;
import io.conclave.core.decision.Decision.SyncSetChanged.Move;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Why nodes joined or left a sync set, as their reports say. */
final class SyncMoves {
  private SyncMoves() {}

  static List<Move> of(Turn turn, Configuration was, SyncSet to) {
    List<Move> moves = new ArrayList<>();
    SyncSet from = was.sync();
    to.members().stream()
        .filter(node -> !from.contains(node))
        .forEach(node -> moves.add(new Move(
            Optional.of(node),
            "joins",
            "it streams from %s, shows epoch %d, and has shown a barrier row: it has caught up"
                .formatted(was.primary(), was.epoch()))));
    from.members().stream()
        .filter(node -> !to.contains(node))
        .forEach(
            node -> moves.add(new Move(Optional.of(node), "leaves", whyLeft(turn, was, node))));
    if (from.k() != to.k()) {
      moves.add(new Move(
          Optional.empty(), "k %d -> %d".formatted(from.k(), to.k()), whyK(turn, was, to)));
    }
    return moves;
  }

  private static String whyLeft(Turn turn, Configuration was, NodeId node) {
    if (!turn.rules.mayCountFor(was.primary()).contains(node)) {
      return "the policy %s does not let it count for %s"
          .formatted(turn.rules.group().durability().policy(), was.primary());
    }
    long grace = turn.rules.timings().standbyGraceMs();
    String away = turn.seen()
        .lastStreamingMs(node)
        .filter(at -> turn.nowMs - at >= grace)
        .map(at -> "not seen to stream for %d ms".formatted(turn.nowMs - at))
        .orElse("it was away for longer than %d ms, or had to be rebuilt".formatted(grace));
    return turn.fresh(node)
        .map(report -> "%s: %s".formatted(away, state(report)))
        .orElse(away + ": its agent is silent");
  }

  private static String state(NodeReport report) {
    String problem =
        report.problem().map(p -> ", " + p.kind() + " " + p.detail()).orElse("");
    String rebuild = report.rebuilding().isPresent() ? ", its data is being rebuilt" : "";
    return "server %s, receiver %s%s%s"
        .formatted(report.server(), report.receiver(), rebuild, problem);
  }

  private static String whyK(Turn turn, Configuration was, SyncSet to) {
    if (to.k() == 0) {
      return "no standby is left that can acknowledge; when alone, the group is %s"
          .formatted(turn.rules.group().durability().whenAlone());
    }
    return "a majority of %s and its %d members".formatted(was.primary(), to.size());
  }
}
