package io.conclave.core.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.conclave.core.Ballot;
import io.conclave.core.Configuration;
import io.conclave.core.EpochRow;
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
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Node "a" was primary of epoch 3, with "b" and "c"; which checks of a node pass in which situation. */
class CheckRuleTest {
  private static final long NOW = 100_000;
  private static final long MIB = 1L << 20;
  private static final NodeId A = new NodeId("a");
  private static final NodeId B = new NodeId("b");
  private static final NodeId C = new NodeId("c");
  private static final CheckRule RULE = new CheckRule(Timings.LAN);

  /** A situation, to be changed in one thing. */
  private static final class Situation {
    private NodeId self = B;
    private ServerState server = ServerState.STANDBY;
    private Gate gate = Gate.OPEN;
    private Receiver receiver = Receiver.STREAMING;
    private NodeId upstream = A;
    private boolean rebuilding;
    private boolean isolated;
    private boolean awake = true;
    private long ageMs = 200;
    private long lag;
    private long unreplayed;
    private boolean primaryHeard = true;
    private long topologyEpoch = 3;
    private NodeId topologyPrimary = A;
    private boolean established = true;
    private List<NodeId> sync = List.of(B, C);
    private boolean spoken = true;

    /** Each word of the table. */
    private void apply(String change) {
      switch (change) {
        case "primary" -> {
          self = A;
          server = ServerState.PRIMARY;
          receiver = Receiver.NONE;
        }
        case "standby" -> server = ServerState.STANDBY;
        case "starting" -> server = ServerState.STARTING;
        case "hanging" -> server = ServerState.UNRESPONSIVE;
        case "gate-closed" -> gate = Gate.CLOSED;
        case "not-streaming" -> receiver = Receiver.NONE;
        case "rebuilding" -> rebuilding = true;
        case "isolated" -> isolated = true;
        case "thawed" -> awake = false;
        case "old" -> ageMs = 751;
        case "very-old" -> ageMs = 5001;
        case "unspoken" -> spoken = false;
        case "1MiB-behind" -> lag = MIB;
        case "17MiB-behind" -> lag = 17 * MIB;
        case "1MiB-unreplayed" -> unreplayed = MIB;
        case "primary-unheard" -> primaryHeard = false;
        case "successor" -> topologyEpoch = 4;
        case "successor-begun" -> {
          topologyEpoch = 4;
          established = false;
        }
        case "of-c" -> {
          topologyPrimary = C;
          sync = List.of(A, B);
        }
        case "follows-c" -> upstream = C;
        case "not-in-sync-set" -> sync = List.of(C);
        case "no-topology" -> topologyEpoch = 0;
        default -> throw new IllegalArgumentException(change);
      }
    }

    private Sight sight() {
      return new Sight(
          spoken ? Optional.of(new LocalReport(report(), NOW - ageMs, awake)) : Optional.empty(),
          topologyEpoch == 0 ? Optional.empty() : Optional.of(topology()),
          primaryHeard ? Optional.of(new Lsn(100 * MIB)) : Optional.empty(),
          NOW);
    }

    private Topology topology() {
      Configuration newest = new Configuration(
          topologyEpoch, topologyPrimary, SyncSet.majorityOf(sync), new UUID(0, topologyEpoch));
      return new Topology(
          new GroupId("g"),
          new Ballot(9, new UUID(1, 1)),
          1,
          Optional.of(newest),
          established,
          new HostId("h"),
          Optional.empty());
    }

    private NodeReport report() {
      return new NodeReport(
          new GroupId("g"),
          self,
          new HostId("h"),
          new UUID(5, 5),
          1,
          server,
          gate,
          42,
          3,
          new Lsn(100 * MIB - lag - unreplayed),
          new Lsn(100 * MIB - lag),
          0,
          List.of(new EpochRow(3, new UUID(0, 3), A, 3, Lsn.ZERO)),
          Optional.empty(),
          Optional.of(upstream),
          receiver,
          rebuilding ? Optional.of(new UUID(6, 6)) : Optional.empty(),
          new Ballot(9, new UUID(1, 1)),
          OrderStatus.NONE,
          Optional.empty(),
          List.of(),
          Optional.empty(),
          isolated
              ? Optional.of(new Problem(Problem.Kind.ISOLATED, "the host was frozen"))
              : Optional.empty());
    }
  }

