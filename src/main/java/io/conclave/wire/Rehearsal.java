package io.conclave.wire;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Adapter;
import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import akka.serialization.Serializer;
import akka.serialization.Serializers;
import io.conclave.core.Appointment;
import io.conclave.core.Ballot;
import io.conclave.core.EdgeReport;
import io.conclave.core.GroupId;
import io.conclave.core.GroupStatus;
import io.conclave.core.HostId;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport;
import io.conclave.core.Order;
import io.conclave.core.Pulse;
import io.conclave.core.SwitchoverReply;
import io.conclave.core.Task;
import io.conclave.core.Topology;
import io.conclave.core.Vote;
import io.conclave.core.Wish;
import io.conclave.core.decision.Decision;
import io.conclave.core.decision.DecisionRecord;
import io.conclave.core.decision.Outlook;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says every word once to itself. The first order of a kind is given in a failover, months after the start: what reads, writes
 * and prints it is loaded and linked before, not then. Takes some 100 ms of one core.
 */
public final class Rehearsal {
  private static final Logger log = LoggerFactory.getLogger(Rehearsal.class);

  private Rehearsal() {}

  /** In the background. A word that does not come back as it went is logged as an error: this build cannot take part. */
  public static void begin(ActorSystem<?> system) {
    Thread thread = new Thread(() -> run(system), "rehearsal");
    thread.setDaemon(true);
    thread.start();
  }

  private static void run(ActorSystem<?> system) {
    Serialization wire = SerializationExtension.get(Adapter.toClassic(system));
    words().forEach(word -> {
      try {
        Object back = thereAndBack(wire, word);
        if (!word.equals(back) || !word.toString().equals(back.toString())) {
          log.error("this build reads {} as {}", word, back);
        }
      } catch (Exception e) {
        // Serializers are Scala's: they throw checked exceptions that they do not declare.
        log.error("this build cannot say {}", word, e);
      }
    });
  }

  private static Object thereAndBack(Serialization wire, Object word) {
    Serializer serializer = wire.findSerializerFor(word);
    return wire.deserialize(
            serializer.toBinary(word),
            serializer.identifier(),
            Serializers.manifestFor(serializer, word))
        .get();
  }

  /** One of each kind, with every field set. */
  static Stream<Object> words() {
    Samples samples = new Samples();
    Stream<Object> orders = samples.all(Task.class).stream()
        .map(task -> new Order(
            new GroupId("main"), new NodeId("a"), new Ballot(3, new UUID(1, 2)), 4, (Task) task));
    Stream<Object> decisions = samples.all(Decision.class).stream()
        .map(decision -> new DecisionRecord(
            "1f3a9c2e",
            new GroupId("main"),
            new Ballot(3, new UUID(1, 2)),
            4,
            new HostId("h"),
            5,
            (Decision) decision));
    Stream<Object> whole = List.<Class<?>>of(
            Appointment.class,
            EdgeReport.class,
            GroupStatus.class,
            NodeReport.class,
            Outlook.class,
            Pulse.class,
            SwitchoverReply.class,
            Topology.class,
            Vote.class,
            Wish.class)
        .stream()
        .flatMap(type -> samples.all(type).stream());
    return Stream.of(orders, decisions, whole).flatMap(s -> s);
  }
}
