package io.conclave.history;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.receptionist.Receptionist;
import com.typesafe.config.ConfigFactory;
import io.conclave.core.FailoverSummary;
import io.conclave.core.decision.DecisionRecord;
import io.conclave.wire.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Histories of several hosts, in one actor system. */
class HistoryTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir
  private Path directory;

  private final ActorTestKit kit =
      ActorTestKit.create("history", ConfigFactory.parseString("akka.loglevel = ERROR"));
  private final BlockingQueue<FailoverSummary> changes = new LinkedBlockingQueue<>();

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  private ActorRef<History.Command> host(String name) {
    return kit.spawn(
        History.create(List.of(Records.MAIN), file(name), (group, change) -> changes.add(change)));
  }

  private Path file(String name) {
    return directory.resolve(name).resolve("decisions.jsonl");
  }

  private List<DecisionRecord> records(ActorRef<History.Command> history) throws Exception {
    return AskPattern.<History.Command, History.Told>ask(
            history, History.Tell::new, PATIENCE, kit.scheduler())
        .toCompletableFuture()
        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
        .records();
  }

  /** As a coordinator says it: to whoever listens now. */
  private void decide(DecisionRecord record, int listeners) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> AskPattern.<Receptionist.Command, Receptionist.Listing>ask(
                    kit.system().receptionist(),
                    replyTo -> Receptionist.find(Topics.DECISIONS, replyTo),
                    PATIENCE,
                    kit.scheduler())
                .toCompletableFuture()
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .getServiceInstances(Topics.DECISIONS),
            found -> found.size() == listeners)
        .forEach(ref -> ref.tell(record));
  }

  @Test
  void aDecisionIsOnEveryDiskAndTellsTheChange() throws Exception {
    ActorRef<History.Command> one = host("one");
    ActorRef<History.Command> two = host("two");
    decide(Records.of(3), 2);
    await()
        .atMost(PATIENCE)
        .until(() -> records(one).size() == 1 && records(two).size() == 1);
    assertEquals(List.of(Records.of(3)), new Journal(file("one")).load());
    assertEquals(List.of(Records.of(3)), new Journal(file("two")).load());
    assertEquals(3, changes.remove().epoch());
  }

  @Test
  void aRestartRemembers() throws Exception {
    new Journal(file("one")).append(Records.of(3));
    assertEquals(List.of(Records.of(3)), records(host("one")));
    assertEquals("00000003", changes.remove().decision());
  }

  @Test
  void whoeverWasAwayGetsWhatTheOthersHaveAndGivesWhatItHas() throws Exception {
    new Journal(file("one")).append(Records.of(1));
    new Journal(file("two")).append(Records.of(2));
    ActorRef<History.Command> one = host("one");
    ActorRef<History.Command> two = host("two");
    await()
        .atMost(PATIENCE)
        .until(() -> records(one).size() == 2 && records(two).size() == 2);
    assertEquals(records(one), records(two));
    await().atMost(PATIENCE).until(() -> new Journal(file("one")).load().size() == 2);
  }

  @Test
  void aFileThatCannotBeWrittenIsCaughtUpLater() throws Exception {
    Path inTheWay = file("one").getParent();
    Files.writeString(inTheWay, "not a directory");
    ActorRef<History.Command> one = host("one");
    decide(Records.of(1), 1);
    await().atMost(PATIENCE).until(() -> records(one).size() == 1);
    Files.delete(inTheWay);
    decide(Records.of(2), 1);
    await().atMost(PATIENCE).until(() -> Files.exists(file("one")));
    await().atMost(PATIENCE).until(() -> new Journal(file("one")).load().size() == 2);
  }
}
