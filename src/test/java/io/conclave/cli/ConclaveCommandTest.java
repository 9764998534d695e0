package io.conclave.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.conclave.core.HostId;
import io.conclave.settings.ConclaveSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConclaveCommandTest {
  private static final String STATUS = """
      {"host":"us-1","groups":[{"group":"main","phase":"STEADY","blocker":null,"epoch":3,"established":true,
       "primary":"us-db-1","sync_set":["ap-db-1","eu-db-1"],"sync_k":1,"ballot":"12.1f3a9c2e","coordinator":"eu-1","age_ms":40,
       "nodes":[{"node":"us-db-1","host":"us-1","region":"us","kind":"STANDBY","server":"PRIMARY","gate":"OPEN","epoch":3,
         "timeline":4,"position":"0/3000148","lag_bytes":0,"receiver":"NONE","upstream":null,"order":"DONE","problem":null},
        {"node":"ap-db-1","host":"ap-1","region":"ap","kind":"STANDBY","server":"STANDBY","gate":"OPEN","epoch":3,
         "timeline":4,"position":"0/3000100","lag_bytes":72,"receiver":"STREAMING","upstream":"us-db-1","order":"DONE",
         "problem":"disk is nearly full"}],
       "votes":[{"sentinel":"us-1","region":"us","opinion":"HEALTHY","age_ms":80,
         "evidence":[{"channel":"AGENT","finding":"ALIVE","age_ms":80,"detail":""}]}],
       "last_failover":null}]}
      """;

  @TempDir
  Path directory;

  private final Recorder programs = new Recorder();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private HttpServer server;
  private String orders = "";

  /** Notes what it was asked to start. */
  private static final class Recorder implements Programs {
    private final List<DemoRequest> demos = new ArrayList<>();
    private final List<WorkloadRequest> workloads = new ArrayList<>();
    private final List<HostId> nodes = new ArrayList<>();

    @Override
    public int node(ConclaveSettings settings, HostId host) {
      nodes.add(host);
      return ExitCodes.DONE;
    }

    @Override
    public int demo(DemoRequest request) {
      demos.add(request);
      return ExitCodes.DONE;
    }

    @Override
    public int workload(WorkloadRequest request) {
      workloads.add(request);
      return ExitCodes.FAILED;
    }

    @Override
    public int chaos(ChaosRequest request) {
      return ExitCodes.DONE;
    }

    @Override
    public int train() {
      return ExitCodes.DONE;
    }
  }

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    answer("/conclave/groups", 200, STATUS);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(String path, int status, String body) {
    server.createContext(path, exchange -> {
      orders += new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
      exchange.close();
    });
  }

  /** An address where nobody listens, and then the server. */
  private String url() {
    return "--url=http://127.0.0.1:1,http://127.0.0.1:" + server.getAddress().getPort();
  }

  private int run(String... arguments) {
    return ConclaveCommand.execute(
        programs, new PrintWriter(out, true), new PrintWriter(err, true), List.of(arguments));
  }

  private void assertUsageError(String part, String... arguments) {
    err.getBuffer().setLength(0);
    assertEquals(ExitCodes.USAGE, run(arguments), err::toString);
    assertTrue(err.toString().contains(part), err::toString);
    assertTrue(err.toString().lines().count() <= 4, err::toString);
  }

  @Test
  void wrongUsageIsToldBrieflyAndExitsWith2() {
    assertUsageError("a command is missing");
    assertUsageError("Try 'conclave demo --help'", "demo", "--fualt", "kill");
    assertUsageError("kill, kill-host, freeze, switchover", "demo", "--fault", "explode");
    assertUsageError("--runs must be at least 1", "demo", "--runs", "0");
    assertUsageError("exclude each other", "demo", "--fault", "kill", "--for", "1m");
    assertUsageError("need --for", "demo", "--stall", "500ms");
    assertUsageError("--limit must be 1 to 1000", "explain", "--limit", "0");
    assertUsageError("must be a duration such as", "demo", "--for", "soon");
    assertUsageError("--postgres must be", "demo", "--postgres", "here");
    assertUsageError("--for must be at least 1s", "demo", "--for", "10ms");
    assertUsageError("at least one writer", "demo", "--writers=0", "--reconnecting-writers=0");
    assertUsageError("--profile must be", "demo", "--profile", "moon");
    assertUsageError("--runs must be at least 1", "chaos", "--runs", "0");
    assertUsageError("--smoke and names exclude", "chaos", "--smoke", "primary-paused");
    assertUsageError("--keep is for", "chaos", "--project", "mine", "--keep");
    assertUsageError("--goals needs --runs of 5", "chaos", "--goals", "--runs", "4");
    assertUsageError("--config", "node");
    assertUsageError("must be a URL", "status", "--url", "nowhere");
    assertUsageError("node name 'No' must match", "switchover", "--to", "No");
    assertUsageError("must be a duration such as", "switchover", "--budget", "little");
    assertUsageError("Missing required option", "workload");
  }

  @Test
  void aWrongConfigurationIsToldWithLineAndExitsWith2() throws IOException {
    Path file =
        Files.writeString(directory.resolve("conclave.conf"), "conclave {\n  cell = \"A\"\n}\n");
    assertEquals(ExitCodes.USAGE, run("node", "--config", file.toString(), "--host", "us-1"));
    assertTrue(err.toString().contains(file + ":2: conclave.cell = A: must match"), err::toString);
    assertEquals(List.of(), programs.nodes);
  }

  @Test
  void demoHandsOnItsOptions() {
    assertEquals(
        ExitCodes.DONE,
        run(
            "demo",
            "--fault",
            "kill-host",
            "--runs",
            "10",
            "--json",
            "report.json",
            "--writers",
            "3"));
    DemoRequest request = programs.demos.get(0);
    assertEquals(Optional.of(DemoFault.KILL_HOST), request.fault());
    assertEquals(10, request.runs());
    assertEquals(Optional.of(Path.of("report.json")), request.json());
    assertEquals(3, request.shape().keepingWriters());
    assertEquals(2, request.shape().reconnectingWriters());
  }

  @Test
  void demoTakesASteadyLoad() {
    assertEquals(ExitCodes.DONE, run("demo", "--for", "10m", "--stall", "500ms", "--busy"));
    DemoRequest request = programs.demos.get(0);
    assertEquals(Optional.of(Duration.ofMinutes(10)), request.duration());
    assertEquals(Optional.of(Duration.ofMillis(500)), request.stall());
  }

  @Test
  void workloadReadsItsPasswordFromAFileAndAnswersTheExitCode() throws IOException {
    Path password = Files.writeString(directory.resolve("password"), "secret\n");
    int code = run(
        "workload",
        "--url",
        "jdbc:postgresql://a:1/b",
        "--user",
        "u",
        "--password-file",
        password.toString());
    assertEquals(ExitCodes.FAILED, code);
    assertEquals("secret", programs.workloads.get(0).password());
  }

  @Test
  void statusIsATable() {
    assertEquals(ExitCodes.DONE, run("status", url()), err::toString);
    assertEquals("""
        group main: steady, epoch 3 (established), primary us-db-1
          commits wait for 1 of (ap-db-1, eu-db-1)
          coordinator eu-1, ballot 12.1f3a9c2e

          NODE     REGION  HOST  ROLE     EPOCH  TL  LSN        LAG   GATE  FROM     ORDER
          us-db-1  us      us-1  primary  3      4   0/3000148  -     open  -        done
          ap-db-1  ap      ap-1  standby  3      4   0/3000100  72 B  open  us-db-1  done

          SENTINEL  REGION  VOTE     EVIDENCE
          us-1      us      healthy  agent alive

          ap-db-1: disk is nearly full
        """, out.toString());
  }

  @Test
  void statusWithoutAHostThatAnswersFails() {
    assertEquals(ExitCodes.FAILED, run("status", "--url=http://127.0.0.1:1"));
    assertTrue(err.toString().contains("http://127.0.0.1:1: connection refused"), err::toString);
  }

  @Test
  void aUrlMayHaveAPathOfItsOwn() {
    answer("/secret/fault", 200, "{\"lost\":0}");
    URI control = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/secret");
    ControlPlane.Answer answer =
        new ControlPlane(List.of(control)).post("/fault", "kill", Duration.ofSeconds(5));
    assertEquals(200, answer.status());
    assertEquals("kill", orders);
  }

  @Test
  void statusPrintsJson() {
    assertEquals(ExitCodes.DONE, run("status", "--json", url()));
    assertTrue(out.toString().contains("\"sync_k\" : 1"), out::toString);
  }

  @Test
  void switchoverTakesTheOnlyGroupAndTellsTheEnd() {
    answer(
        "/conclave/groups/main/switchover",
        200,
        "{\"outcome\":\"done\",\"from\":\"us-db-1\",\"to\":\"eu-db-1\",\"epoch\":4,\"duration_ms\":210}");
    assertEquals(ExitCodes.DONE, run("switchover", "--to", "eu-db-1", url()), err::toString);
    assertEquals("main: us-db-1 -> eu-db-1, epoch 4, 210 ms\n", out.toString());
    assertEquals("{\"target\":\"eu-db-1\"}", orders);
  }

  @Test
  void aSwitchoverWithABudgetTellsHowLongTheClientsWaited() {
    answer(
        "/conclave/groups/main/switchover",
        200,
        "{\"outcome\":\"done\",\"from\":\"us-db-1\",\"to\":\"eu-db-1\",\"epoch\":4,\"duration_ms\":210,"
            + "\"pause\":{\"edges\":[\"us-edge-1\",\"eu-edge-1\"],\"drained_ms\":12,\"held_ms\":170}}");
    assertEquals(ExitCodes.DONE, run("switchover", "--budget=1s", url()), err::toString);
    assertEquals("{\"budget\":1000}", orders);
    assertEquals("""
        main: us-db-1 -> eu-db-1, epoch 4, 210 ms
        the clients of us-edge-1, eu-edge-1 waited 170 ms: drained after 12, served by the new primary 158 later
        """, out.toString());
  }

  @Test
  void aSwitchoverOverItsBudgetSaysSo() {
    answer(
        "/conclave/groups/main/switchover",
        200,
        "{\"outcome\":\"done\",\"from\":\"us-db-1\",\"to\":\"eu-db-1\",\"epoch\":4,\"duration_ms\":1610,"
            + "\"pause\":{\"edges\":[\"us-edge-1\"],\"drained_ms\":12,\"held_ms\":1570,\"budget_ms\":1000}}");
    assertEquals(ExitCodes.DONE, run("switchover", url()), "it is done all the same");
    assertEquals(
        "conclave switchover: longer than the budget of 1000 ms: once the old primary is being stopped nothing can be called off\n",
        err.toString());
  }

  @Test
  void aRefusedSwitchoverTellsTheReasonAndExitsWith1() {
    answer(
        "/conclave/groups/main/switchover",
        409,
        "{\"outcome\":\"refused\",\"reason\":\"eu-db-1 is rebuilding\"}");
    assertEquals(ExitCodes.FAILED, run("switchover", "--group", "main", url()));
    assertEquals("conclave switchover: refused: eu-db-1 is rebuilding\n", err.toString());
  }

  @Test
  void everyHelpEndsWithTheExitCodes() {
    for (String command : List.of("demo", "node", "status", "switchover", "workload")) {
      out.getBuffer().setLength(0);
      assertEquals(ExitCodes.DONE, run(command, "--help"));
      assertTrue(out.toString().contains("Exit codes:"), out::toString);
    }
  }

  @Test
  void explainPrintsWhatTheHostWrites() {
    answer("/conclave/decisions", 200, "{\"text\":[\"ID  WHEN\",\"1f3a  now\"]}");
    answer("/conclave/decisions/1f3a", 200, "{\"text\":[\"because\"]}");
    answer("/conclave/groups/main/why-not", 200, "{\"text\":[\"nothing blocks\"]}");
    answer("/conclave/groups/main/what-if", 200, "{\"text\":[\"eu-db-1\"]}");
    assertEquals(ExitCodes.DONE, run("explain", url()));
    assertEquals(ExitCodes.DONE, run("explain", "1f3a", url()));
    assertEquals(ExitCodes.DONE, run("explain", "why-not", url()));
    assertEquals(ExitCodes.DONE, run("explain", "what-if", "--group=main", url()));
    assertEquals("ID  WHEN\n1f3a  now\nbecause\nnothing blocks\neu-db-1\n", out.toString());
  }

  @Test
  void explainSaysWhyThereIsNothingToTell() {
    answer("/conclave/decisions/cafe", 404, "{\"reason\":\"no decision 'cafe' is known\"}");
    assertEquals(ExitCodes.FAILED, run("explain", "cafe", url()));
    assertTrue(err.toString().contains("no decision 'cafe' is known"), err.toString());
  }

  @Test
  void explainAsJsonIsWhatTheHostAnswered() {
    answer("/conclave/decisions/1f3a", 200, "{\"text\":[\"because\"]}");
    assertEquals(ExitCodes.DONE, run("explain", "1f3a", "--json", url()));
    assertTrue(out.toString().contains("\"text\""), out.toString());
  }
}
