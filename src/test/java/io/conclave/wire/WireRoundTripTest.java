package io.conclave.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.SerializationTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.serialization.SerializationExtension;
import akka.serialization.Serializer;
import akka.serialization.jackson.JacksonCborSerializer;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.conclave.core.Ballot;
import io.conclave.core.EpochRow;
import io.conclave.core.Fenced;
import io.conclave.core.GroupId;
import io.conclave.core.GroupStatus;
import io.conclave.core.Lsn;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport;
import io.conclave.core.RegisterRecord;
import io.conclave.core.SwitchoverReply;
import io.conclave.core.Topology;
import io.conclave.core.Vote;
import io.conclave.register.RegisterCell;
import java.io.NotSerializableException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every word survives the wire as an equal one. */
class WireRoundTripTest {
  private static final Config CONFIG = ConfigFactory.parseString(
          "akka.loglevel = ERROR, akka.stdout-loglevel = ERROR, akka.coordinated-shutdown.exit-jvm = off")
      .withFallback(ConfigFactory.parseResources("conclave-akka.conf"))
      .withFallback(ConfigFactory.defaultReference())
      .resolve();
  private static final ActorTestKit KIT = ActorTestKit.create("wire", CONFIG);
  private static final SerializationTestKit WIRE = KIT.serializationTestKit();

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  static Stream<Object> words() {
    Samples samples = new Samples();
    Stream<Object> sparse = Stream.of(
        new GroupStatus((Topology) samples.of(Topology.class), "STEADY", Optional.empty()),
        new Vote(
            new GroupId("main"),
            1,
            new NodeId("a"),
            new io.conclave.core.HostId("h"),
            new io.conclave.core.Region("us"),
            0,
            Vote.Opinion.ABSTAIN,
            List.of()),
        samples.of(RegisterCell.class),
        new RegisterCell(Ballot.NONE, RegisterRecord.EMPTY));
    return Stream.concat(Rehearsal.words(), sparse);
  }

  @ParameterizedTest
  @MethodSource("words")
  void isEqualAfterwards(Object word) {
    assertEquals(word, WIRE.verifySerialization(word, true));
    Serializer serializer = SerializationExtension.get(
            akka.actor.typed.javadsl.Adapter.toClassic(KIT.system()))
        .findSerializerFor(word);
    assertInstanceOf(JacksonCborSerializer.class, serializer);
  }

  @Test
  void aRequestKeepsItsReturnAddress() {
    TestProbe<SwitchoverReply> probe = KIT.createTestProbe();
    for (Optional<NodeId> target :
        List.of(Optional.of(new NodeId("b")), Optional.<NodeId>empty())) {
      SwitchoverRequest request = new SwitchoverRequest(
          new GroupId("main"), target, target.map(node -> 1000L), probe.getRef());
      assertEquals(request, WIRE.verifySerialization(request, true));
    }
  }

  @Test
  void aReportIsSmallEnough() {
    Object report = new Samples().of(NodeReport.class);
    byte[] bytes = SerializationExtension.get(
            akka.actor.typed.javadsl.Adapter.toClassic(KIT.system()))
        .serialize(report)
        .get();
    assertTrue(bytes.length < 4096, "a report takes " + bytes.length + " bytes");
  }

  @Test
  void aWordThatIsNotBoundIsRefused() {
    Object notAWord = new Fenced(
        Ballot.NONE,
        1,
        Lsn.ZERO,
        1,
        new EpochRow(1, new UUID(1, 1), new NodeId("a"), 1, Lsn.ZERO),
        true);
    assertThrows(NotSerializableException.class, () -> WIRE.verifySerialization(notAWord, true));
  }
}
