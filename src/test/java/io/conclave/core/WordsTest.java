package io.conclave.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.core.agent.Obedience;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The small words: order, form, rendering. */
class WordsTest {
  private static NodeId node(String name) {
    return new NodeId(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "us-db-1", "a_b", "abcdefghijabcdefghijabcdefghijabcdefghij"})
  void aNameOfTheRightForm(String name) {
    assertEquals(name, new NodeId(name).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "A",
        "1a",
        "-a",
        "a b",
        "a\"",
        "a;",
        "ä",
        "abcdefghijabcdefghijabcdefghijabcdefghijk"
      })
  void aNameOfAnotherFormIsRefused(String name) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> new HostId(name)).getMessage();
    assertTrue(message.contains("host name '" + name + "'"));
  }

  @ParameterizedTest
  @CsvSource({"0/0,0", "0/3000148,50331976", "1/0,4294967296", "FFFFFFFF/FFFFFFFF,-1"})
  void aPositionIsPrintedAsPostgresPrintsIt(String text, long bytes) {
    assertEquals(new Lsn(bytes), Lsn.parse(text));
    assertEquals(text, new Lsn(bytes).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "/0", "0/", "x/1", "1/100000000", "-1/0", "0/-1"})
  void whatIsNoPositionIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> Lsn.parse(text));
  }

  @Test
  void positionsAreOrderedWithoutASign() {
    assertTrue(new Lsn(-1).isAtLeast(new Lsn(5)));
    assertEquals(3, new Lsn(8).ahead(new Lsn(5)));
    assertEquals(0, new Lsn(5).ahead(new Lsn(8)));
  }

  @Test
  void ballotsAreOrderedByNumberThenByClaim() {
    Ballot low = new Ballot(1, new UUID(9, 9));
    Ballot high = new Ballot(2, new UUID(1, 1));
    Ballot higher = new Ballot(2, new UUID(1, 2));
    assertTrue(high.isAbove(low) && higher.isAbove(high) && low.isAbove(Ballot.NONE));
    assertFalse(high.isAbove(high) || low.isAbove(high));
    assertTrue(low.next(new UUID(0, 0)).isAbove(low));
  }

  @ParameterizedTest
  @CsvSource({
    "2,1,true,OBEY",
    "1,6,true,OBEY",
    "1,5,true,ANSWER_AGAIN",
    "1,5,false,OBEY",
    "1,4,true,REFUSE",
    "0,9,true,REFUSE"
  })
  void anAgentObeysAHigherOrderAndAfterARestartTheSameAgain(
      long ballot, long number, boolean knowsIt, Obedience expected) {
    Order order = new Order(
        new GroupId("g"), node("a"), new Ballot(ballot, new UUID(0, 0)), number, new Task.Fence());
    assertEquals(expected, Obedience.of(new Ballot(1, new UUID(0, 0)), 5, knowsIt, order));
  }

  @ParameterizedTest
  @CsvSource({"0,0,1", "1,1,1", "2,1,2", "3,2,2", "4,2,3", "5,3,3", "6,3,4"})
  void theDefaultQuorumIsAMajorityOfTheGroupWithoutThePrimary(int size, int k, int fences) {
    List<NodeId> members =
        java.util.stream.IntStream.range(0, size).mapToObj(i -> node("n" + i)).toList();
    assertEquals(k, SyncSet.majorityOf(members).k());
    assertEquals(fences, SyncSet.majorityOf(members).fencesNeeded());
  }

  @Test
  void aSyncSetIsSortedAndChecked() {
    assertEquals(
        List.of(node("a"), node("b")),
        new SyncSet(List.of(node("b"), node("a"), node("b")), 1).members());
    assertThrows(IllegalArgumentException.class, () -> new SyncSet(List.of(node("a")), 2));
    assertThrows(IllegalArgumentException.class, () -> new SyncSet(List.of(), -1));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Configuration(1, node("a"), new SyncSet(List.of(node("a")), 1), new UUID(1, 1)));
  }

  @Test
  void aSyncSettingIsRenderedForPostgres() {
    assertEquals(
        "ANY 1 (\"a\", \"b-2\")", new SyncSetting(List.of(node("b-2"), node("a")), 1).toPostgres());
    assertEquals("ANY 1 (conclave_nobody)", SyncSetting.WAIT.toPostgres());
    assertEquals("", SyncSetting.FREE.toPostgres());
    assertEquals("", new SyncSetting(List.of(node("a")), 0).toPostgres());
  }

  private static EpochRow row(long epoch, long start) {
    return new EpochRow(epoch, new UUID(epoch, 0), node("a"), (int) epoch, new Lsn(start));
  }

  @ParameterizedTest
  @CsvSource({
    "1,99,PREFIX",
    "1,100,PREFIX",
    "1,101,DIVERGED",
    "2,150,PREFIX",
    "2,200,PREFIX",
    "2,201,DIVERGED",
    "3,200,PREFIX",
    "3,999999,PREFIX",
    "4,1,UNRELATED"
  })
  void walIsAPrefixUpToTheNextPromotion(long ownEpoch, long end, Prefix.Relation expected) {
    List<EpochRow> history = List.of(row(1, 0), row(2, 100), row(3, 200));
    assertEquals(expected, Prefix.of(Optional.of(row(ownEpoch, 0)), new Lsn(end), history));
  }

  @Test
  void theSameEpochOfAnotherPromotionIsUnrelated() {
    EpochRow twin = new EpochRow(2, new UUID(77, 7), node("b"), 2, new Lsn(100));
    assertEquals(
        Prefix.Relation.UNRELATED,
        Prefix.of(Optional.of(twin), new Lsn(100), List.of(row(1, 0), row(2, 100))));
    assertEquals(
        Prefix.Relation.UNRELATED, Prefix.of(Optional.empty(), new Lsn(0), List.of(row(1, 0))));
    assertEquals(
        Prefix.Relation.UNRELATED, Prefix.of(Optional.of(row(1, 0)), new Lsn(0), List.of()));
  }

  /** Rows as epochs; a letter after one makes it another promotion of that epoch. */
  @ParameterizedTest
  @CsvSource({
    "1 2 3, 1 2 3, true",
    "1 2, 1 2 3, true",
    "1 2 3, 1 2, true",
    "2 3, 1 2 3 4, true",
    "1 2 3, 2 3 4, true",
    "1 2, 4 5, true",
    "'', 1, true",
    "1, '', true",
    "1 2x 3, 1 2 3, false",
    "1 2x 3, 1 3, false",
    "1 3, 1 2 3, false",
    "1x 2, 1 2, false"
  })
  void rowsOfTheSameEpochsAreTheSamePromotions(String own, String source, boolean expected) {
    assertEquals(expected, Prefix.sharesRows(rows(own), rows(source)));
  }

  private static List<EpochRow> rows(String text) {
    return Arrays.stream(text.split(" "))
        .filter(one -> !one.isEmpty())
        .map(one -> new EpochRow(
            one.charAt(0) - '0',
            new UUID(one.charAt(0), one.length()),
            node("a"),
            one.charAt(0) - '0',
            Lsn.ZERO))
        .toList();
  }

  @Test
  void everyPromotionOfAHistoryBeginsANewerTimeline() {
    assertTrue(Prefix.isOneHistory(List.of()));
    assertTrue(Prefix.isOneHistory(List.of(row(1, 0), row(2, 100), row(4, 200))));
    EpochRow twin = new EpochRow(3, new UUID(77, 7), node("b"), 2, new Lsn(100));
    assertFalse(Prefix.isOneHistory(List.of(row(1, 0), row(2, 100), twin)));
  }

  private static Configuration configuration(long epoch) {
    return new Configuration(epoch, node("a"), SyncSet.EMPTY, new UUID(epoch, 1));
  }

  @Test
  void aBegunConfigurationReplacesItsPredecessorsOnlyOnceEstablished() {
    RegisterRecord one = RegisterRecord.EMPTY.begin(configuration(1));
    RegisterRecord two =
        one.establish(configuration(1).promotion()).begin(configuration(2)).begin(configuration(3));
    assertEquals(List.of(configuration(1), configuration(2), configuration(3)), two.active());
    assertEquals(Optional.of(configuration(3)), two.newest());
    RegisterRecord three = two.establish(configuration(2).promotion());
    assertEquals(List.of(configuration(2), configuration(3)), three.active());
    assertEquals(
        List.of(configuration(3)), two.establish(configuration(3).promotion()).active());
    assertThrows(IllegalArgumentException.class, () -> three.establish(new UUID(5, 5)));
  }

  @Test
  void everyWriteRisesAndAnotherBallotBeginsAnew() {
    RegisterRecord record = RegisterRecord.EMPTY.begin(configuration(1));
    assertEquals(1, record.version());
    assertEquals(2, record.withSync(SyncSet.EMPTY).version());
    assertEquals(8, record.above(7).version());
    assertEquals(record, record.above(0));
    RegisterRecord under = record.above(50).under(new Ballot(1, new UUID(0, 0)));
    assertEquals(1, under.version());
    assertTrue(under.compareTo(record.above(50)) > 0);
  }

  private static Sentinels sentinels(String... regions) {
    return new Sentinels(java.util.stream.IntStream.range(0, regions.length)
        .mapToObj(i -> new Sentinels.Seat(new HostId("s" + i), new Region(regions[i])))
        .toList());
  }

  @ParameterizedTest
  @CsvSource({
    "us eu ap, 0 1, true",
    "us eu ap, 0, false",
    "us eu ap, 0 0, false",
    "us eu ap, 0 9, false",
    "us us us eu ap, 0 1 2, false",
    "us us us eu ap, 0 1 3, true",
    "us us us eu ap, 0 3, false",
    "us us eu eu ap, 0 1 4, true",
    "us us eu eu, 0 1 2, true",
    "us us us eu eu, 0 1 2, false",
    "us, 0, true"
  })
  void aVerdictTakesAMajorityOfSentinelsAndOfRegions(String regions, String these, boolean decide) {
    List<HostId> voters =
        java.util.Arrays.stream(these.split(" ")).map(i -> new HostId("s" + i)).toList();
    assertEquals(decide, sentinels(regions.split(" ")).decide(voters));
  }

  @Test
  void aTopologyIsSupersededByBallotThenVersion() {
    Topology one = new Topology(
        new GroupId("g"),
        new Ballot(1, new UUID(0, 1)),
        5,
        Optional.empty(),
        false,
        new HostId("h"),
        Optional.empty());
    Topology later = new Topology(
        new GroupId("g"),
        new Ballot(1, new UUID(0, 1)),
        6,
        Optional.empty(),
        false,
        new HostId("h"),
        Optional.empty());
    Topology other = new Topology(
        new GroupId("g"),
        new Ballot(2, new UUID(0, 1)),
        1,
        Optional.empty(),
        false,
        new HostId("h"),
        Optional.empty());
    assertTrue(later.supersedes(one) && other.supersedes(later));
    assertFalse(one.supersedes(one) || one.supersedes(later) || later.supersedes(other));
  }
}
