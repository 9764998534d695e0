package io.conclave.core.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.conclave.core.Ballot;
import io.conclave.core.Configuration;
import io.conclave.core.Durability;
import io.conclave.core.EpochRow;
import io.conclave.core.Gate;
import io.conclave.core.GroupDefinition;
import io.conclave.core.GroupId;
import io.conclave.core.Hold;
import io.conclave.core.HostId;
import io.conclave.core.Lsn;
import io.conclave.core.Member;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport;
import io.conclave.core.NodeReport.Receiver;
import io.conclave.core.NodeReport.ServerState;
import io.conclave.core.OrderStatus;
import io.conclave.core.Region;
import io.conclave.core.SyncSet;
import io.conclave.core.Timings;
import io.conclave.core.Topology;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What an edge makes of what it hears: who is in, who is out, who waits. */
class EdgeStateTest {
  private static final GroupId MAIN = new GroupId("main");
  private static final NodeId A = new NodeId("a");
  private static final NodeId B = new NodeId("b");
  private static final NodeId C = new NodeId("c");
  private static final NodeId REPLICA = new NodeId("replica");
  private static final UUID AGENT = new UUID(9, 9);
  private static final UUID HOLD = new UUID(7, 7);

  private EdgeState edge = EdgeState.begin(
      new GroupDefinition(
          MAIN,
          List.of(member(A), member(B), member(C), member(REPLICA)),
          new Durability(Durability.Policy.QUORUM, Durability.WhenAlone.STRICT)),
      Timings.LAN,
      0);
  private long now = 1000;
  private long version;
  private long sequence;

  private static Member member(NodeId node) {
    Member.Kind kind = node.equals(REPLICA) ? Member.Kind.READ_REPLICA : Member.Kind.STANDBY;
    return new Member(
        node, new HostId("host-" + node), new Region("us"), kind, "127.0.0.1", 5432, 100);
  }

  private static Configuration configuration(long epoch, NodeId primary) {
    List<NodeId> others =
        Stream.of(A, B, C).filter(node -> !node.equals(primary)).toList();
    return new Configuration(epoch, primary, SyncSet.majorityOf(others), new UUID(epoch, 1));
  }

  private Topology topology(long epoch, NodeId primary, boolean established, Hold... hold) {
    version++;
    return new Topology(
        MAIN,
        new Ballot(epoch, new UUID(1, 1)),
        version,
        Optional.of(configuration(epoch, primary)),
        established,
        new HostId("host-a"),
        Stream.of(hold).findFirst());
  }

  private void established(long epoch, NodeId primary, Hold... hold) {
    edge = edge.hear(topology(epoch, primary, true, hold), now);
  }

  private void begun(long epoch, NodeId candidate) {
    edge = edge.hear(topology(epoch, candidate, false), now);
  }

  /** A report of a node that shows the rows up to this epoch. */
  private void report(NodeId node, ServerState server, Gate gate, long epoch) {
    sequence++;
    edge = edge.hear(new NodeReport(
        MAIN,
        node,
        new HostId("host-" + node),
        AGENT,
        sequence,
        server,
        gate,
        42,
        (int) epoch,
        Lsn.ZERO,
        Lsn.ZERO,
        0,
        List.of(new EpochRow(epoch, new UUID(epoch, 1), A, (int) epoch, Lsn.ZERO)),
        Optional.empty(),
        Optional.empty(),
        Receiver.NONE,
        Optional.empty(),
        Ballot.NONE,
        OrderStatus.NONE,
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty()));
  }

  private void standby(NodeId node, long epoch) {
    report(node, ServerState.STANDBY, Gate.OPEN, epoch);
  }

  /** A is primary of epoch 1, everybody else a standby of it. */
  private void well() {
    established(1, A);
    Stream.of(B, C, REPLICA).forEach(node -> standby(node, 1));
    report(A, ServerState.PRIMARY, Gate.OPEN, 1);
  }

  private Plan plan() {
    return edge.plan(now);
  }

  private static Map<NodeId, Place> writes(Place a, Place b, Place c) {
    return Map.of(A, a, B, b, C, c);
  }

  /** To an edge, reports come once a second. */
  @Test
  void whatWasSaidBeforeTheFirstTopologyCounts() {
    standby(B, 1);
    standby(C, 1);
    established(1, A);
    now += 60_000;
    assertEquals(Place.ASIDE, plan().writes().get(B));
    assertEquals(Place.CHECKED, plan().reads().get(C));
  }

  @Test
  void beforeAnythingIsHeardNothingIsTouched() {
    now = 1_000_000;
    assertEquals(writes(Place.LEFT, Place.LEFT, Place.LEFT), plan().writes());
    begun(1, A);
    assertEquals(writes(Place.LEFT, Place.LEFT, Place.LEFT), plan().writes());
    assertEquals(Waiting.NOBODY, edge.waiting(now));
  }