  private static Sight situation(String changes) {
    Situation situation = new Situation();
    Stream.of(changes.split(" ")).forEach(situation::apply);
    return situation.sight();
  }

  /** Which checks pass; those that are not named fail. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "primary                      | PRIMARY READ_ONLY READ_ONLY_SYNC HEALTH LIVENESS READINESS",
        "primary no-topology          | PRIMARY READ_ONLY READ_ONLY_SYNC HEALTH LIVENESS READINESS",
        "primary successor            | PRIMARY READ_ONLY READ_ONLY_SYNC HEALTH LIVENESS READINESS",
        "primary successor of-c       | HEALTH LIVENESS",
        "primary successor-begun of-c | PRIMARY READ_ONLY READ_ONLY_SYNC HEALTH LIVENESS READINESS",
        "primary gate-closed          | HEALTH LIVENESS",
        "primary isolated             | HEALTH LIVENESS",
        "primary thawed               | LIVENESS",
        "primary old                  | LIVENESS",
        "primary very-old             | ''",
        "primary unspoken             | ''",
        "primary starting             | LIVENESS",
        "primary hanging              | LIVENESS",
        "standby                      | REPLICA READ_ONLY SYNC READ_ONLY_SYNC HEALTH LIVENESS READINESS",
        "standby not-in-sync-set      | REPLICA READ_ONLY ASYNC HEALTH LIVENESS READINESS",
        "standby no-topology          | REPLICA READ_ONLY HEALTH LIVENESS READINESS",
        "standby 1MiB-behind          | REPLICA READ_ONLY SYNC READ_ONLY_SYNC HEALTH LIVENESS READINESS",
        "standby 17MiB-behind         | REPLICA READ_ONLY SYNC READ_ONLY_SYNC HEALTH LIVENESS",
        "standby primary-unheard      | REPLICA READ_ONLY SYNC READ_ONLY_SYNC HEALTH LIVENESS READINESS",
        "standby not-streaming        | REPLICA READ_ONLY HEALTH LIVENESS",
        "standby not-streaming 17MiB-behind    | HEALTH LIVENESS",
        "standby not-streaming primary-unheard | HEALTH LIVENESS",
        "standby successor of-c       | HEALTH LIVENESS",
        "standby successor of-c follows-c | REPLICA READ_ONLY SYNC READ_ONLY_SYNC HEALTH LIVENESS READINESS",
        "standby successor of-c follows-c not-streaming | HEALTH LIVENESS",
        "standby gate-closed          | HEALTH LIVENESS",
        "standby rebuilding           | HEALTH LIVENESS",
        "standby starting             | LIVENESS",
        "standby thawed               | LIVENESS",
        "standby old                  | LIVENESS",
        "standby very-old             | ''",
      })
  void whatPasses(String situation, String passing) {
    Sight sight = situation(situation);
    assertEquals(
        passing,
        Stream.of(Check.values())
            .filter(check -> RULE.objection(CheckRequest.of(check), sight).isEmpty())
            .map(Check::name)
            .collect(Collectors.joining(" ")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "standby 1MiB-behind      | REPLICA   | 1048576 | apply | true",
        "standby 1MiB-behind      | REPLICA   | 1048575 | apply | false",
        "standby 1MiB-behind      | READ_ONLY | 1048575 | apply | false",
        "standby 1MiB-behind      | READINESS | 1048575 | apply | false",
        "standby 1MiB-unreplayed  | READINESS | 1048575 | apply | false",
        "standby 1MiB-unreplayed  | READINESS | 1048575 | write | true",
        "standby 17MiB-behind     | READINESS | 99999999 | apply | true",
        "standby 17MiB-behind not-streaming | REPLICA | 99999999 | apply | true",
        "standby 17MiB-behind not-streaming | READINESS | 99999999 | apply | false",
        "standby not-in-sync-set 1MiB-behind | ASYNC | 1048575 | apply | false",
        "standby not-in-sync-set 1MiB-behind | ASYNC | 1048576 | apply | true",
        "standby 1MiB-behind      | SYNC      | 1048575 | apply | false",
        "standby 1MiB-behind      | SYNC      | 1048576 | apply | true",
        "standby 1MiB-unreplayed  | SYNC      | 1048575 | apply | false",
        "standby 1MiB-unreplayed  | SYNC      | 1048575 | write | true",
        "standby 1MiB-behind      | READ_ONLY_SYNC | 1048575 | apply | false",
        "standby primary-unheard  | SYNC      | 0       | apply | true",
        "primary                  | READ_ONLY_SYNC | 0  | apply | true",
        "primary                  | PRIMARY   | 0       | apply | true",
        "primary                  | READ_ONLY | 0       | apply | true",
      })
  void lagIsWithinALimit(
      String situation, Check check, long lagBytes, String mode, boolean passes) {
    CheckRequest request = new CheckRequest(
        check, Optional.of(lagBytes), mode.equals("write"), false, Optional.empty());
    assertEquals(passes, RULE.objection(request, situation(situation)).isEmpty());
  }

  @Test
  void aDemandThatNothingMeetsConcernsStandbysOnly() {
    Optional<String> unmet = Optional.of("there are no tags");
    for (Check check : List.of(Check.REPLICA, Check.SYNC, Check.ASYNC, Check.READINESS)) {
      CheckRequest request = new CheckRequest(check, Optional.empty(), false, false, unmet);
      assertEquals(unmet, RULE.objection(request, situation("standby")));
    }
    CheckRequest request = new CheckRequest(Check.PRIMARY, Optional.empty(), false, false, unmet);
    assertEquals(Optional.empty(), RULE.objection(request, situation("primary")));
  }

  @Test
  void streamingMayBeDemanded() {
    CheckRequest request =
        new CheckRequest(Check.REPLICA, Optional.empty(), false, true, Optional.empty());
    assertEquals(
        Optional.of("it does not stream"),
        RULE.objection(request, situation("standby not-streaming")));
    assertEquals(Optional.empty(), RULE.objection(request, situation("standby")));
  }

  @Test
  void theObjectionSaysWhy() {
    CheckRequest request = CheckRequest.of(Check.PRIMARY);
    assertEquals(
        Optional.of("c is primary of epoch 4"),
        RULE.objection(request, situation("primary successor of-c")));
    assertEquals(
        Optional.of("the agent has said nothing of this node for 751 ms"),
        RULE.objection(request, situation("primary old")));
  }

  @ParameterizedTest
  @CsvSource({"250, 1000, 750", "500, 3000, 2250", "500, 1000, 1000", "100, 200, 200"})
  void aWordIsNeverTrustedForLongerThanTheOthersSuspicion(
      long reportMs, long suspicionMs, long youngMs) {
    Timings lan = Timings.LAN;
    Timings timings = new Timings(
        reportMs,
        lan.probeMs(),
        suspicionMs,
        lan.stuckMs(),
        lan.tickMs(),
        lan.orderRetryMs(),
        lan.registerTimeoutMs(),
        lan.fenceDeadlineMs(),
        lan.promoteDeadlineMs(),
        lan.switchoverDeadlineMs(),
        lan.switchoverBudgetMs(),
        lan.standbyGraceMs(),
        lan.isolationMs(),
        lan.stopMs(),
        lan.failoverLimit(),
        lan.failoverWindowMs());
    assertEquals(youngMs, CheckRule.youngMs(timings));
  }
}
