package io.conclave.register;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.conclave.core.Ballot;
import io.conclave.core.Configuration;
import io.conclave.core.GroupId;
import io.conclave.core.NodeId;
import io.conclave.core.RegisterRecord;
import io.conclave.core.SyncSet;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The register on real Distributed Data, durable, with one replica. */
class RegisterIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  @TempDir
  private Path directory;

  private ActorTestKit kit;

  @BeforeEach
  void start() {
    Config config = ConfigFactory.parseMap(Map.of(
            "akka.remote.artery.canonical.hostname",
            "127.0.0.1",
            "akka.remote.artery.canonical.port",
            0,
            "akka.cluster.roles",
            java.util.List.of("sentinel"),
            "akka.cluster.distributed-data.durable.lmdb.dir",
            directory.resolve("register").toString()))
        .withFallback(ConfigFactory.parseResourcesAnySyntax("conclave-akka.conf"))
        .withFallback(ConfigFactory.defaultReferenceUnresolved())
        .resolve();
    kit = ActorTestKit.create("register", config);
    Cluster cluster = Cluster.get(kit.system());
    cluster.manager().tell(Join.create(cluster.selfMember().address()));
  }

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void aClaimIsAboveEverythingSeenAndAWriteUnderItIsRead() {
    ActorRef<Register.Command> register =
        kit.spawn(Register.create(new GroupId("main"), 1, TIMEOUT));
    TestProbe<Register.Answer> probe = kit.createTestProbe();

    register.tell(new Register.Claim(new Ballot(7, UUID.randomUUID()), probe.getRef()));
    Register.Answer.Claimed first =
        probe.expectMessageClass(Register.Answer.Claimed.class, TIMEOUT.multipliedBy(4));
    assertEquals(8, first.ballot().number());

    Configuration begun =
        new Configuration(1, new NodeId("us-db-1"), SyncSet.EMPTY, UUID.randomUUID());
    RegisterRecord record = first.record().begin(begun);
    register.tell(new Register.Write(record, probe.getRef()));
    assertEquals(new Register.Answer.Written(record.version()), probe.receiveMessage(TIMEOUT));

    register.tell(new Register.Claim(Ballot.NONE, probe.getRef()));
    Register.Answer.Claimed second =
        probe.expectMessageClass(Register.Answer.Claimed.class, TIMEOUT);
    assertTrue(second.ballot().isAbove(first.ballot()));
    assertEquals(record.begun(), second.record().begun());
    assertEquals(second.ballot(), second.record().ballot());

    register.tell(new Register.Write(record.establish(begun.promotion()), probe.getRef()));
    assertEquals(new Register.Answer.Outbid(second.ballot()), probe.receiveMessage(TIMEOUT));
  }

  @Test
  void aMajorityThatIsNotThereIsUnavailable() {
    ActorRef<Register.Command> register =
        kit.spawn(Register.create(new GroupId("main"), 2, Duration.ofMillis(300)));
    TestProbe<Register.Answer> probe = kit.createTestProbe();
    register.tell(new Register.Claim(Ballot.NONE, probe.getRef()));
    probe.expectMessageClass(Register.Answer.Unavailable.class, TIMEOUT.multipliedBy(4));
  }
}