  @Test
  void thePrimaryServesWritesAndTheOthersReads() {
    well();
    assertEquals(writes(Place.SERVING, Place.ASIDE, Place.ASIDE), plan().writes());
    assertEquals(
        Map.of(A, Place.ASIDE, B, Place.CHECKED, C, Place.CHECKED, REPLICA, Place.CHECKED),
        plan().reads());
    assertEquals(Optional.of(A), plan().primary());
  }

  @Test
  void theOldPrimaryIsOutAsSoonAsAnotherConfigurationIsBegun() {
    well();
    begun(2, B);
    assertEquals(writes(Place.BARRED, Place.ASIDE, Place.ASIDE), plan().writes());
    assertEquals(Place.BARRED, plan().reads().get(A));
    assertEquals(Optional.empty(), plan().primary());
  }

  @Test
  void theOldPrimaryIsOutUntilItIsHeardAsAStandbyOfTheNewEpoch() {
    well();
    established(2, B);
    report(B, ServerState.PRIMARY, Gate.OPEN, 2);
    assertEquals(writes(Place.BARRED, Place.SERVING, Place.ASIDE), plan().writes());
    report(A, ServerState.PRIMARY, Gate.OPEN, 1);
    report(A, ServerState.PRIMARY, Gate.CLOSED, 1);
    standby(A, 1);
    assertEquals(Place.BARRED, plan().writes().get(A));
    assertEquals(Place.BARRED, plan().reads().get(A));
    standby(A, 2);
    assertEquals(Place.ASIDE, plan().writes().get(A));
    assertEquals(Place.CHECKED, plan().reads().get(A));
  }

  @Test
  void twoFailoversLaterBothOldPrimariesAreOut() {
    well();
    established(2, B);
    established(3, C);
    report(C, ServerState.PRIMARY, Gate.OPEN, 3);
    standby(A, 2);
    assertEquals(writes(Place.BARRED, Place.BARRED, Place.SERVING), plan().writes());
  }

  @Test
  void whatWasCalledOffLetsThePrimaryInAgain() {
    well();
    begun(2, B);
    established(1, A);
    assertEquals(Place.BARRED, plan().writes().get(A), "of an older ballot");
    edge = edge.hear(
        new Topology(
            MAIN,
            new Ballot(3, new UUID(1, 1)),
            1,
            Optional.of(configuration(1, A)),
            true,
            new HostId("host-a"),
            Optional.empty()),
        now);
    assertEquals(writes(Place.SERVING, Place.ASIDE, Place.ASIDE), plan().writes());
    assertEquals(Waiting.NOBODY, edge.waiting(now));
  }

  @Test
  void anOlderWordChangesNothing() {
    well();
    Topology old = topology(1, A, true);
    established(2, B);
    EdgeState before = edge;
    assertEquals(before, edge.hear(old, now));
  }

  @Test
  void whoeverSaysThatHeIsPrimaryAndIsNotIsOut() {
    well();
    report(C, ServerState.PRIMARY, Gate.OPEN, 1);
    assertEquals(Place.BARRED, plan().writes().get(C));
  }

  @Test
  void aCandidateIsNotOutBecauseItSaysThatItWasPromoted() {
    well();
    begun(2, B);
    report(B, ServerState.PRIMARY, Gate.CLOSED, 2);
    assertEquals(Place.ASIDE, plan().writes().get(B));
  }

  @Test
  void afterAStartNodesThatAreNotHeardGetNoWritesAreLeftToTheirReadersAndThenOut() {
    established(2, B);
    assertEquals(writes(Place.BARRED, Place.SERVING, Place.BARRED), plan().writes());
    assertEquals(Place.LEFT, plan().reads().get(A));
    standby(C, 2);
    assertEquals(writes(Place.BARRED, Place.SERVING, Place.ASIDE), plan().writes());
    now += 3500;
    edge = edge.hear(topology(2, B, true), now);
    assertEquals(Place.LEFT, plan().reads().get(A));
    now += 1;
    assertEquals(Place.BARRED, plan().reads().get(A));
    assertEquals(writes(Place.BARRED, Place.SERVING, Place.ASIDE), plan().writes());
  }

  @Test
  void withoutACoordinatorTheChecksDecideOverThePrimary() {
    well();
    now += 1500;
    assertEquals(Place.SERVING, plan().writes().get(A));
    now += 1;
    assertEquals(writes(Place.CHECKED, Place.ASIDE, Place.ASIDE), plan().writes());
  }

