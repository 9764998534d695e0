package io.conclave.ops;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.Props;
import akka.actor.typed.SpawnProtocol;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.receptionist.Receptionist;
import akka.actor.typed.receptionist.ServiceKey;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import akka.management.javadsl.AkkaManagement;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.conclave.core.EdgeReport;
import io.conclave.core.GroupDefinition;
import io.conclave.core.GroupStatus;
import io.conclave.core.HostId;
import io.conclave.core.NodeReport;
import io.conclave.core.Region;
import io.conclave.core.Sentinels;
import io.conclave.core.SwitchoverReply;
import io.conclave.core.Timings;
import io.conclave.core.Topology;
import io.conclave.core.Vote;
import io.conclave.history.History;
import io.conclave.wire.Relays;
import io.conclave.wire.SwitchoverRequest;
import io.conclave.wire.Topics;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** The HTTP side of a host that is a cluster of its own, with the real configuration, on free ports of loopback. */
final class OneHost implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final ActorSystem<SpawnProtocol.Command> system;
  private final URI base;
  private final LocalNodes local;
  private final BlockingQueue<SwitchoverReply> replies = new LinkedBlockingQueue<>();
  private final BlockingQueue<SwitchoverRequest> requests = new LinkedBlockingQueue<>();

  private OneHost(ActorSystem<SpawnProtocol.Command> system, URI base, LocalNodes local) {
    this.system = system;
    this.base = base;
    this.local = local;
  }

  static OneHost start(HostId self, Path state) throws Exception {
    return start(self, state, 0);
  }

  /**
   * @param httpPort 0 for a free one
   */
  static OneHost start(HostId self, Path state, int httpPort) throws Exception {
    return start(self, state, httpPort, List.of(Words.main()));
  }

  /**
   * @param groups of the cell
   */
  static OneHost start(HostId self, Path state, int httpPort, List<GroupDefinition> groups)
      throws Exception {
    ActorSystem<SpawnProtocol.Command> system =
        ActorSystem.create(SpawnProtocol.create(), "ops", config(state, httpPort));
    Cluster cluster = Cluster.get(system);
    cluster.manager().tell(Join.create(cluster.selfMember().address()));
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> cluster.selfMember().status() == MemberStatus.up());
    listenInEarnest(system);
    LocalNodes local = new LocalNodes();
    ActorRef<Board.Command> board = spawn(system, Board.create(local), "board");
    OpsExtension.get(system)
        .install(new Ops(
            self,
            board,
            local,
            spawn(
                system,
                History.create(
                    List.of(Words.MAIN),
                    state.resolve("decisions.jsonl"),
                    (group, change) -> board.tell(new Board.Changed(group, change))),
                "history"),
            groups,
            new Sentinels(List.of(new Sentinels.Seat(self, new Region("us")))),
            Map.of(),
            Timings.LAN));
    URI base = URI.create(AkkaManagement.get(system)
        .start()
        .toCompletableFuture()
        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
        .toString());
    return new OneHost(system, base, local);
  }

  /** As the sentinel and the coordinator of a host do: its board then hears all that they hear. */
  private static void listenInEarnest(ActorSystem<?> system) {
    Relays.listen(system, Topics.REPORTS, NodeReport.class, system.ignoreRef());
    Relays.listen(system, Topics.VOTES, Vote.class, system.ignoreRef());
    Relays.listen(system, Topics.STATUSES, GroupStatus.class, system.ignoreRef());
    Relays.listen(system, Topics.EDGES, EdgeReport.class, system.ignoreRef());
    Relays.listen(system, Topics.TOPOLOGIES, Topology.class, system.ignoreRef());
  }

  private static Config config(Path state, int httpPort) {
    return ConfigFactory.parseMap(Map.of(
            "akka.remote.artery.canonical.hostname",
            "127.0.0.1",
            "akka.remote.artery.canonical.port",
            0,
            "akka.cluster.roles",
            List.of("sentinel", "agent"),
            "akka.cluster.distributed-data.durable.lmdb.dir",
            state.resolve("register").toString(),
            "akka.management.http.hostname",
            "127.0.0.1",
            "akka.management.http.port",
            httpPort,
            // Only a test host leaves so often that nobody waits for it.
            "akka.coordinated-shutdown.run-by-actor-system-terminate",
            false))
        .withFallback(ConfigFactory.parseResources("conclave-akka.conf"))
        .withFallback(ConfigFactory.load())
        .resolve();
  }

  ActorSystem<SpawnProtocol.Command> system() {
    return system;
  }

  /** What its health checks are answered from. */
  LocalNodes local() {
    return local;
  }

  URI uri(String path) {
    return base.resolve(path);
  }

  /** Says a word to whoever listens, once somebody does. */
  <T> void say(ServiceKey<T> key, T word) {
    listeners(key).forEach(ref -> ref.tell(word));
  }

  private <T> Set<ActorRef<T>> listeners(ServiceKey<T> key) {
    return Awaitility.await().atMost(PATIENCE).until(() -> find(key), found -> !found.isEmpty());
  }

  private <T> Set<ActorRef<T>> find(ServiceKey<T> key) throws Exception {
    return AskPattern.<Receptionist.Command, Receptionist.Listing>ask(
            system.receptionist(),
            replyTo -> Receptionist.find(key, replyTo),
            PATIENCE,
            system.scheduler())
        .toCompletableFuture()
        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
        .getServiceInstances(key);
  }

  /** Answers switchover requests as the seat of this host, with the replies that the test has laid out, or not at all. */
  void coordinate(HostId host) throws Exception {
    ServiceKey<SwitchoverRequest> key = Topics.requestsAt(host);
    Behavior<SwitchoverRequest> seat = Behaviors.setup(context -> {
      context.getSystem().receptionist().tell(Receptionist.register(key, context.getSelf()));
      return Behaviors.receiveMessage(request -> {
        requests.add(request);
        Optional.ofNullable(replies.poll()).ifPresent(request.replyTo()::tell);
        return Behaviors.same();
      });
    });
    spawn(system, seat, "seat");
    listeners(key);
  }

  /** What the next request is answered with; earlier requests are forgotten. */
  void nextReply(SwitchoverReply reply) {
    requests.clear();
    replies.add(reply);
  }

  SwitchoverRequest lastRequest() {
    return requests.remove();
  }

  static <T> ActorRef<T> spawn(
      ActorSystem<SpawnProtocol.Command> system, Behavior<T> behavior, String name)
      throws Exception {
    return AskPattern.<SpawnProtocol.Command, ActorRef<T>>ask(
            system,
            replyTo -> new SpawnProtocol.Spawn<>(behavior, name, Props.empty(), replyTo),
            PATIENCE,
            system.scheduler())
        .toCompletableFuture()
        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().join();
  }
}
