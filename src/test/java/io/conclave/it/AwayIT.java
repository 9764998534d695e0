package io.conclave.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.cli.StatusView.GroupView;
import io.conclave.demo.HostProcess;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nodes that were away while others took over twice. */
@ExtendWith(OneCell.Strict.class)
class AwayIT {
  private static final long STALE_LIMIT_NANOS = 5_000_000_000L;

  @Test
  void aStandbyThatWasAwayDuringTwoFailoversReturns(TestCell cell) throws Exception {
    GroupView before = cell.awaitWhole();
    HostProcess first = cell.primary();
    HostProcess away = cell.standbys().get(0);
    cell.killHost(away);
    cell.await("the sync set without it", group -> !group.syncSet().contains(TestCell.node(away)));
    GroupView after = failOverAndBack(cell, before, first);
    cell.startJvm(away);
    GroupView whole = cell.awaitWhole();
    assertEquals(after.epoch(), whole.epoch());
    assertTrue(whole.syncSet().contains(TestCell.node(away)));
  }

  /** The primary is killed, its successor too once it is protected again. */
  private static GroupView failOverAndBack(TestCell cell, GroupView before, HostProcess first)
      throws Exception {
    cell.signal("KILL", List.of(TestCell.postmaster(first)));
    GroupView between = cell.awaitFailover(before);
    cell.await(
        "the old primary to count",
        group -> group.epoch() == between.epoch()
            && "STEADY".equals(group.phase())
            && group.syncK() == 1
            && group.syncSet().contains(TestCell.node(first))
            && TestCell.streams(group, first));
    cell.awaitWrites(120);
    cell.signal("KILL", List.of(TestCell.postmaster(cell.cell().hostOf(between.primary()))));
    GroupView after = cell.awaitFailover(between);
    cell.awaitWrites(120);
    return after;
  }

  @Test
  void aPrimaryThatWasFrozenDuringTwoFailoversDoesNoHarmWhenItThaws(TestCell cell)
      throws Exception {
    GroupView before = cell.awaitWhole();
    HostProcess victim = cell.primary();
    List<Long> frozen = victim.pids();
    cell.signal("STOP", frozen);
    long thaw;
    try {
      GroupView between = cell.awaitFailover(before);
      HostProcess second = cell.cell().hostOf(between.primary());
      cell.awaitWrites(120);
      cell.signal("KILL", List.of(TestCell.postmaster(second)));
      cell.await("another epoch", group -> group.established() && group.epoch() > between.epoch());
      cell.awaitWrites(120);
    } finally {
      thaw = System.nanoTime();
      cell.signal("CONT", frozen);
    }
    cell.await("the old primary to stream", group -> TestCell.streams(group, victim));
    cell.awaitWhole();
    cell.awaitWrites(120);
    assertEquals(List.of(), cell.staleReadsSince(thaw + STALE_LIMIT_NANOS));
  }
}
