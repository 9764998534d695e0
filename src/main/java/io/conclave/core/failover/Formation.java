package io.conclave.core.failover;

import io.conclave.core.Configuration;
import io.conclave.core.Member;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport;
import io.conclave.core.NodeReport.ServerState;
import io.conclave.core.SyncSet;
import io.conclave.core.Task;
import io.conclave.core.failover.Effect.Milestone;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The first configuration of a group: from empty directories, or from a server that runs already. It waits for a report of
 * every candidate, because a silent one may hold data; and it touches nothing that shows an epoch, because a register that
 * has lost such a group must not guess.
 */
final class Formation {
  private Formation() {}

  private static Optional<List<NodeReport>> allReports(Turn turn) {
    List<Optional<NodeReport>> reports = turn.rules.group().candidates().stream()
        .map(member -> turn.fresh(member.node()))
        .toList();
    return reports.stream().allMatch(Optional::isPresent)
        ? Optional.of(reports.stream().map(Optional::get).toList())
        : Optional.empty();
  }

  static boolean allAreEmpty(Turn turn) {
    return allReports(turn)
        .filter(all -> all.stream().allMatch(report -> report.server() == ServerState.ABSENT))
        .isPresent();
  }

  static boolean onePrimary(Turn turn) {
    return allReports(turn).flatMap(Formation::adoptable).isPresent();
  }

  /** Exactly one runs as primary, and nobody shows an epoch of an earlier life. */
  private static Optional<NodeReport> adoptable(List<NodeReport> all) {
    List<NodeReport> primaries =
        all.stream().filter(report -> report.server() == ServerState.PRIMARY).toList();
    boolean innocent = all.stream().allMatch(report -> report.history().isEmpty());
    return primaries.size() == 1 && innocent ? Optional.of(primaries.get(0)) : Optional.empty();
  }

  static void initialize(Turn turn) {
    NodeId first = turn.rules.group().candidates().stream()
        .sorted(Comparator.comparingInt(Member::priority).reversed())
        .map(Member::node)
        .findFirst()
        .orElseThrow();
    Configuration configuration = firstConfiguration(turn, first);
    begin(
        turn,
        configuration,
        new Task.Initialize(configuration, turn.rules.settingOf(configuration.sync())));
  }

  static void adopt(Turn turn) {
    NodeId primary =
        allReports(turn).flatMap(Formation::adoptable).orElseThrow().node();
    Configuration configuration = firstConfiguration(turn, primary);
    begin(
        turn,
        configuration,
        new Task.Adopt(configuration, turn.rules.settingOf(configuration.sync())));
  }

  private static Configuration firstConfiguration(Turn turn, NodeId primary) {
    return new Configuration(1, primary, SyncSet.EMPTY, turn.fresh());
  }

  private static void begin(Turn turn, Configuration configuration, Task task) {
    turn.attempt(
        Attempt.of(Attempt.Cause.BOOTSTRAP, Optional.empty()).beginning(configuration, task));
    turn.use(Authority.Use.SPENT);
    turn.remember(Milestone.FORMED, "the group begins with " + configuration.primary());
    turn.enter(Phase.BEGINNING);
    turn.write(turn.register().begin(configuration));
  }

  /** Why the group cannot be formed yet, for people. */
  static String blocker(Turn turn) {
    Optional<List<NodeReport>> all = allReports(turn);
    if (all.isEmpty()) {
      List<NodeId> silent = turn.rules.group().candidates().stream()
          .map(Member::node)
          .filter(node -> turn.fresh(node).isEmpty())
          .toList();
      return "waiting for a first report of " + silent;
    }
    boolean epochs = all.get().stream().anyMatch(report -> !report.history().isEmpty());
    return epochs
        ? "the register is empty, but nodes show epochs of an earlier life: restore the sentinels' stores"
        : "the nodes are neither all empty, nor does exactly one of them run as primary";
  }
}
