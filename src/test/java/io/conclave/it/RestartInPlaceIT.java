package io.conclave.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.conclave.demo.HostProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** After a restart a primary shows commits that had waited and were never acknowledged: whoever has read one, keeps it. */
@ExtendWith(OneCell.Strict.class)
class RestartInPlaceIT {
  /** Between the start by hand and the closed gate lie some ms; the machine is noisy. */
  private static final long STALE_LIMIT_NANOS = 2_000_000_000L;

  @Test
  void aPrimaryThatAnOperatorRestartsByHandServesNothingStale(TestCell cell) throws Exception {
    cell.awaitWhole();
    Path data = cell.primary().host().dataDirectory();
    long begin = System.nanoTime();
    // It may come to nothing, when the agent is faster than the operator.
    Operator.run(
        data,
        "pg_ctl",
        "restart",
        "-D",
        data.toString(),
        "-m",
        "immediate",
        "-W",
        "-s",
        "-l",
        "/dev/null");
    cell.awaitWrites(120);
    cell.awaitWhole();
    assertEquals(List.of(), cell.staleReadsSince(begin + STALE_LIMIT_NANOS));
  }

  @Test
  void whatARestartedPrimaryShowsToItsFirstClientStays(TestCell cell) throws Exception {
    cell.awaitWhole();
    HostProcess primary = cell.primary();
    List<HostProcess> standbys = cell.standbys();
    List<Long> frozen = freezeServersAndLetCommitsWait(cell, standbys);
    Sight seen;
    try {
      cell.signal("KILL", List.of(TestCell.postmaster(primary)));
      // Its standbys are stuck, so it is the only one to go on with: in place.
      seen = firstSight(cell);
    } finally {
      cell.signal("CONT", frozen);
    }
    cell.awaitWhole();
    seen.assertStays(cell);
  }

  @Test
  void whatIsSeenAfterEveryHostWasRestartedStays(TestCell cell) throws Exception {
    cell.awaitWhole();
    List<HostProcess> standbys = cell.standbys();
    freezeServersAndLetCommitsWait(cell, standbys);
    List<HostProcess> hosts = cell.cell().hosts();
    cell.signal("KILL", hosts.stream().flatMap(host -> host.pids().stream()).toList());
    hosts.forEach(cell::killHost);
    for (HostProcess host : hosts) {
      cell.startJvm(host);
    }
    Sight seen = firstSight(cell);
    cell.awaitWhole();
    seen.assertStays(cell);
  }

  /** Afterwards there are commits on the primary that no standby has. */
  private static List<Long> freezeServersAndLetCommitsWait(
      TestCell cell, List<HostProcess> standbys) {
    List<Long> pids =
        standbys.stream().flatMap(host -> TestCell.serverPids(host).stream()).toList();
    long begin = System.nanoTime();
    cell.signal("STOP", pids);
    cell.awaitUnknownWrites(begin, 10);
    return pids;
  }

  /** What the first primary shows that lets a client in. */
  private static Sight firstSight(TestCell cell) {
    return Awaitility.await("a primary to let a client in")
        .atMost(TestCell.LIMIT)
        .until(
            () -> cell.cell().hosts().stream()
                .flatMap(host -> Sight.of(cell, host).stream())
                .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }
}
