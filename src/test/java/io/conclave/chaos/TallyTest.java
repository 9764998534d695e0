package io.conclave.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.chaos.Expectation.Failover;
import io.conclave.chaos.Seen.ChannelSeen;
import io.conclave.cli.ChaosRequest;
import io.conclave.cli.ExitCodes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TallyTest {
  private static final Expectation ANY = new Expectation(
      Failover.MAY, Optional.empty(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of());
  private static final List<Scenario> TWO = List.of(scenario("first"), scenario("second"));

  @TempDir
  private Path directory;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private static Scenario scenario(String name) {
    return new Scenario(name, name, false, Optional.empty(), Set.of(), List.of(), ANY);
  }

  private static RunResult result(String name, String... complaints) {
    return result(name, List.of(), complaints);
  }

  private static RunResult result(String name, List<ChannelSeen> channels, String... complaints) {
    Seen seen =
        new Seen(channels, List.of(), null, null, null, "a", "a", List.of("a"), 0, List.of());
    return new RunResult(name, name, 1, 1.0, seen, List.of(complaints), null);
  }

  /** One that wants a median of 1 s through PgBouncer, after so many runs with these outages. */
  private Tally tallyOfGoal(int wanted, boolean goals, double... outages) {
    Map<Channel, Duration> goal = Map.of(Channel.PGBOUNCER, Duration.ofSeconds(1));
    return tallyOf(goal, Map.of(), wanted, goals, outages);
  }

  /** One that wants stalls of 1 s in the median and 1.2 s at most; each is 100 ms longer than these outages. */
  private Tally tallyOfStalls(int wanted, double... outages) {
    StallGoal goal =
        new StallGoal(Optional.of(Duration.ofSeconds(1)), Optional.of(Duration.ofMillis(1200)));
    return tallyOf(Map.of(), Map.of(Channel.PGBOUNCER, goal), wanted, true, outages);
  }

  private Tally tallyOf(
      Map<Channel, Duration> goal,
      Map<Channel, StallGoal> stall,
      int wanted,
      boolean goals,
      double... outages) {
    Expectation expected =
        new Expectation(Failover.MAY, Optional.empty(), Map.of(), Map.of(), goal, Map.of(), stall);
    Scenario scenario =
        new Scenario("first", "first", false, Optional.empty(), Set.of(), List.of(), expected);
    Tally tally = tally(List.of(scenario), wanted, goals);
    for (double outage : outages) {
      ChannelSeen seen = new ChannelSeen(
          Channel.PGBOUNCER, outage, outage + 100, 1, 0, 0, 0, 0, 0, 0, Staleness.NONE);
      tally.add(result("first", List.of(seen)));
    }
    return tally;
  }

  private Tally tally(List<Scenario> scenarios) {
    return tally(scenarios, 1, false);
  }

  private Tally tally(List<Scenario> scenarios, int runs, boolean goals) {
    ChaosRequest request = new ChaosRequest(
        List.of(),
        Optional.empty(),
        runs,
        false,
        false,
        false,
        goals,
        Optional.of(directory.resolve("of/report.json")),
        Optional.of(directory.resolve("of/junit.xml")));
    return new Tally(request, scenarios, new PrintStream(out, true, StandardCharsets.UTF_8));
  }

  private String file(String name) throws IOException {
    return Files.readString(directory.resolve("of").resolve(name));
  }

  @Test
  void aStackThatNeverStartsIsAnErrorInBothFiles() throws IOException {
    Tally tally = tally(TWO);
    tally.fail("there is no engine\nand none can be started");
    tally.fail("what came of it");
    tally.tell();
    String error = "    <error message=\"there is no engine\">there is no engine\nand none";
    assertTrue(file("junit.xml").contains("tests=\"1\" failures=\"0\" errors=\"1\""));
    assertTrue(file("junit.xml").contains("name=\"all 2 runs are made\""));
    assertTrue(file("junit.xml").contains(error.strip()), () -> "no " + error);
    assertTrue(file("report.json").contains("\"error\" : \"there is no engine\\n"));
    assertEquals(ExitCodes.FAILED, tally.exitCode());
  }

  @Test
  void runsThatAreMissingAreAnErrorWithoutAReasonToo() throws IOException {
    Tally tally = tally(TWO);
    tally.add(result("first"));
    tally.tell();
    assertTrue(file("junit.xml").contains("<error message=\"it ended after 1 of 2 runs\""));
    assertEquals(ExitCodes.FAILED, tally.exitCode());
  }

  @Test
  void allRunsThatPassAreGood() throws IOException {
    Tally tally = tally(TWO);
    tally.add(result("first"));
    tally.add(result("second"));
    tally.tell();
    assertTrue(file("junit.xml").contains("tests=\"2\" failures=\"0\" errors=\"0\""));
    assertTrue(file("report.json").contains("\"error\" : null"));
    assertEquals(ExitCodes.DONE, tally.exitCode());
  }

  @Test
  void aComplaintIsNotGood() {
    Tally tally = tally(TWO.subList(0, 1));
    tally.add(result("first", "something is lost"));
    assertEquals(ExitCodes.FAILED, tally.exitCode());
  }

  @Test
  void aMissedGoalIsAFailureOfJunitAndOfTheExitCodeWhenItIsAskedFor() throws IOException {
    double[] slow = {900, 1100, 1300, 800, 1001};
    Tally tally = tallyOfGoal(5, true, slow);
    tally.tell();
    assertTrue(file("junit.xml").contains("tests=\"6\" failures=\"1\" errors=\"0\""));
    assertTrue(file("junit.xml")
        .contains("name=\"goal: the median outage through pgbouncer is at most 1000 ms\""));
    assertTrue(file("junit.xml").contains("the median of 5 runs is 1001 ms (min 800, max 1300)"));
    assertTrue(file("report.json").contains("\"met\" : false"));
    assertEquals(ExitCodes.FAILED, tally.exitCode());
    assertEquals(ExitCodes.DONE, tallyOfGoal(5, false, slow).exitCode());
  }

  @Test
  void aGoalIsMetByTheMedianOfFiveRuns() throws IOException {
    Tally tally = tallyOfGoal(5, true, 900, 1100, 1300, 800, 1000);
    tally.tell();
    assertTrue(file("junit.xml").contains("tests=\"6\" failures=\"0\" errors=\"0\""));
    assertTrue(file("report.json").contains("\"met\" : true"));
    assertEquals(ExitCodes.DONE, tally.exitCode());
  }

  @Test
  void fewerRunsTellNothingOfAGoal() throws IOException {
    Tally tally = tallyOfGoal(4, true, 900, 900, 900, 900);
    tally.tell();
    assertTrue(file("junit.xml").contains("tests=\"4\" failures=\"0\" errors=\"0\""));
    assertTrue(file("report.json").contains("\"met\" : null"));
    assertTrue(
        out.toString(StandardCharsets.UTF_8).contains("goal for the median 1000 ms: needs 5 runs"));
    assertEquals(ExitCodes.FAILED, tally.exitCode());
  }

  @Test
  void stallsHaveGoalsForTheMedianAndTheLongest() throws IOException {
    Tally tally = tallyOfStalls(5, 900, 800, 1101, 700, 900);
    tally.tell();
    assertTrue(file("junit.xml").contains("tests=\"7\" failures=\"1\" errors=\"0\""));
    assertTrue(file("junit.xml")
        .contains("name=\"goal: the median stall through pgbouncer is at most 1000 ms\""));
    assertTrue(file("junit.xml")
        .contains("name=\"goal: the max stall through pgbouncer is at most 1200 ms\""));
    assertTrue(file("junit.xml").contains("the max of 5 runs is 1201 ms (min 800, median 1000)"));
    assertTrue(file("report.json").contains("\"met\" : true"));
    assertTrue(file("report.json").contains("\"max_met\" : false"));
    assertTrue(out.toString(StandardCharsets.UTF_8)
        .contains("goal for the median 1000 ms: met; goal for the max 1200 ms: MISSED"));
    assertEquals(ExitCodes.FAILED, tally.exitCode());
    assertEquals(ExitCodes.DONE, tallyOfStalls(5, 900, 800, 1100, 700, 900).exitCode());
  }

  @Test
  void fewerRunsTellNothingOfTheLongestStallEither() throws IOException {
    Tally tally = tallyOfStalls(4, 2000, 2000, 2000, 2000);
    tally.tell();
    assertTrue(file("junit.xml").contains("tests=\"4\" failures=\"0\" errors=\"0\""));
    assertTrue(file("report.json").contains("\"max_met\" : null"));
    assertTrue(
        out.toString(StandardCharsets.UTF_8).contains("goal for the max 1200 ms: needs 5 runs"));
    assertEquals(ExitCodes.FAILED, tally.exitCode());
  }

  @Test
  void whatIsSkippedFailsNothing() throws IOException {
    Tally tally = tally(TWO);
    tally.skip(new Skipped("first", "First", "needs an edge"));
    tally.add(result("second"));
    tally.tell();
    assertTrue(file("junit.xml").contains("tests=\"2\" failures=\"0\" errors=\"0\" skipped=\"1\""));
    assertTrue(file("junit.xml").contains("<skipped message=\"needs an edge\">"));
    assertTrue(file("report.json").contains("\"reason\" : \"needs an edge\""));
    assertTrue(out.toString(StandardCharsets.UTF_8).contains("- skipped: needs an edge"));
    assertTrue(out.toString(StandardCharsets.UTF_8).contains("0 failed, 1 scenarios skipped"));
    assertEquals(ExitCodes.DONE, tally.exitCode());
  }

  @Test
  void nothingButSkippedScenariosIsAnError() throws IOException {
    Tally tally = tally(TWO);
    tally.skip(new Skipped("first", "First", "needs an edge"));
    tally.skip(new Skipped("second", "Second", "needs an edge"));
    tally.tell();
    assertTrue(
        file("junit.xml").contains("<error message=\"nothing ran: every scenario was skipped\""));
    assertEquals(ExitCodes.FAILED, tally.exitCode());
  }

  @Test
  void isToldOnce() throws IOException {
    Tally tally = tally(TWO.subList(0, 1));
    tally.add(result("first"));
    tally.tell();
    int length = out.size();
    tally.tell();
    assertEquals(length, out.size());
  }
}
