package io.conclave.register;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.core.Topology;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Coordinators on the real register and the real cluster, in three actor systems, without a singleton. */
class DeputyIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir
  private Path state;

  private ThreeSentinels cell;

  @BeforeEach
  void start() throws Exception {
    cell = new ThreeSentinels(state);
    for (int i = 0; i < 3; i++) {
      cell.start(i);
    }
    await().atMost(PATIENCE).until(() -> cell.up(0) == 3 && cell.up(1) == 3 && cell.up(2) == 3);
    for (int i = 0; i < 3; i++) {
      cell.seat(i);
    }
  }

  @AfterEach
  void stop() {
    cell.close();
  }

  @Test
  void aDeputyTakesOverAndEndsWhenTheAppointedOneIsBack() {
    // Nobody is appointed. The preferred node is beside 0, so 1 is the first.
    await().atMost(PATIENCE).until(() -> cell.isCoordinatedAt(1, 0) && cell.isCoordinatedAt(1, 2));
    Topology first = cell.topology(2).orElseThrow();

    // The appointed one claims above the deputy, which ends.
    cell.appoint(0, 2);
    await().atMost(PATIENCE).until(() -> cell.isCoordinatedAt(2, 0) && cell.isCoordinatedAt(2, 1));
    Topology appointed = cell.topology(0).orElseThrow();
    assertTrue(appointed.ballot().isAbove(first.ballot()));

    // It is left alone while it is heard.
    await()
        .during(Duration.ofSeconds(3))
        .atMost(Duration.ofSeconds(5))
        .until(() -> cell.topology(1).orElseThrow().ballot().equals(appointed.ballot()));

    // When its host has gone, one of the others is deputy, with two of three replicas.
    cell.stop(2);
    await().atMost(PATIENCE).until(() -> cell.isCoordinatedAt(1, 0));
    Topology last = cell.topology(0).orElseThrow();
    assertTrue(last.ballot().isAbove(appointed.ballot()));
    await()
        .during(Duration.ofSeconds(3))
        .atMost(Duration.ofSeconds(5))
        .until(() -> cell.topology(0).orElseThrow().ballot().equals(last.ballot()));
    assertEquals(last.ballot(), cell.topology(1).orElseThrow().ballot());
  }
}