  @Test
  void aHoldIsWantedForItsBudgetAndNotLonger() {
    well();
    established(1, A, new Hold(HOLD, 1000));
    assertEquals(Waiting.EVERYBODY, edge.waiting(now));
    assertEquals(Optional.of(HOLD), edge.wantedHold(now));
    now += 900;
    established(1, A, new Hold(HOLD, 1000));
    assertEquals(Waiting.EVERYBODY, edge.waiting(now));
    now += 100;
    assertEquals(
        Waiting.NOBODY, edge.waiting(now), "the budget runs from when the hold was first heard");
    assertEquals(HOLD, edge.overdue(now).orElseThrow().id());
    established(1, A, new Hold(HOLD, 1000));
    assertEquals(Waiting.NOBODY, edge.waiting(now));
  }

  @Test
  void aHoldEndsWithTheTopologyThatHasNone() {
    well();
    established(1, A, new Hold(HOLD, 1000));
    established(1, A);
    assertEquals(Waiting.NOBODY, edge.waiting(now));
    assertEquals(Optional.empty(), edge.wantedHold(now));
    assertEquals(Optional.empty(), edge.overdue(now));
  }

  @Test
  void betweenTwoPrimariesClientsWaitUntilTheNewOneLetsThemIn() {
    well();
    begun(2, B);
    assertEquals(Waiting.WRITERS, edge.waiting(now));
    assertEquals(Optional.empty(), edge.wantedHold(now), "nobody has asked for it");
    report(B, ServerState.PRIMARY, Gate.CLOSED, 2);
    established(2, B);
    assertEquals(Waiting.WRITERS, edge.waiting(now), "the gate is closed yet");
    assertEquals(Place.ASIDE, plan().writes().get(B), "it would refuse them");
    report(B, ServerState.PRIMARY, Gate.OPEN, 2);
    assertEquals(Waiting.NOBODY, edge.waiting(now));
    assertEquals(Place.SERVING, plan().writes().get(B));
  }

  @Test
  void nobodyWaitsAgainForAPrimaryThatWasOpen() {
    well();
    begun(2, B);
    established(2, B);
    report(B, ServerState.PRIMARY, Gate.OPEN, 2);
    report(B, ServerState.UNRESPONSIVE, Gate.CLOSED, 2);
    established(2, B);
    assertEquals(Waiting.NOBODY, edge.waiting(now));
    assertEquals(Place.SERVING, plan().writes().get(B));
  }

  @Test
  void aHoldThatIsLiftedLeavesThePrimaryInItsPlace() {
    established(1, A);
    established(1, A, new Hold(HOLD, 1000));
    established(1, A);
    assertEquals(Place.SERVING, plan().writes().get(A), "although it was never heard");
    assertEquals(Waiting.NOBODY, edge.waiting(now));
  }

  @Test
  void anOpenGateOfAnEarlierEpochIsNotTheOneThatIsWaitedFor() {
    well();
    begun(2, B);
    established(2, B);
    begun(3, A);
    established(3, A);
    assertEquals(Waiting.WRITERS, edge.waiting(now), "A was open in epoch 1");
    report(A, ServerState.PRIMARY, Gate.OPEN, 3);
    assertEquals(Waiting.NOBODY, edge.waiting(now));
  }

  @Test
  void wordsAboutTheSamePrimaryDoNotMakeClientsWaitLonger() {
    well();
    begun(2, B);
    established(2, B);
    now += Timings.LAN.suspicionMs() - 1;
    established(2, B);
    assertEquals(Waiting.WRITERS, edge.waiting(now));
    now += 1;
    assertEquals(Waiting.NOBODY, edge.waiting(now));
  }

  @Test
  void clientsDoNotWaitForEver() {
    well();
    begun(2, B);
    now += Timings.LAN.promoteDeadlineMs();
    assertEquals(
        Waiting.NOBODY, edge.waiting(now), "for a configuration that is never established");
    begun(3, C);
    assertEquals(Waiting.WRITERS, edge.waiting(now));
    established(3, C);
    now += Timings.LAN.suspicionMs();
    assertEquals(Waiting.NOBODY, edge.waiting(now), "for a gate that is not heard to open");
    assertEquals(Place.SERVING, plan().writes().get(C));
  }

  @Test
  void aLateReportChangesNothing() {
    well();
    established(2, B);
    report(B, ServerState.PRIMARY, Gate.OPEN, 2);
    long last = sequence;
    sequence = 1;
    report(B, ServerState.STANDBY, Gate.OPEN, 1);
    sequence = last;
    assertEquals(Place.SERVING, plan().writes().get(B));
    begun(3, C);
    established(3, C);
    sequence = 2;
    report(B, ServerState.STANDBY, Gate.OPEN, 3);
    assertEquals(Place.BARRED, plan().writes().get(B));
  }
}
