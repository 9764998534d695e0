package io.conclave.register;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.core.Ballot;
import io.conclave.core.GroupId;
import io.conclave.core.HostId;
import io.conclave.core.RegisterRecord;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whom a sentinel with an empty store must have heard. */
class AdmissionRuleTest {
  private static final GroupId MAIN = new GroupId("main");
  private static final RegisterCell CLAIMED =
      new RegisterCell(new Ballot(3, new UUID(1, 2)), RegisterRecord.EMPTY);

  @ParameterizedTest
  @CsvSource({"1, 1, 0", "2, 2, 1", "3, 2, 2", "4, 3, 2", "5, 3, 3", "7, 4, 4"})
  void asManyAsMeetEveryMajority(int sentinels, int majority, int needed) {
    assertEquals(needed, AdmissionRule.needed(sentinels, majority));
  }

  @ParameterizedTest
  @CsvSource({"2, 2", "3, 2", "4, 3", "5, 3", "6, 4", "7, 4", "9, 5"})
  void anyOfThatManyMeetTheRestOfEveryWrite(int sentinels, int majority) {
    int others = sentinels - 1;
    int holders = majority - 1;
    int needed = AdmissionRule.needed(sentinels, majority);
    assertTrue(holders + needed > others, "they have one in common");
    assertTrue(holders + needed - 1 <= others, "and with one less they need not");
    assertTrue(needed <= others);
  }

  @Test
  void theOnlySentinelNeedsNobody() {
    assertTrue(AdmissionRule.admits(0, replica("a", false, RegisterCell.EMPTY), List.of()));
  }

  @Test
  void ofThreeBothOthers() {
    Replica lost = replica("a", false, RegisterCell.EMPTY);
    Replica stale = replica("b", true, RegisterCell.EMPTY);
    Replica newest = replica("c", true, CLAIMED);
    assertFalse(AdmissionRule.admits(2, lost, List.of()));
    assertFalse(AdmissionRule.admits(2, lost, List.of(stale)), "the stale one tells nothing");
    assertTrue(AdmissionRule.admits(2, lost, List.of(stale, newest)));
  }

  @Test
  void aCellBeginsWithBlankReplicasAlone() {
    Replica own = replica("a", false, RegisterCell.EMPTY);
    Replica blank = new Replica("cell", new HostId("b"), false, List.of());
    assertTrue(
        AdmissionRule.admits(2, own, List.of(blank, replica("c", true, RegisterCell.EMPTY))));
    assertFalse(AdmissionRule.admits(2, own, List.of(blank)));
  }

  @Test
  void twoLostStoresAreNoBeginning() {
    Replica lost = replica("b", false, RegisterCell.EMPTY);
    Replica survivor = replica("c", true, CLAIMED);
    assertFalse(
        AdmissionRule.admits(2, replica("a", false, RegisterCell.EMPTY), List.of(lost, survivor)));
    Replica halfLost = replica("a", false, CLAIMED);
    assertFalse(
        AdmissionRule.admits(2, halfLost, List.of(lost, replica("c", true, RegisterCell.EMPTY))));
  }

  @Test
  void replicasMergeGroupByGroup() {
    Replica one = replica("a", true, CLAIMED);
    GroupId other = new GroupId("other");
    Replica two = new Replica(
        "cell",
        new HostId("b"),
        true,
        List.of(new Replica.Entry(other, CLAIMED), new Replica.Entry(MAIN, RegisterCell.EMPTY)));
    assertEquals(
        List.of(new Replica.Entry(MAIN, CLAIMED), new Replica.Entry(other, CLAIMED)),
        Replica.merge(List.of(two, one)));
  }

  private static Replica replica(String host, boolean complete, RegisterCell cell) {
    return new Replica("cell", new HostId(host), complete, List.of(new Replica.Entry(MAIN, cell)));
  }
}
