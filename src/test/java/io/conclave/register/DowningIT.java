package io.conclave.register;

import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is taken out of the cluster, with failure detectors that find unreachable whom they are told to. */
class DowningIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int VICTIM = 3;
  private static final int WITNESS = 4;

  @TempDir
  private Path state;

  private ThreeSentinels cell;

  @BeforeEach
  void prepare() throws Exception {
    cell = new ThreeSentinels(state);
    for (int i = 0; i < 3; i++) {
      cell.start(i);
    }
    cell.startAgent(VICTIM);
    cell.startAgent(WITNESS);
    awaitUp(5, 0, 1, 2, VICTIM, WITNESS);
  }

  @AfterEach
  void stop() {
    WillfulDetector.heal();
    cell.close();
  }

  private void awaitUp(int members, Integer... hosts) {
    await()
        .atMost(PATIENCE)
        .until(() -> List.of(hosts).stream().allMatch(host -> cell.up(host) == members));
  }

  private void stays(Integer... hosts) {
    await()
        .during(Duration.ofSeconds(6))
        .atMost(Duration.ofSeconds(8))
        .until(() -> List.of(hosts).stream()
            .allMatch(host -> !cell.hasEnded(host) && cell.up(host) == hosts.length));
  }

  /** It says of all sentinels that they are unreachable, as an agent of an older version does. */
  @Test
  void anAgentThatIsCutOffFromTheSentinelsOnlyGoesAlone() throws Exception {
    for (int i = 0; i < 3; i++) {
      cell.cut(i, VICTIM);
    }
    await().atMost(PATIENCE).until(() -> cell.hasEnded(VICTIM));
    awaitUp(4, 0, 1, 2, WITNESS);
    stays(0, 1, 2, WITNESS);

    WillfulDetector.heal();
    cell.stop(VICTIM);
    cell.startAgent(VICTIM);
    awaitUp(5, 0, 1, 2, VICTIM, WITNESS);
  }

  @Test
  void aSentinelThatIsCutOffFromTheOthersGoesAloneAndAMinorityTakesNobodyOut() {
    cell.cut(0, WITNESS);
    cell.cut(2, 0);
    cell.cut(2, 1);
    await().atMost(PATIENCE).until(() -> cell.hasEnded(2));
    awaitUp(4, 0, 1, VICTIM, WITNESS);
    stays(0, 1, VICTIM, WITNESS);
  }
}
