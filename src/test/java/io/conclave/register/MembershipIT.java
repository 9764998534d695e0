package io.conclave.register;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who founds the cluster of a cell, and who joins it. */
class MembershipIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int AGENT = 3;

  @TempDir
  private Path state;

  private ThreeSentinels cell;

  @BeforeEach
  void prepare() throws Exception {
    cell = new ThreeSentinels(state);
    for (int i = 0; i < 3; i++) {
      cell.start(i);
    }
    await().atMost(PATIENCE).until(() -> cell.up(0) == 3 && cell.up(1) == 3 && cell.up(2) == 3);
  }

  @AfterEach
  void stop() {
    cell.close();
  }

  @Test
  void theFirstSentinelAloneFoundsNothingAndJoinsTheOthers() throws Exception {
    for (int i = 0; i < 3; i++) {
      cell.stop(i);
    }
    cell.start(0);
    await()
        .during(Duration.ofSeconds(5))
        .atMost(Duration.ofSeconds(8))
        .until(() -> !cell.hasJoined(0));
    cell.start(2);
    await().atMost(PATIENCE).until(() -> cell.up(0) == 2 && cell.up(2) == 2);
    cell.stop(0);
    cell.start(1);
    await().atMost(PATIENCE).until(() -> cell.up(1) == 2 && cell.up(2) == 2);
    // The others are a cluster: the first one in the file joins that.
    cell.start(0);
    await().atMost(PATIENCE).until(() -> cell.up(0) == 3 && cell.up(1) == 3 && cell.up(2) == 3);
  }

  private void begin(int index) throws Exception {
    await().atMost(PATIENCE).until(() -> cell.hasEnded(index));
    cell.stop(index);
  }

  @Test
  void twoClustersOfOneSentinelEachBecomeOne() throws Exception {
    for (int i = 0; i < 3; i++) {
      cell.stop(i);
    }
    cell.startInOwnCluster(1);
    cell.startInOwnCluster(2);
    begin(2);
    cell.start(2);
    await().atMost(PATIENCE).until(() -> cell.up(1) == 2 && cell.up(2) == 2);
  }

  @Test
  void theAgentsOfTheLesserClusterBeginAnewToo() throws Exception {
    for (int i = 0; i < 3; i++) {
      cell.stop(i);
    }
    cell.startInOwnCluster(0);
    cell.startAgent(AGENT);
    await().atMost(PATIENCE).until(() -> cell.up(0) == 2);
    cell.startInOwnCluster(1);
    cell.join(2, 1);
    begin(0);
    cell.start(0);
    begin(AGENT);
    cell.startAgent(AGENT);
    await().atMost(PATIENCE).until(() -> IntStream.range(0, 4).allMatch(i -> cell.up(i) == 4));
  }

  @Test
  void whoWasDownedJoinsAnew() throws Exception {
    cell.down(1, 0);
    await().atMost(PATIENCE).until(() -> cell.hasEnded(1));
    cell.stop(1);
    cell.start(1);
    await().atMost(PATIENCE).until(() -> cell.up(0) == 3 && cell.up(1) == 3 && cell.up(2) == 3);
    assertEquals(3, cell.up(2));
  }
}
