package io.conclave.core.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.core.GroupId;
import io.conclave.core.NodeId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What HAProxy is told, as its runtime API takes it. */
class CommandsTest {
  private static final GroupId MAIN = new GroupId("main");
  private static final NodeId A = new NodeId("a");
  private static final NodeId B = new NodeId("b");

  /** As HAProxy 2.6 answers, with the columns that nobody here reads. */
  private static final String SHOWN = """
      Name: HAProxy
      Pid: 4711
      Uptime_sec: 3

      1
      # be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl srv_check_port srv_check_addr srv_agent_addr srv_agent_port
      3 main_writes 1 a 127.0.0.1 2 0 1 1 44 17 0 %d 7 0 0 0 - 27541 - 0 28558 - - 28558
      3 main_writes 2 b 127.0.0.1 0 %d 1 1 39 17 2 0 6 0 0 0 - 27542 - 0 28559 - - 28559

      1
      # be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl srv_check_port srv_check_addr srv_agent_addr srv_agent_port
      5 main_reads 1 a 127.0.0.1 0 0 1 1 52 17 2 0 6 0 0 0 - 27541 - 0 28558 - - 28558
      5 main_reads 2 b 127.0.0.1 2 0 1 1 52 17 2 3 6 0 0 0 - 27542 - 0 28559 - - 28559

      """;

  private static final Plan A_SERVES = new Plan(
      Optional.of(A),
      Map.of(A, Place.SERVING, B, Place.ASIDE),
      Map.of(A, Place.ASIDE, B, Place.CHECKED));
  private static final Plan A_IS_OUT = new Plan(
      Optional.empty(),
      Map.of(A, Place.BARRED, B, Place.ASIDE),
      Map.of(A, Place.BARRED, B, Place.CHECKED));

  private static Servers shown(int health, int maintenance) {
    return Servers.parse(SHOWN.formatted(health, maintenance)).orElseThrow();
  }

  @Test
  void readsWhatHaproxyShows() {
    Servers servers = shown(3, 1);
    assertEquals(4711, servers.process());
    assertTrue(servers.inMaintenance("main_writes", "b"));
    assertTrue(servers.isWell("main_writes", "a"));
    assertEquals(Optional.empty(), Servers.parse("Can't find backend.\n"));
    assertEquals(Optional.empty(), Servers.parse("Pid: 3\n"));
  }

  @Test
  void whatIsInForceNeedsNoCommand() {
    assertEquals(List.of(), Commands.of(MAIN, A_SERVES, Optional.of(A_SERVES), shown(3, 0)));
  }

  @Test
  void aRestartedHaproxyIsToldEverythingAndThePrimaryLast() {
    assertEquals(
        List.of(
            "set server main_writes/b state ready",
            "set server main_writes/b health down",
            "shutdown sessions server main_writes/b",
            "set server main_reads/a state ready",
            "set server main_reads/a health down",
            "shutdown sessions server main_reads/a",
            "set server main_writes/a state ready",
            "set server main_writes/a health up"),
        Commands.of(MAIN, A_SERVES, Optional.empty(), shown(3, 0)));
  }

  @Test
  void thePrimaryStaysUpWhileItsAgentIsAway() {
    assertEquals(
        List.of("set server main_writes/a health up"),
        Commands.of(MAIN, A_SERVES, Optional.of(A_SERVES), shown(2, 0)));
  }

  @Test
  void theOldPrimaryIsOutInBothAndItsSessionsAreEnded() {
    assertEquals(
        List.of(
            "set server main_writes/a state maint",
            "shutdown sessions server main_writes/a",
            "set server main_reads/a state maint",
            "shutdown sessions server main_reads/a"),
        Commands.of(MAIN, A_IS_OUT, Optional.of(A_SERVES), shown(3, 0)));
  }

  @Test
  void whatSomebodyElseHasDoneIsPutRight() {
    assertEquals(
        List.of(
            "set server main_writes/b state ready",
            "set server main_writes/b health down",
            "shutdown sessions server main_writes/b"),
        Commands.of(MAIN, A_SERVES, Optional.of(A_SERVES), shown(3, 1)));
  }
}
