package io.conclave.it;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.actor.typed.SpawnProtocol;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.receptionist.Receptionist;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import com.typesafe.config.ConfigFactory;
import io.conclave.core.Ballot;
import io.conclave.core.Configuration;
import io.conclave.core.EdgeReport;
import io.conclave.core.GroupId;
import io.conclave.core.Hold;
import io.conclave.core.HostId;
import io.conclave.core.NodeId;
import io.conclave.core.SyncSet;
import io.conclave.core.Topology;
import io.conclave.demo.DemoFiles;
import io.conclave.edge.Edge;
import io.conclave.edge.EdgeContext;
import io.conclave.postgres.Passwords;
import io.conclave.settings.ConclaveSettings;
import io.conclave.wire.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;

/** The edge's actor in this JVM, in place of the daemon of a cell, with a test as its coordinator. */
final class LoneEdge implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final ActorSystem<SpawnProtocol.Command> system;
  private final AtomicReference<EdgeReport> last = new AtomicReference<>();
  private final Map<Long, Long> inForceNanos = new ConcurrentHashMap<>();
  private NodeId primary;
  private long epoch = 1;
  private long version;
  private long saidNanos;

  private LoneEdge(ActorSystem<SpawnProtocol.Command> system, NodeId primary) {
    this.system = system;
    this.primary = primary;
  }

  static LoneEdge start(DemoFiles files, String primary) throws Exception {
    ConclaveSettings settings = ConclaveSettings.load(files.configuration());
    HostId host = new HostId(files.edge().orElseThrow().host().name());
    EdgeContext context = EdgeContext.of(
            settings, host, Passwords.load(settings.postgres().passwordsFile()))
        .get(0);
    ActorSystem<SpawnProtocol.Command> system = ActorSystem.create(
        SpawnProtocol.create(),
        "lone",
        ConfigFactory.parseMap(Map.of(
                "akka.remote.artery.canonical.hostname",
                "127.0.0.1",
                "akka.remote.artery.canonical.port",
                0,
                "akka.cluster.roles",
                List.of("sentinel", "edge")))
            .withFallback(ConfigFactory.parseResources("conclave-akka.conf"))
            .withFallback(ConfigFactory.load())
            .resolve());
    LoneEdge edge = new LoneEdge(system, new NodeId(primary));
    Cluster cluster = Cluster.get(system);
    cluster.manager().tell(Join.create(cluster.selfMember().address()));
    Awaitility.await()
        .atMost(LIMIT)
        .until(() -> cluster.selfMember().status() == MemberStatus.up());
    ActorRef<EdgeReport> reports = edge.spawn(
        Behaviors.receiveMessage(report -> {
          edge.hear(report);
          return Behaviors.same();
        }),
        "reports");
    edge.<Edge.Command>spawn(Edge.create(context, reports), "edge");
    return edge;
  }

  private <T> ActorRef<T> spawn(akka.actor.typed.Behavior<T> behavior, String name)
      throws Exception {
    return AskPattern.<SpawnProtocol.Command, ActorRef<T>>ask(
            system,
            replyTo -> new SpawnProtocol.Spawn<>(behavior, name, Props.empty(), replyTo),
            LIMIT,
            system.scheduler())
        .toCompletableFuture()
        .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  private void hear(EdgeReport report) {
    if (report.problem().isEmpty()) {
      inForceNanos.putIfAbsent(report.version(), System.nanoTime());
    }
    last.set(report);
  }

  /** Another node is primary, of the next epoch. */
  void establish(String node) {
    primary = new NodeId(node);
    epoch++;
    say(Optional.empty());
  }

  /** The primary is established, and the clients are to be held, or not. */
  void say(Optional<Hold> hold) {
    version++;
    Topology topology = new Topology(
        new GroupId(DemoFiles.GROUP),
        new Ballot(1, new UUID(1, 1)),
        version,
        Optional.of(new Configuration(epoch, primary, SyncSet.EMPTY, new UUID(1, epoch))),
        true,
        new HostId("us-1"),
        hold);
    Set<ActorRef<Topology>> listeners = Awaitility.await("the edge to listen")
        .atMost(LIMIT)
        .until(this::listeners, found -> !found.isEmpty());
    saidNanos = System.nanoTime();
    listeners.forEach(ear -> ear.tell(topology));
  }

  private Set<ActorRef<Topology>> listeners() throws Exception {
    return AskPattern.<Receptionist.Command, Receptionist.Listing>ask(
            system.receptionist(),
            replyTo -> Receptionist.find(Topics.TOPOLOGIES, replyTo),
            LIMIT,
            system.scheduler())
        .toCompletableFuture()
        .get(LIMIT.toSeconds(), TimeUnit.SECONDS)
        .getServiceInstances(Topics.TOPOLOGIES);
  }

  /** What it says now. */
  Optional<UUID> held() {
    return Optional.ofNullable(last.get()).flatMap(EdgeReport::held);
  }

  /** How long after it was said the topology is in force that was said last, in ms. */
  double awaitInForceMs() {
    awaitInForce();
    return (inForceNanos.get(version) - saidNanos) / 1e6;
  }

  void awaitInForce() {
    Awaitility.await("the topology to be in force")
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> last.get() != null
            && last.get().version() == version
            && last.get().problem().isEmpty());
  }

  void awaitHeld(Optional<UUID> hold) {
    Awaitility.await("held = " + hold)
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> held().equals(hold));
  }

  @Override
  public void close() throws Exception {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }
}
