package io.conclave.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.core.EpochRow;
import io.conclave.core.Lsn;
import io.conclave.core.NodeId;
import io.conclave.core.SyncSetting;
import io.conclave.core.agent.RejoinRule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What PostgreSQL makes of placeholders for timelines (decision 20). */
class TimelinesIT {
  private TestServers servers;
  private TestServers.Server a;
  private TestServers.Server b;
  private TestServers.Server c;
  private int rows;

  @BeforeEach
  void begin() throws Exception {
    servers = new TestServers("auto");
    a = servers.primary("a");
    b = servers.standby("b", a);
    c = servers.standby("c", a);
  }

  @AfterEach
  void end() {
    servers.close();
  }

  private static void fence(TestServers.Server s) {
    Fencing.Result result =
        Fencing.fence(s.directory, s.session, s.postmaster(), Deadline.in(5000));
    assertInstanceOf(Fencing.Done.class, result, result.toString());
  }

  private static void promote(TestServers.Server s, int timeline) {
    s.directory.write(ServerSettings.ALONE.withSync(SyncSetting.FREE));
    s.directory.timelines().passOver(s.session.observe().timeline(), timeline);
    assertTrue(Promotion.promote(s.session, Deadline.in(5000)));
    assertEquals(timeline, s.session.observe().timeline());
  }

  private static void follow(TestServers.Server s, TestServers.Server source) {
    s.directory.write(s.directory.settings().orElseThrow().withUpstream(source.asUpstream()));
    s.session.reload();
  }

  private static void stop(TestServers.Server s) {
    s.session.close();
    s.process.stop(5000);
  }

  /** A row of the primary, seen on all the others. */
  private void write(TestServers.Server primary, TestServers.Server... standbys) {
    primary.sql("INSERT INTO public.t VALUES (%d)".formatted(++rows));
    String all = Integer.toString(rows);
    for (TestServers.Server standby : standbys) {
      assertTrue(
          Await.until(
              () -> standby
                  .session
                  .queryText("SELECT count(*)::text FROM public.t")
                  .equals(all),
              Deadline.in(20_000),
              20),
          standby.directory + " has not got row " + all);
    }
  }

  private Path history(TestServers.Server s, int timeline) {
    return s.directory.path().resolve("pg_wal/%08X.history".formatted(timeline));
  }

  @Test
  void everybodyComesToATimelineThatPassesOverNumbers() throws Exception {
    TestServers.Server e = servers.standby("e", a);
    follow(e, c);
    write(a, b, c, e);
    Processes.kill(a.postmaster().pid());
    fence(b);
    fence(c);
    follow(c, b);
    TestServers.awaitStreaming(b, "c");
    promote(b, 4);
    write(b, c, e);
    assertEquals(List.of(1), forks(b, 4));
    stop(c);
    c.start();
    write(b, c);

    TestServers.Server d = servers.standby("d", b);
    rewind(a, b);
    write(b, a, c, d);

    // The clone as primary: the others have histories that it has not.
    Processes.kill(b.postmaster().pid());
    fence(d);
    promote(d, 6);
    follow(a, d);
    follow(c, d);
    write(d, a, c);
    assertEquals(List.of(1, 4), forks(d, 6));
  }

  /** The old primary goes on alone, and diverges. */
  private void rewind(TestServers.Server old, TestServers.Server source) throws Exception {
    old.start();
    old.directory.write(ServerSettings.ALONE.withSync(SyncSetting.FREE));
    old.sql("INSERT INTO public.t SELECT generate_series(1000, 2000)");
    stop(old);
    assertInstanceOf(Rewinding.Rewound.class, resultOfRewind(old, source));
    old.start();
  }

  private Rewinding.Result resultOfRewind(TestServers.Server old, TestServers.Server source) {
    Deadline deadline = Deadline.in(60_000);
    return Rewinding.rewind(
        old.directory,
        servers.binaries,
        Rewinding.prepare(old.directory, source.asUpstream(), deadline),
        deadline);
  }

  private static String ids(TestServers.Server s) {
    return s.session.queryText("SELECT string_agg(id::text, ',' ORDER BY id) FROM public.t");
  }

  /** No two promotions of a cell do so; those of an older version have, and what {@link RejoinRule} refuses is this. */
  @Test
  void twoServersThatWerePromotedToOneTimelineAreTheSameToPgRewind() throws Exception {
    write(a, b, c);
    Processes.kill(a.postmaster().pid());
    EpochRow shared = new EpochRow(1, UUID.randomUUID(), new NodeId("a"), 1, Lsn.ZERO);
    EpochRow ofB = epochOf(b);
    EpochRow ofC = epochOf(c);
    write(b);
    c.sql("INSERT INTO public.t VALUES (1000)");
    stop(c);

    assertFalse(RejoinRule.mayRewind(
        List.of(shared, ofC), c.directory.timelines().newest(), List.of(shared, ofB)));
    assertInstanceOf(Rewinding.NotRequired.class, resultOfRewind(c, b));
    // On its own, lest it take WAL that continues other rows.
    c.directory.write(ServerSettings.ALONE);
    c.start();
    assertTrue(c.session.observe().inRecovery());
    assertEquals("1,1000", ids(c), "a phantom, and a row that is missing");
    stop(c);

    Cloning.clone(
        c.directory, servers.binaries, b.asUpstream(), Deadline.in(60_000), progress -> {});
    c.start();
    write(b, c);
    assertEquals("1,2,3", ids(c));
  }

  /** Promotes it to timeline 2, of which it tells nobody. */
  private static EpochRow epochOf(TestServers.Server s) {
    fence(s);
    Lsn fork = s.session.observe().position();
    promote(s, 2);
    return new EpochRow(2, UUID.randomUUID(), s.directory.identity().node(), 2, fork);
  }

  @Test
  void aCandidateThatDiesBeforeItIsPromotedStartsAndFollowsAnother() throws Exception {
    write(a, b, c);
    Processes.kill(a.postmaster().pid());
    fence(b);
    fence(c);
    b.directory.timelines().passOver(1, 4);
    assertFalse(b.directory.timelines().misleads(), "a placeholder is no history");
    b.session.close();
    b.process.stop(ServerProcess.Stopped.IMMEDIATE, 5000);
    // With a placeholder as the newest history PostgreSQL would not come up.
    b.start();
    assertFalse(Files.exists(history(b, 2)));
    fence(b);
    follow(b, c);
    promote(c, 5);
    write(c, b);
  }

  @Test
  void aHistoryWithoutItsWalIsForgottenBeforeAPromotion() throws Exception {
    write(a, b, c);
    Processes.kill(a.postmaster().pid());
    fence(b);
    fence(c);
    Files.writeString(history(b, 2), "1\t7F/0\tno recovery target specified\n");
    OsUser.resolve("postgres").own(history(b, 2));
    assertEquals(2, b.directory.timelines().newest());
    assertTrue(b.directory.timelines().misleads());
    stop(b);
    b.start();
    assertEquals(1, b.directory.timelines().newest());
    fence(b);
    follow(c, b);
    Lsn fork = b.session.observe().position();
    promote(b, 3);
    assertEquals(List.of(new DataDirectory.Fork(1, fork)), b.directory.history(3));
    write(b, c);
  }

  private static List<Integer> forks(TestServers.Server s, int timeline) {
    return s.directory.history(timeline).stream()
        .map(DataDirectory.Fork::timeline)
        .toList();
  }
}
