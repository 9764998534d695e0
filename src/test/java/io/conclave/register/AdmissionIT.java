package io.conclave.register;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.core.Ballot;
import io.conclave.core.Configuration;
import io.conclave.core.NodeId;
import io.conclave.core.RegisterRecord;
import io.conclave.core.SyncSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three sentinels, each with its own actor system, HTTP port and store. */
class AdmissionIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

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
  }

  @AfterEach
  void stop() {
    cell.close();
  }

  @Test
  void aReplicaThatHasLostItsDiskWaitsForBothOthers() throws Exception {
    RegisterRecord first = cell.claim(0, Ballot.NONE).record();
    // A claim needs two of the three; the third hears of it a little later.
    await()
        .atMost(PATIENCE)
        .until(() -> cell.told(2).cells().stream()
            .anyMatch(kept -> kept.cell().record().version() == first.version()));
    cell.stop(2);
    await().atMost(PATIENCE).until(() -> cell.up(0) == 2);
    Configuration begun =
        new Configuration(1, new NodeId("us-db-1"), SyncSet.EMPTY, UUID.randomUUID());
    RegisterRecord newest = first.begin(begun);
    cell.write(0, newest);
    cell.stop(0);
    cell.stop(1);

    // 2 has not heard of the write, 1 has lost it, 0 is away: a majority is up, and must not
    // answer.
    cell.loseDisk(1);
    cell.start(1);
    cell.start(2);
    await().atMost(PATIENCE).until(() -> cell.told(2).complete() && cell.told(1) != null);
    assertEquals(first.version(), cell.told(2).cells().get(0).cell().record().version());
    assertTrue(cell.told(1).isBlank());
    await()
        .during(Duration.ofSeconds(2))
        .atMost(Duration.ofSeconds(4))
        .until(() -> !cell.hasJoined(1) && !cell.told(1).complete());
    assertFalse(cell.ready(1));

    // 0 only tells what it knows and does not join: the other two are the majority that reads.
    cell.startWithoutJoining(0);
    await().atMost(PATIENCE).until(() -> cell.up(1) == 2 && cell.up(2) == 2);
    assertEquals(newest, cell.told(1).cells().get(0).cell().record());
    cell.stop(0);
    assertEquals(newest.begun(), cell.claim(2, Ballot.NONE).record().begun());
    assertTrue(cell.ready(1));
  }

  @Test
  void completeStoresJoinWithoutTheThird() throws Exception {
    for (int i = 0; i < 3; i++) {
      cell.stop(i);
    }
    cell.start(2);
    cell.start(1);
    await().atMost(PATIENCE).until(() -> cell.up(1) == 2 && cell.up(2) == 2);
  }

  @Test
  void anEmptyStoreUnderAMarkerIsReplaced() throws Exception {
    cell.claim(0, Ballot.NONE);
    for (int i = 0; i < 3; i++) {
      cell.stop(i);
    }
    Path marker = cell.store(0).resolve("complete");
    String text = Files.readString(marker);
    cell.loseDisk(0);
    // A directory that is not empty: now LMDB makes its files, valid and empty.
    Files.createDirectories(cell.store(0));
    Files.writeString(cell.store(0).resolve("lost+found"), "");
    cell.start(0);
    await().atMost(PATIENCE).until(() -> Files.exists(cell.store(0).resolve("data.mdb")));
    cell.stop(0);
    Files.writeString(marker, text);
    cell.start(0);
    await().atMost(PATIENCE).until(() -> !Files.exists(marker));
    assertFalse(cell.told(0).complete());
    assertFalse(cell.hasJoined(0));
  }

  @Test
  void anOperatorMayGiveTheOthersUp() throws Exception {
    cell.claim(0, Ballot.NONE);
    for (int i = 0; i < 3; i++) {
      cell.stop(i);
    }
    cell.loseDisk(0);
    cell.start(0);
    await().atMost(PATIENCE).until(() -> cell.told(0) != null);
    assertFalse(cell.told(0).complete());
    Files.createDirectories(cell.store(0));
    Path override = Files.createFile(cell.store(0).resolve("go-on-without-the-others"));
    await().atMost(PATIENCE).until(() -> cell.told(0).complete());
    assertFalse(Files.exists(override), "it counts once");
  }
}
