package io.conclave.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import akka.serialization.Serializer;
import akka.serialization.Serializers;
import akka.serialization.jackson.JacksonCborSerializer;
import io.conclave.core.GroupId;
import io.conclave.core.Incarnation;
import io.conclave.core.Incumbent;
import io.conclave.core.Pulse;
import io.conclave.core.SwitchoverReply;
import io.conclave.core.Vote;
import io.conclave.core.Wish;
import io.conclave.wire.SwitchoverRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What conclave-akka.conf makes of an actor system. */
class AkkaConfTest {
  @TempDir
  private static Path state;

  private static OneHost host;

  @BeforeAll
  static void start() throws Exception {
    host = OneHost.start(Words.host("us"), state);
  }

  @AfterAll
  static void stop() {
    if (host != null) {
      host.close();
    }
  }

  static List<Object> words() {
    return List.of(
        Words.report("eu", 1, "0/3000148"),
        Words.vote("us", 3, Vote.Opinion.DEAD),
        Words.topology(12, "eu"),
        Words.status(Words.topology(12, "eu")),
        new Pulse(
            Words.host("us"),
            List.of(new GroupId("main")),
            List.of(new Incumbent(new GroupId("main"), 3, Words.db("us"))),
            List.of(new Incarnation("akka://cell@us:25520", -3))),
        new Wish(new GroupId("main"), Words.host("us")),
        new SwitchoverReply.Done(
            Words.db("us"),
            Words.db("eu"),
            4,
            Optional.of(new SwitchoverReply.Pause(List.of(Words.host("us")), 12, 170))),
        new SwitchoverReply.Refused("why"),
        new SwitchoverRequest(
            Words.MAIN,
            Optional.of(Words.db("eu")),
            Optional.of(1000L),
            host.system().ignoreRef()));
  }

  @ParameterizedTest
  @MethodSource("words")
  void wordsTravelAsCborAndComeBackEqual(Object word) throws Exception {
    Serialization serialization = SerializationExtension.get(host.system());
    Serializer serializer = serialization.findSerializerFor(word);
    assertTrue(serializer instanceof JacksonCborSerializer, serializer.toString());
    byte[] bytes = serialization.serialize(word).get();
    String manifest = Serializers.manifestFor(serializer, word);
    assertEquals(
        word,
        serialization.deserialize(bytes, serializer.identifier(), manifest).get());
  }

  @Test
  void onlyTheRegisterIsOnDisk() {
    var config = host.system().settings().config();
    assertEquals(
        List.of("register-*"), config.getStringList("akka.cluster.distributed-data.durable.keys"));
    assertEquals(
        List.of(),
        config.getStringList("akka.cluster.typed.receptionist.distributed-data.durable.keys"));
    assertEquals("", config.getString("akka.cluster.typed.receptionist.distributed-data.role"));
    assertEquals(
        "1s",
        config.getString("akka.remote.artery.advanced.tcp.connection-timeout").replace(" ", ""));
  }
}
