package io.conclave.core.health;

import static io.conclave.core.Vote.Opinion.ABSTAIN;
import static io.conclave.core.Vote.Opinion.DEAD;
import static io.conclave.core.Vote.Opinion.HEALTHY;
import static io.conclave.core.Vote.Opinion.SUSPECT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.core.Ballot;
import io.conclave.core.Configuration;
import io.conclave.core.Gate;
import io.conclave.core.GroupId;
import io.conclave.core.HostId;
import io.conclave.core.Lsn;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport;
import io.conclave.core.NodeReport.Problem;
import io.conclave.core.NodeReport.Receiver;
import io.conclave.core.NodeReport.ServerState;
import io.conclave.core.OrderStatus;
import io.conclave.core.SyncSet;
import io.conclave.core.Timings;
import io.conclave.core.Topology;
import io.conclave.core.Vote.Opinion;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What one sentinel makes of what it sees; LAN timings: suspicion 1 s, stuck 5 s. */
class JudgementTest {
  private static final NodeId PRIMARY = new NodeId("a");
  private static final NodeId STANDBY = new NodeId("b");
  private static final Configuration CONFIGURATION =
      new Configuration(3, PRIMARY, new SyncSet(List.of(STANDBY), 1), new UUID(1, 1));

  private Watch watch = Watch.begin(CONFIGURATION, 0);
  private long nowMs;
  private long wal = 100;

  private JudgementTest at(long ms) {
    while (nowMs < ms) {
      nowMs = Math.min(ms, nowMs + 50);
      watch = watch.tick(nowMs, 400);
    }
    return this;
  }

  private JudgementTest says(ServerState state) {
    watch = watch.hear(report(PRIMARY, state, Optional.empty(), Optional.empty()), nowMs);
    return this;
  }

  private JudgementTest says(ServerState state, Problem.Kind problem) {
    watch = watch.hear(
        report(PRIMARY, state, Optional.empty(), Optional.of(new Problem(problem, ""))), nowMs);
    return this;
  }

  private JudgementTest walMoves() {
    wal += 10;
    watch = watch.hear(
        report(STANDBY, ServerState.STANDBY, Optional.of(PRIMARY), Optional.empty()), nowMs);
    return this;
  }

  private JudgementTest probe(Probe result) {
    watch = watch.probe(result, nowMs);
    return this;
  }

  private JudgementTest healthy() {
    return says(ServerState.PRIMARY).probe(Probe.ANSWERED).walMoves();
  }

  private void votes(Opinion expected) {
    Judgement judgement = Judgement.of(watch, Timings.LAN, nowMs);
    assertEquals(expected, judgement.opinion(), judgement.evidence()::toString);
    assertEquals(4, judgement.evidence().size());
  }

  private NodeReport report(
      NodeId node, ServerState state, Optional<NodeId> upstream, Optional<Problem> problem) {
    return new NodeReport(
        new GroupId("g"),
        node,
        new HostId("h"),
        new UUID(1, 1),
        nowMs,
        state,
        Gate.OPEN,
        1,
        1,
        new Lsn(wal),
        new Lsn(wal),
        0,
        List.of(),
        Optional.empty(),
        upstream,
        Receiver.NONE,
        Optional.empty(),
        Ballot.NONE,
        OrderStatus.NONE,
        Optional.empty(),
        List.of(),
        Optional.empty(),
        problem);
  }

  @Test
  void nothingHeardYetAbstainsAndThenIsSilence() {
    votes(ABSTAIN);
    at(999).votes(ABSTAIN);
    at(1000).votes(DEAD);
  }

  @Test
  void bothChannelsAliveIsHealthy() {
    healthy().votes(HEALTHY);
    at(900).votes(HEALTHY);
  }

  @Test
  void oneChannelAloneAbstains() {
    says(ServerState.PRIMARY).votes(ABSTAIN);
  }

  @Test
  void theExitOfThePostmasterIsDeathAtOnce() {
    healthy().at(50).says(ServerState.STOPPED).votes(DEAD);
    at(100).probe(Probe.REFUSED).votes(DEAD);
  }

  @Test
  void aServerThatIsNoPrimaryAnyMoreIsADeadPrimary() {
    healthy().at(50).says(ServerState.STANDBY).votes(DEAD);
  }

  @Test
  void aReportFromBeforeThePromotionSaysNothing() {
    says(ServerState.STANDBY).votes(ABSTAIN);
    says(ServerState.PRIMARY).probe(Probe.ANSWERED).votes(HEALTHY);
  }

  @Test
  void aResetAndARefusalIsDeathAtOnce() {
    healthy().at(50).probe(Probe.SILENT).votes(HEALTHY);
    at(60).probe(Probe.REFUSED).votes(DEAD);
  }

  @Test
  void aRefusalBeforeAnyAnswerIsNoProof() {
    says(ServerState.PRIMARY).probe(Probe.REFUSED).votes(ABSTAIN);
  }

  @Test
  void silenceOfAllChannelsVotesOnlyAfterTheSuspicionTime() {
    healthy().at(999).votes(HEALTHY);
    at(1000).votes(DEAD);
  }

