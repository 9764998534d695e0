package io.conclave.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.cli.StatusView.GroupView;
import io.conclave.core.Ballot;
import io.conclave.core.Configuration;
import io.conclave.core.GroupId;
import io.conclave.core.Lsn;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport;
import io.conclave.core.Order;
import io.conclave.core.SyncSet;
import io.conclave.core.SyncSetting;
import io.conclave.core.Task;
import io.conclave.demo.DemoFiles;
import io.conclave.demo.HostProcess;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A coordinator that was outbid, and does not know it yet, gives its orders in vain. */
@ExtendWith(OneCell.Strict.class)
class StaleCoordinatorIT {
  private static final GroupId GROUP = new GroupId(DemoFiles.GROUP);

  /** Not from the control file: there the timeline changes only with the next checkpoint. */
  private static final String TIMELINE = """
      SELECT CASE WHEN pg_is_in_recovery()
        THEN (SELECT to_hex(received_tli) FROM pg_stat_wal_receiver)
        ELSE ltrim(left(pg_walfile_name(pg_current_wal_lsn()), 8), '0') END""";

  /** What a server shows of what orders could change. */
  private record Server(
      long pid, String inRecovery, String syncNames, String primaryConninfo, String timeline) {
    static Server of(TestCell cell, HostProcess host) throws Exception {
      return new Server(
          TestCell.postmaster(host),
          cell.query(host, "SELECT pg_is_in_recovery()"),
          cell.query(host, "SHOW synchronous_standby_names"),
          cell.query(host, "SHOW primary_conninfo"),
          cell.query(host, TIMELINE));
    }
  }

  @Test
  void anOrderOfALowerBallotChangesNothing(TestCell cell) throws Exception {
    GroupView before = cell.awaitWhole();
    HostProcess primary = cell.primary();
    HostProcess standby = cell.standbys().get(0);
    Server primaryServer = Server.of(cell, primary);
    Server standbyServer = Server.of(cell, standby);
    try (Intruder intruder =
        new Intruder("demo", cell.cell().hosts().stream().map(HostProcess::host).toList())) {
      NodeId p = new NodeId(TestCell.node(primary));
      NodeId s = new NodeId(TestCell.node(standby));
      NodeReport shown = intruder.nextReport(s);
      refused(intruder, p, new Task.Fence());
      refused(intruder, p, new Task.ChangeSync(SyncSetting.FREE));
      refused(intruder, s, new Task.Fence());
      refused(
          intruder,
          s,
          new Task.Promote(
              new Configuration(
                  before.epoch() + 1, s, SyncSet.majorityOf(List.of(p)), UUID.randomUUID()),
              new SyncSetting(List.of(p), 1),
              shown.epochRow().orElseThrow(),
              Lsn.ZERO));
    }
    cell.awaitWrites(120);
    assertEquals(primaryServer, Server.of(cell, primary));
    assertEquals(standbyServer, Server.of(cell, standby));
    GroupView after = cell.awaitWhole();
    assertEquals(before.epoch(), after.epoch());
    assertEquals(before.primary(), after.primary());
    assertEquals(before.syncSet(), after.syncSet());
  }

  /** The highest ballot below the promised one that anybody could have claimed. */
  private static void refused(Intruder intruder, NodeId node, Task task) {
    Ballot promised = intruder.nextReport(node).promised();
    assertTrue(promised.number() > 1, promised.toString());
    Ballot stale = new Ballot(promised.number() - 1, new UUID(-1, -1));
    intruder.give(new Order(GROUP, node, stale, 1_000_000, task));
    NodeReport answer = intruder.nextReport(node);
    assertEquals(promised, answer.promised());
    assertTrue(answer.order().ballot().compareTo(stale) > 0, answer.order().toString());
    assertTrue(answer.fenced().isEmpty(), answer.toString());
  }

  @Test
  void anOrderThatWasObeyedBeforeIsNotObeyedAgain(TestCell cell) throws Exception {
    GroupView before = cell.awaitWhole();
    HostProcess standby = cell.standbys().get(1);
    NodeId node = new NodeId(TestCell.node(standby));
    Server server = Server.of(cell, standby);
    try (Intruder intruder =
        new Intruder("demo", cell.cell().hosts().stream().map(HostProcess::host).toList())) {
      NodeReport report = intruder.nextReport(node);
      // The very ballot that is in force, and the number of an order that was given already.
      long number = report.order().number();
      intruder.give(new Order(GROUP, node, report.promised(), number, new Task.Fence()));
      NodeReport answer = intruder.nextReport(node);
      assertEquals(report.promised(), answer.promised());
      assertEquals(number, answer.order().number());
      assertTrue(answer.fenced().isEmpty(), answer.toString());
    }
    cell.awaitWrites(120);
    assertEquals(server, Server.of(cell, standby));
    assertEquals(before.epoch(), cell.awaitWhole().epoch());
  }
}
