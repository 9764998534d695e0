package io.conclave.it;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.receptionist.Receptionist;
import akka.actor.typed.receptionist.ServiceKey;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.conclave.core.NodeId;
import io.conclave.core.NodeReport;
import io.conclave.core.Order;
import io.conclave.demo.DemoHost;
import io.conclave.wire.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A member of the cell without any role that gives orders of its own, and hears what agents report. */
final class Intruder implements AutoCloseable {
  private final Map<NodeId, NodeReport> reports = new ConcurrentHashMap<>();
  private final ActorSystem<NodeReport> system;

  Intruder(String cell, List<DemoHost> hosts) {
    system = ActorSystem.create(listening(), cell, config(cell, hosts));
  }

  private Behavior<NodeReport> listening() {
    return Behaviors.setup(context -> {
      context
          .getSystem()
          .receptionist()
          .tell(Receptionist.register(Topics.REPORTS, context.getSelf()));
      return Behaviors.receive(NodeReport.class)
          .onAnyMessage(report -> {
            reports.put(report.node(), report);
            return Behaviors.same();
          })
          .build();
    });
  }

  private static Config config(String cell, List<DemoHost> hosts) {
    return ConfigFactory.parseMap(Map.of(
            "akka.remote.artery.canonical.hostname",
            DemoHost.ADDRESS,
            "akka.remote.artery.canonical.port",
            0,
            "akka.cluster.roles",
            List.of(),
            "akka.cluster.seed-nodes",
            hosts.stream()
                .map(host -> "akka://%s@%s:%d".formatted(cell, DemoHost.ADDRESS, host.akkaPort()))
                .toList(),
            "akka.coordinated-shutdown.exit-jvm",
            "off"))
        .withFallback(ConfigFactory.parseResourcesAnySyntax("conclave-akka.conf"))
        .withFallback(ConfigFactory.defaultReferenceUnresolved())
        .resolve();
  }

  /** Waits for a report that is newer than this moment's. */
  NodeReport nextReport(NodeId node) {
    Optional<NodeReport> before = Optional.ofNullable(reports.get(node));
    return Awaitility.await("a report of " + node)
        .atMost(TestCell.LIMIT)
        .until(
            () -> reports.get(node), now -> now != null && !Optional.of(now).equals(before));
  }

  /** Gives an order to the agent of its node, as a coordinator does. */
  void give(Order order) {
    ServiceKey<Order> key = Topics.ordersFor(order.node());
    Set<ActorRef<Order>> agents = Awaitility.await("the agent of " + order.node())
        .atMost(TestCell.LIMIT)
        .until(() -> find(key), found -> !found.isEmpty());
    agents.forEach(agent -> agent.tell(order));
  }

  private Set<ActorRef<Order>> find(ServiceKey<Order> key) throws Exception {
    return AskPattern.<Receptionist.Command, Receptionist.Listing>ask(
            system.receptionist(),
            replyTo -> Receptionist.find(key, replyTo),
            Duration.ofSeconds(3),
            system.scheduler())
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS)
        .getServiceInstances(key);
  }

  @Override
  public void close() throws Exception {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }
}
