package io.conclave.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.chaos.Deed.Event;
import io.conclave.chaos.Deed.Program;
import io.conclave.chaos.Expectation.Failover;
import io.conclave.chaos.Selector.Part;
import io.conclave.settings.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScenarioSettingsTest {
  private static final String ALL = """
      title = "Everything that can be said"
      smoke = true
      primary = us-db-1
      channels = [direct, pgbouncer]
      steps = [
        { pause = primary, for = 10s }
        { kill = [coordinator, standby-2] }
        { stop = us-edge-1 }
        { restart = everybody }
        { roll = region-eu }
        { signal = KILL, process = postmaster, of = primary }
        { cut = primary, from = all, for = 500ms }
        { cut = primary-region, from = [sentinels, members] }
        { delay = 200ms }
        { lose = "10%", of = primary }
        { fill-disk = primary }
        { jump-clock = primary, by = -90s }
        { switchover = any }
        { switchover = standby-1 }
        { clients = 10000 }
        { ask = clients }
        { wait = 1s }
        { until = failover, within = 90s }
        { heal = all }
      ]
      expect {
        failover = must-not
        failovers-at-most = 2
        outage { direct = 2s }
        failed { pgbouncer = 0 }
        goal { pgbouncer = 300ms }
        stale-until { pgbouncer = 2500ms }
        stall { haproxy { max = 1s }, pgbouncer { median = 300ms, max = 800ms } }
      }
      """;

  @TempDir
  private Path directory;

  private Scenario read(String text) throws IOException {
    Path file = directory.resolve("some-fault.conf");
    Files.writeString(file, text);
    return ScenarioSettings.read(file);
  }

  private static Step step(Deed deed) {
    return new Step(deed, Optional.empty());
  }

  private static Step step(Deed deed, long ms) {
    return new Step(deed, Optional.of(Duration.ofMillis(ms)));
  }

  @Test
  void readsEverythingThatCanBeSaid() throws IOException {
    Targets primary = Targets.of(Part.PRIMARY);
    assertEquals(
        new Scenario(
            "some-fault",
            "Everything that can be said",
            true,
            Optional.of("us-db-1"),
            Set.of(Channel.DIRECT, Channel.PGBOUNCER),
            List.of(
                step(new Deed.Pause(primary), 10_000),
                step(new Deed.Kill(Targets.of(Part.COORDINATOR, new Selector.Standby(2)))),
                step(new Deed.Stop(Targets.of(new Selector.Named("us-edge-1")))),
                step(new Deed.Restart(Targets.of(Part.EVERYBODY))),
                step(new Deed.Roll(Targets.of(new Selector.InRegion("eu")))),
                step(new Deed.KillProcess("KILL", Program.POSTMASTER, primary)),
                step(new Deed.Cut(primary, Optional.empty()), 500),
                step(new Deed.Cut(
                    Targets.of(Part.PRIMARY_REGION),
                    Optional.of(Targets.of(Part.SENTINELS, Part.MEMBERS)))),
                step(new Deed.Delay(Duration.ofMillis(200))),
                step(new Deed.Loss(10, primary)),
                step(new Deed.FillDisk(primary)),
                step(new Deed.JumpClock(primary, Duration.ofSeconds(-90))),
                step(new Deed.Switchover(Optional.empty())),
                step(new Deed.Switchover(Optional.of(new Selector.Standby(1)))),
                step(new Deed.Crowd(10_000)),
                step(new Deed.Ask()),
                step(new Deed.Pass(Duration.ofSeconds(1))),
                step(new Deed.Until(Event.FAILOVER, Duration.ofSeconds(90))),
                step(new Deed.Heal())),
            new Expectation(
                Failover.MUST_NOT,
                Optional.of(2),
                Map.of(Channel.DIRECT, Duration.ofSeconds(2)),
                Map.of(Channel.PGBOUNCER, 0),
                Map.of(Channel.PGBOUNCER, Duration.ofMillis(300)),
                Map.of(Channel.PGBOUNCER, Duration.ofMillis(2500)),
                Map.of(
                    Channel.HAPROXY,
                    new StallGoal(Optional.empty(), Optional.of(Duration.ofSeconds(1))),
                    Channel.PGBOUNCER,
                    new StallGoal(
                        Optional.of(Duration.ofMillis(300)),
                        Optional.of(Duration.ofMillis(800)))))),
        read(ALL));
  }

  @Test
  void oneBoundIsForEachChannel() throws IOException {
    Scenario scenario = read("""
        title = "x"
        steps = [ { pause = primary } ]
        expect { failover = must, outage = 2s, stale-until = 3s }
        """);
    assertEquals(Set.of(Channel.values()), scenario.channels());
    assertEquals(
        Map.of(
            Channel.DIRECT, Duration.ofSeconds(2),
            Channel.HAPROXY, Duration.ofSeconds(2),
            Channel.PGBOUNCER, Duration.ofSeconds(2)),
        scenario.expect().outage());
    assertEquals(
        Map.of(
            Channel.DIRECT, Duration.ofSeconds(3),
            Channel.HAPROXY, Duration.ofSeconds(3),
            Channel.PGBOUNCER, Duration.ofSeconds(3)),
        scenario.expect().staleUntil());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      { pause = primary, for = 10s }     | { paus = primary }             | conf:6: steps[0]: must have one of ask, clients, cut, delay
      { pause = primary, for = 10s }     | { pause = a-1, kill = b-1 }    | steps[0] = kill, pause: must have one of
      { pause = primary, for = 10s }     | { pause = primry }             | steps[0].pause = primry: must be one of primary, members
      { pause = primary, for = 10s }     | { pause = primary, for = 0s }  | steps[0].for = 0s: must be a duration above zero
      { pause = primary, for = 10s }     | { pause = primary, fro = 1s }  | steps[0].fro = 1s: is unknown (did you mean for?)
      process = postmaster               | process = postmater            | steps[5].process = postmater: must be one of postmaster, daemon
      signal = KILL                      | signal = KIL                   | steps[5].signal = KIL: must be one of ABRT, INT, KILL
      from = all, for = 500ms            | for = 1s                       | steps[6].from: is missing; must be all, or primary
      lose = "10%"                       | lose = "100%"                  | steps[9].lose = 100%: must be 1% to 99%
      by = -90s                          | by = later                     | steps[11].by = later: must be a time such as 1h or -90s
      clients = 10000                    | clients = 1000000              | steps[14].clients = 1000000: must be a whole number from 1 to 20000
      until = failover                   | until = doomsday               | steps[17].until = doomsday: must be one of steady, failover, coordinator, address-moved, disk-full, healthy
      ask = clients                      | ask = everybody                | ask = everybody: must be clients
      failovers-at-most = 2              | failovers-at-most = few        | expect.failovers-at-most = few: must be a whole number from 0 to 1000
      failed { pgbouncer = 0 }           | failed { pgbouncer = -1 }      | expect.failed.pgbouncer = -1: must be a whole number
      goal { pgbouncer = 300ms }         | goal { pgbounce = 300ms }      | expect.goal.pgbounce = 300ms: is unknown (did you mean pgbouncer?)
      { pgbouncer = 2500ms }             | { pgbouncer = 0s }             | expect.stale-until.pgbouncer = 0s: must be a duration above zero
      haproxy { max = 1s }               | haproxy { mx = 1s }            | expect.stall.haproxy.mx = 1s: is unknown (did you mean max?)
      haproxy { max = 1s }               | haproxy = 1s                   | expect.stall.haproxy = 1s: must be a section
      heal = all                         | heal = some                    | heal = some: must be all
      failover = must-not                | failover = mustn't             | must be one of must, must-not, may
      title = "Everything that can be said" | titel = "x"                 | title: is missing; must be a sentence
      smoke = true                       | smoke = yes please             | smoke = yes please: must be true or false
      [direct, pgbouncer]                | [direct, pgbounce]             | channels = pgbounce: must be one of direct, haproxy, pgbouncer
      """)
  void aMistakeIsToldWithFileKeyAndWhatIsRight(String right, String wrong, String told) {
    assertTrue(ALL.contains(right), right);
    SettingsException thrown =
        assertThrows(SettingsException.class, () -> read(ALL.replace(right, wrong)));
    assertTrue(thrown.getMessage().contains("some-fault.conf"), thrown::getMessage);
    assertTrue(thrown.getMessage().contains(told), thrown::getMessage);
  }

  @Test
  void theScenariosOfTheRepositoryAreRight() {
    ScenarioFiles files = new ScenarioFiles(Path.of("chaos/scenarios"));
    List<Scenario> all = files.read(List.of(), false);
    List<Scenario> smoke = files.read(List.of(), true);
    assertTrue(all.size() >= 30, () -> "only " + all.size());
    assertTrue(smoke.size() >= 4 && smoke.size() <= 6, () -> "the short set has " + smoke.size());
    assertTrue(all.stream()
        .allMatch(s -> s.steps().stream().anyMatch(step -> step.deed().harms())));
  }

  @Test
  void anUnknownScenarioIsTold() {
    IllegalArgumentException thrown = assertThrows(
        IllegalArgumentException.class,
        () -> new ScenarioFiles(Path.of("chaos/scenarios")).read(List.of("doomsday"), false));
    assertTrue(thrown.getMessage().contains("there are "), thrown::getMessage);
  }
}