  @Test
  void walThatMovesContradictsSilence() {
    healthy().at(900).walMoves().at(1000).votes(SUSPECT);
    at(1900).votes(DEAD);
  }

  @Test
  void walThatOnlyRepeatsItselfDoesNotMove() {
    healthy().at(900);
    wal -= 10;
    walMoves().at(1000).votes(DEAD);
  }

  @Test
  void aFrozenAgentBesideAHealthyServerIsNoDeadPrimary() {
    healthy();
    for (int i = 1; i < 100; i++) {
      at(i * 100L).probe(Probe.ANSWERED);
    }
    votes(SUSPECT);
  }

  @Test
  void aProbeThatIsSilentBesideAnAgentThatAnswersIsNoDeadPrimary() {
    healthy();
    for (int i = 1; i < 100; i++) {
      at(i * 100L).says(ServerState.PRIMARY).probe(Probe.SILENT);
    }
    votes(SUSPECT);
  }

  @Test
  void aStuckServerHasALongerTime() {
    healthy();
    for (int ms = 100; ms <= 5000; ms += 100) {
      at(ms).says(ServerState.UNRESPONSIVE).probe(Probe.SILENT).votes(SUSPECT);
    }
    at(5100).says(ServerState.UNRESPONSIVE).votes(DEAD);
  }

  @Test
  void aRestartInPlaceHasTheLongerTimeToo() {
    healthy().at(100).says(ServerState.STARTING).probe(Probe.UNSERVED).votes(SUSPECT);
    at(200).says(ServerState.STARTING).probe(Probe.REFUSED).votes(SUSPECT);
    at(300).healthy().votes(HEALTHY);
  }

  @Test
  void aStuckServerThatRefusesDiesInTheEnd() {
    healthy();
    for (int ms = 100; ms <= 5100; ms += 100) {
      at(ms).says(ServerState.UNRESPONSIVE).probe(Probe.REFUSED);
    }
    votes(DEAD);
  }

  @Test
  void outOfConnectionsIsNeverDeath() {
    healthy();
    for (int ms = 100; ms <= 20_000; ms += 100) {
      at(ms).says(ServerState.UNRESPONSIVE, Problem.Kind.OUT_OF_CONNECTIONS).probe(Probe.UNSERVED);
    }
    votes(SUSPECT);
  }

  @Test
  void aStalledSentinelAbstainsUntilItHasHeardAgain() {
    healthy();
    nowMs = 3000;
    watch = watch.tick(nowMs, 400);
    votes(ABSTAIN);
    at(3100).says(ServerState.PRIMARY).votes(ABSTAIN);
    probe(Probe.ANSWERED).votes(HEALTHY);
  }

  @Test
  void afterAStallSilenceIsCountedAnew() {
    healthy();
    nowMs = 3000;
    watch = watch.tick(nowMs, 400);
    at(3999).votes(ABSTAIN);
    at(4000).votes(DEAD);
  }

  @Test
  void aShortDelayIsNoStall() {
    healthy();
    nowMs = 400;
    watch = watch.tick(nowMs, 400);
    votes(HEALTHY);
  }

  @Test
  void channelsThatContradictEachOtherAreSuspect() {
    healthy().at(50).says(ServerState.STOPPED).at(60).probe(Probe.ANSWERED).votes(SUSPECT);
  }

  @Test
  void anAnswerThatWasUnderWayContradictsOnlyUntilTheNextProbe() {
    healthy().at(50).says(ServerState.STOPPED).at(60).probe(Probe.ANSWERED).votes(SUSPECT);
    at(160).probe(Probe.REFUSED).votes(DEAD);
  }

  @Test
  void anAnswerThatWasUnderWayContradictsOnlyForTheSuspicionTime() {
    healthy().at(50).says(ServerState.STOPPED).at(60).probe(Probe.ANSWERED).votes(SUSPECT);
    at(1060).votes(DEAD);
  }

  @Test
  void aReportAfterTheRefusalContradictsWhileTheAgentSpeaks() {
    healthy().at(50).probe(Probe.REFUSED).votes(DEAD);
    at(60).says(ServerState.PRIMARY).votes(SUSPECT);
    at(1060).votes(DEAD);
  }

  @Test
  void lifeTakesAProofBack() {
    healthy().at(50).says(ServerState.STOPPED).probe(Probe.REFUSED).votes(DEAD);
    at(100).healthy().votes(HEALTHY);
  }

  @Test
  void aWatchEndsWithItsEpoch() {
    assertFalse(watch.isOutdatedBy(topology(CONFIGURATION)));
    assertFalse(watch.isOutdatedBy(topology(CONFIGURATION.withSync(SyncSet.EMPTY))));
    assertTrue(
        watch.isOutdatedBy(topology(new Configuration(4, PRIMARY, SyncSet.EMPTY, new UUID(2, 2)))));
    assertTrue(
        watch.isOutdatedBy(topology(new Configuration(3, STANDBY, SyncSet.EMPTY, new UUID(2, 2)))));
  }

  private static Topology topology(Configuration configuration) {
    return new Topology(
        new GroupId("g"),
        Ballot.NONE,
        1,
        Optional.of(configuration),
        true,
        new HostId("h"),
        Optional.empty());
  }
}
