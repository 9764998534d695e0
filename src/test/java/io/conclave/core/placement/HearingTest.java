package io.conclave.core.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.conclave.core.Ballot;
import io.conclave.core.GroupId;
import io.conclave.core.HostId;
import io.conclave.core.Region;
import io.conclave.core.Sentinels;
import io.conclave.core.Topology;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class HearingTest {
  private static final long SUSPICION = 1000;
  private static final long STALL = 250;
  private static final GroupId MAIN = new GroupId("main");
  private static final HostId US = new HostId("us");
  private static final HostId EU = new HostId("eu");
  private static final HostId AP = new HostId("ap");
  private static final Sentinels SENTINELS = new Sentinels(List.of(
      new Sentinels.Seat(US, new Region("us")),
      new Sentinels.Seat(EU, new Region("eu")),
      new Sentinels.Seat(AP, new Region("ap"))));

  private Hearing hearing = Hearing.begin(0);

  /** From one moment to another, in steps of 50 ms, with pulses of these. */
  private void pass(long fromMs, long toMs, HostId... heard) {
    for (long now = fromMs; now <= toMs; now += 50) {
      for (HostId host : heard) {
        hearing = hearing.hear(host, now);
      }
      hearing = hearing.tick(SENTINELS, SUSPICION, STALL, now);
    }
  }

  private void speaks(long ballot, long nowMs) {
    hearing = hearing.hear(
        new Topology(
            MAIN,
            new Ballot(ballot, new UUID(1, 1)),
            1,
            Optional.empty(),
            false,
            new HostId("x"),
            Optional.empty()),
        nowMs);
  }

  private List<GroupId> silentAt(long nowMs) {
    return hearing.silent(List.of(MAIN), SUSPICION, nowMs);
  }

  @Test
  void silenceIsFoundAfterTheSuspicionTime() {
    pass(0, 2000, EU, AP);
    speaks(1, 2000);
    pass(2050, 2950, EU, AP);
    assertEquals(List.of(), silentAt(2999));
    assertEquals(List.of(MAIN), silentAt(3000));
    speaks(1, 3010);
    assertEquals(List.of(), silentAt(3020));
  }

  @Test
  void acoordinatorThatWasOutbidDoesNotCount() {
    pass(0, 2000, EU, AP);
    speaks(2, 2000);
    pass(2050, 3000, EU, AP);
    speaks(1, 3000);
    assertEquals(List.of(MAIN), silentAt(3000));
  }

  @Test
  void whoHearsNoMajorityCannotTell() {
    pass(0, 1000, US, EU);
    speaks(1, 1000);
    pass(1050, 5000, EU);
    assertEquals(List.of(), silentAt(5000));
    pass(5050, 6000, EU, AP);
    assertEquals(List.of(), silentAt(5999));
    pass(6050, 6100, EU, AP);
    assertEquals(List.of(MAIN), silentAt(6100));
  }

  @Test
  void whoWasStalledBeginsAnew() {
    pass(0, 1000, EU, AP);
    speaks(1, 1000);
    // Frozen from 1000 to 9000; what was on the wire arrives at once.
    pass(9000, 9950, EU, AP);
    assertEquals(List.of(), silentAt(9950));
    pass(10_000, 10_000, EU, AP);
    assertEquals(List.of(MAIN), silentAt(10_000));
  }

  @Test
  void whoHasNeverHeardACoordinatorFindsItSilentToo() {
    pass(0, 900, EU, AP);
    assertEquals(List.of(), silentAt(900));
    pass(950, 1000, EU, AP);
    assertEquals(List.of(MAIN), silentAt(1000));
  }
}
