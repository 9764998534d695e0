package io.conclave.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.chaos.Expectation.Failover;
import io.conclave.cli.ChaosRequest;
import io.conclave.cli.ExitCodes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TallyTest {
  private static final Expectation ANY =
      new Expectation(Failover.MAY, Map.of(), Map.of(), Map.of());
  private static final List<Scenario> TWO = List.of(scenario("first"), scenario("second"));

  @TempDir
  private Path directory;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private static Scenario scenario(String name) {
    return new Scenario(name, name, false, Optional.empty(), Set.of(), List.of(), ANY);
  }

  private static RunResult result(String name, String... complaints) {
    Seen seen = new Seen(List.of(), null, null, "a", "a", 1, 0, List.of());
    return new RunResult(name, name, 1, 1.0, seen, List.of(complaints), null);
  }

  private Tally tally(List<Scenario> scenarios) {
    ChaosRequest request = new ChaosRequest(
        List.of(),
        Optional.empty(),
        1,
        false,
        false,
        false,
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
  void isToldOnce() throws IOException {
    Tally tally = tally(TWO.subList(0, 1));
    tally.add(result("first"));
    tally.tell();
    int length = out.size();
    tally.tell();
    assertEquals(length, out.size());
  }
}
