package io.conclave.ops;

import io.conclave.core.Ballot;
import io.conclave.core.Configuration;
import io.conclave.core.Durability;
import io.conclave.core.EdgeReport;
import io.conclave.core.EpochRow;
import io.conclave.core.Evidence;
import io.conclave.core.FailoverSummary;
import io.conclave.core.Gate;
import io.conclave.core.GroupDefinition;
import io.conclave.core.GroupId;
import io.conclave.core.GroupStatus;
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
import io.conclave.core.Topology;
import io.conclave.core.Vote;
import io.conclave.core.decision.Cause;
import io.conclave.core.decision.Decision;
import io.conclave.core.decision.DecisionRecord;
import io.conclave.core.decision.Tally;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Words of a healthy group of three, epoch 3, primary us-db-1, coordinated at eu-1. */
final class Words {
  static final GroupId MAIN = new GroupId("main");
  static final HostId EDGE = new HostId("us-edge-1");
  static final UUID AGENT = new UUID(7, 7);
  static final UUID PROMOTION = new UUID(3, 3);

  private Words() {}

  static GroupDefinition main() {
    return new GroupDefinition(
        MAIN,
        List.of(member("us", 5432), member("eu", 5433), member("ap", 5434)),
        new Durability(Durability.Policy.QUORUM, Durability.WhenAlone.STRICT));
  }

  private static Member member(String region, int port) {
    return new Member(
        db(region), host(region), new Region(region), Member.Kind.STANDBY, "127.0.0.1", port, 100);
  }

  static NodeId db(String region) {
    return new NodeId(region + "-db-1");
  }

  static HostId host(String region) {
    return new HostId(region + "-1");
  }

  static Ballot ballot(long number) {
    return new Ballot(number, UUID.fromString("1f3a9c2e-0000-4000-8000-000000000000"));
  }

  static Topology topology(long ballot, String coordinator) {
    return new Topology(
        MAIN,
        ballot(ballot),
        1,
        Optional.of(new Configuration(
            3, db("us"), SyncSet.majorityOf(List.of(db("eu"), db("ap"))), PROMOTION)),
        true,
        host(coordinator),
        Optional.empty());
  }

  /** The one after {@link #topology}: epoch 4, with another primary. */
  static Topology successor(long ballot, String primary) {
    return new Topology(
        MAIN,
        ballot(ballot),
        1,
        Optional.of(new Configuration(
            4, db(primary), SyncSet.majorityOf(List.of(db("us"), db("ap"))), new UUID(4, 4))),
        true,
        host(primary),
        Optional.empty());
  }

  /** An edge that follows. */
  static EdgeReport edge() {
    return new EdgeReport(
        MAIN,
        EDGE,
        AGENT,
        7,
        ballot(12),
        1,
        Optional.of(db("us")),
        Optional.empty(),
        Optional.empty());
  }

  static GroupStatus status(Topology topology) {
    return new GroupStatus(topology, "STEADY", Optional.empty());
  }

  static FailoverSummary failover() {
    return new FailoverSummary(
        "1f3a9c2e",
        "VERDICT",
        Optional.of(db("eu")),
        Optional.of(db("us")),
        3,
        1_000,
        1_020,
        1_060,
        1_080,
        "us-1 DEAD, ap-1 DEAD",
        "us-db-1 epoch 2 0/3000000");
  }

  /** A failover from eu-db-1 to us-db-1, as the coordinator at ap-1 has recorded it: begun and ended. */
  static List<DecisionRecord> change() {
    Configuration left = new Configuration(
        2, db("eu"), SyncSet.majorityOf(List.of(db("us"), db("ap"))), new UUID(2, 2));
    Configuration now = topology(12, "us").configuration().orElseThrow();
    Tally votes = new Tally(
        List.of(vote("us", 2, Vote.Opinion.DEAD), vote("ap", 2, Vote.Opinion.DEAD)),
        List.of(host("eu")),
        3,
        2,
        3,
        2);
    return List.of(
        record(
            "0badcafe",
            1,
            1_000,
            new Decision.FailoverBegun(left, votes, List.of(), Optional.empty())),
        record(
            "1f3a9c2e",
            2,
            1_080,
            new Decision.Established(
                now, Cause.VERDICT, Optional.of(db("eu")), List.of(db("ap")))));
  }

  private static DecisionRecord record(String id, long number, long atMs, Decision decision) {
    return new DecisionRecord(id, MAIN, ballot(12), number, host("ap"), atMs, decision);
  }

  static NodeReport report(String region, long sequence, String position) {
    boolean primary = region.equals("us");
    return new NodeReport(
        MAIN,
        db(region),
        host(region),
        AGENT,
        sequence,
        primary ? ServerState.PRIMARY : ServerState.STANDBY,
        Gate.OPEN,
        42,
        4,
        Lsn.parse(position),
        Lsn.parse(position),
        0,
        List.of(new EpochRow(3, PROMOTION, db("us"), 4, Lsn.parse("0/3000000"))),
        Optional.empty(),
        primary ? Optional.empty() : Optional.of(db("us")),
        primary ? Receiver.NONE : Receiver.STREAMING,
        Optional.empty(),
        ballot(12),
        OrderStatus.NONE,
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  static Vote vote(String region, long epoch, Vote.Opinion opinion) {
    return new Vote(
        MAIN,
        epoch,
        db("us"),
        host(region),
        new Region(region),
        1,
        opinion,
        List.of(new Evidence(Evidence.Channel.AGENT, Evidence.Finding.ALIVE, 80, "")));
  }
}
