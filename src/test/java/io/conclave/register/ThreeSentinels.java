package io.conclave.register;

import akka.actor.AddressFromURIString;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.Props;
import akka.actor.typed.SpawnProtocol;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.receptionist.Receptionist;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Down;
import akka.cluster.typed.Join;
import akka.management.javadsl.AkkaManagement;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.conclave.coordinator.GroupCoordinator;
import io.conclave.coordinator.Seat;
import io.conclave.core.Appointment;
import io.conclave.core.Ballot;
import io.conclave.core.Durability;
import io.conclave.core.GroupDefinition;
import io.conclave.core.GroupId;
import io.conclave.core.GroupStatus;
import io.conclave.core.HostId;
import io.conclave.core.Member;
import io.conclave.core.NodeId;
import io.conclave.core.Order;
import io.conclave.core.Pulse;
import io.conclave.core.Region;
import io.conclave.core.RegisterRecord;
import io.conclave.core.Sentinels;
import io.conclave.core.Timings;
import io.conclave.core.Topology;
import io.conclave.core.decision.DecisionRecord;
import io.conclave.core.failover.Rules;
import io.conclave.core.membership.DowningRule;
import io.conclave.core.membership.Entrance;
import io.conclave.core.placement.Deputies;
import io.conclave.membership.Downing;
import io.conclave.membership.Membership;
import io.conclave.ops.Board;
import io.conclave.ops.LocalNodes;
import io.conclave.ops.Ops;
import io.conclave.ops.OpsExtension;
import io.conclave.sentinel.Pulses;
import io.conclave.wire.Broadcast;
import io.conclave.wire.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A cell of three sentinels, and agents if need be, without PostgreSQL, in one JVM, with the real configuration, on free ports of loopback. */
final class ThreeSentinels implements AutoCloseable {
  private static final String CELL = "cell";
  private static final GroupId MAIN = new GroupId("main");
  private static final int SENTINELS = 3;

  /** Sentinels first, then agents. */
  private static final int HOSTS = 5;

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final HttpClient client = HttpClient.newHttpClient();
  private final Path state;
  private final List<Integer> ports;
  private final List<ActorSystem<SpawnProtocol.Command>> systems = new ArrayList<>();
  private final Map<Integer, Topology> newest = new ConcurrentHashMap<>();
  private final Map<Integer, ActorRef<Appointment>> appointments = new ConcurrentHashMap<>();

  ThreeSentinels(Path state) throws IOException {
    this.state = state;
    this.ports = freePorts();
    IntStream.range(0, HOSTS).forEach(i -> systems.add(null));
  }

  private static List<Integer> freePorts() throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    for (int i = 0; i < 2 * HOSTS; i++) {
      sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
    }
    for (ServerSocket socket : sockets) {
      socket.close();
    }
    return sockets.stream().map(ServerSocket::getLocalPort).toList();
  }

  void start(int index) throws Exception {
    start(index, true);
  }

  /** It tells its replica and is no member. */
  void startWithoutJoining(int index) throws Exception {
    start(index, false);
  }

  private void start(int index, boolean joins) throws Exception {
    ActorSystem<SpawnProtocol.Command> system =
        ActorSystem.create(SpawnProtocol.create(), CELL, config(index));
    systems.set(index, system);
    ActorRef<Membership.Command> membership = spawnMembership(system, index);
    startPulse(system, index);
    Runnable join = () -> membership.tell(Membership.Admitted.NOW);
    Admission.Place place = new Admission.Place(
        CELL, host(index), others(index), sentinels().majority(), List.of(MAIN), store(index));
    ActorRef<Admission.Command> admission =
        spawn(system, Admission.create(place, joins ? join : () -> {}), Admission.NAME);
    LocalNodes local = new LocalNodes();
    OpsExtension.get(system)
        .install(new Ops(
            host(index),
            spawn(system, Board.create(local), "board"),
            local,
            system.ignoreRef(),
            List.of(),
            sentinels(),
            Map.of(),
            Timings.LAN));
    OpsExtension.get(system)
        .serveRegister(
            () -> AskPattern.ask(admission, Admission.Tell::new, PATIENCE, system.scheduler()));
    done(AkkaManagement.get(system).start());
  }

  /** It is in a cluster of its own, as after a founding that should not have been. */
  void startInOwnCluster(int index) throws Exception {
    join(index, index);
  }

  /** It joins the cluster of that one, whatever it hears of others. */
  void join(int index, int there) throws Exception {
    start(index, false);
    Cluster.get(systems.get(index))
        .manager()
        .tell(Join.create(AddressFromURIString.parse(address(there))));
  }

  /** A host without the role sentinel. Unlike those of this version it says whom it finds unreachable. */
  void startAgent(int index) throws Exception {
    ActorSystem<SpawnProtocol.Command> system =
        ActorSystem.create(SpawnProtocol.create(), CELL, config(index));
    systems.set(index, system);
    spawnMembership(system, index).tell(Membership.Admitted.NOW);
  }

  private ActorRef<Membership.Command> spawnMembership(
      ActorSystem<SpawnProtocol.Command> system, int index) throws Exception {
    return spawn(
        system,
        Membership.create(new Membership.Place(
            new Entrance.Rules(CELL, host(index), sentinels()),
            others(index).stream()
                .collect(Collectors.toMap(OtherSentinel::host, OtherSentinel::system)))),
        Membership.NAME);
  }

  /** Says whom it hears and misses, and takes out of the cluster whom most of them miss. */
  private void startPulse(ActorSystem<SpawnProtocol.Command> system, int index) throws Exception {
    ActorRef<Pulses.Command> pulse = spawn(
        system,
        Pulses.create(
            host(index),
            sentinels(),
            List.of(MAIN),
            Timings.LAN,
            spawn(system, Broadcast.create(Topics.PULSES, Pulse.class), "")),
        "pulse");
    DowningRule.Rules rules = new DowningRule.Rules(
        host(index),
        sentinels(),
        system.settings().config().getDuration("conclave.downing.stable-after").toMillis(),
        Timings.LAN.suspicionMs());
    spawn(system, Downing.create(rules, gone -> pulse.tell(new Pulses.Missed(gone))), "downing");
  }

  /** From now on their failure detectors find each other unreachable, whatever is true. */
  void cut(int one, int other) {
    WillfulDetector.cut(address(one), address(other));
  }

  private Config config(int index) {
    return ConfigFactory.parseMap(Map.of(
            "akka.remote.artery.canonical.hostname",
            "127.0.0.1",
            "akka.remote.artery.canonical.port",
            ports.get(index),
            "akka.cluster.roles",
            List.of(index < SENTINELS ? "sentinel" : "agent"),
            "akka.cluster.failure-detector.implementation-class",
            WillfulDetector.class.getName(),
            "akka.cluster.failure-detector.observer",
            address(index),
            "akka.cluster.distributed-data.durable.lmdb.dir",
            store(index).toString(),
            "akka.management.http.hostname",
            "127.0.0.1",
            "akka.management.http.port",
            ports.get(HOSTS + index)))
        .withFallback(ConfigFactory.parseResources("conclave-akka.conf"))
        .withFallback(ConfigFactory.load())
        .resolve();
  }

  private String address(int index) {
    return "akka://" + CELL + "@127.0.0.1:" + ports.get(index);
  }

  private List<OtherSentinel> others(int self) {
    return IntStream.range(0, 3)
        .filter(i -> i != self)
        .mapToObj(i -> new OtherSentinel(host(i), address(i)))
        .toList();
  }

  private static Sentinels sentinels() {
    return new Sentinels(IntStream.range(0, 3)
        .mapToObj(i -> new Sentinels.Seat(host(i), new Region("r" + i)))
        .toList());
  }

  private static HostId host(int index) {
    return new HostId("s-" + index);
  }

  private URI uri(int index, String path) {
    return URI.create("http://127.0.0.1:" + ports.get(HOSTS + index) + path);
  }

  Path store(int index) {
    return state.resolve("s-" + index).resolve("register");
  }

  void loseDisk(int index) throws IOException {
    try (Stream<Path> files = Files.walk(store(index))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Lets one sentinel be downed by another. */
  void down(int index, int by) {
    Cluster.get(systems.get(by))
        .manager()
        .tell(new Down(Cluster.get(systems.get(index)).selfMember().address()));
  }

  /** Whether its actor system has ended by itself. */
  boolean hasEnded(int index) {
    return systems.get(index).getWhenTerminated().toCompletableFuture().isDone();
  }

  /** A seat for coordinators. There is no singleton. */
  void seat(int index) throws Exception {
    ActorSystem<SpawnProtocol.Command> system = systems.get(index);
    GroupDefinition group = new GroupDefinition(
        MAIN,
        IntStream.range(0, 3).mapToObj(ThreeSentinels::member).toList(),
        new Durability(Durability.Policy.QUORUM, Durability.WhenAlone.STRICT));
    GroupCoordinator.Ports ports = new GroupCoordinator.Ports(
        Register.create(MAIN, sentinels().majority(), Duration.ofMillis(400)),
        spawn(system, Broadcast.create(Topics.ordersFor(member(0).node()), Order.class), ""),
        spawn(system, Broadcast.create(Topics.TOPOLOGIES, Topology.class), ""),
        spawn(system, Broadcast.create(Topics.STATUSES, GroupStatus.class), ""),
        spawn(system, Broadcast.create(Topics.DECISIONS, DecisionRecord.class), ""));
    Deputies.Rules rules =
        new Deputies.Rules(group, sentinels(), host(index), Timings.LAN.suspicionMs());
    spawn(
        system,
        Seat.create(
            host(index),
            List.of(rules),
            name -> GroupCoordinator.create(
                new Rules(group, sentinels(), Timings.LAN, host(index)), ports)),
        "seat");
    spawn(
        system,
        Behaviors.<Topology>setup(context -> {
          context
              .getSystem()
              .receptionist()
              .tell(Receptionist.register(Topics.TOPOLOGIES, context.getSelf()));
          return Behaviors.receiveMessage(heard -> {
            newest.merge(index, heard, (old, next) -> old.supersedes(next) ? old : next);
            return Behaviors.same();
          });
        }),
        "listener");
    appointments.put(
        index, spawn(system, Broadcast.create(Topics.APPOINTMENTS, Appointment.class), ""));
  }

  private static Member member(int index) {
    return new Member(
        new NodeId("db-" + index),
        host(index),
        new Region("r" + index),
        Member.Kind.STANDBY,
        "127.0.0.1",
        5432,
        100 - index);
  }

  /** Says, as the singleton would, through one of them. */
  void appoint(int by, int coordinator) {
    appointments.get(by).tell(new Appointment(MAIN, host(coordinator)));
  }

  /** The newest topology that a sentinel has heard. */
  Optional<Topology> topology(int index) {
    return Optional.ofNullable(newest.get(index));
  }

  boolean isCoordinatedAt(int coordinator, int heardAt) {
    return topology(heardAt)
        .filter(t -> t.coordinator().equals(host(coordinator)))
        .isPresent();
  }

  /** What it tells the other sentinels. */
  Replica told(int index) throws Exception {
    return ReplicaJson.read(get(index, "/conclave/register").body());
  }

  boolean ready(int index) throws Exception {
    return get(index, "/ready").statusCode() == 200;
  }

  private HttpResponse<String> get(int index, String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(uri(index, path)).timeout(PATIENCE).build(),
        BodyHandlers.ofString());
  }

  /** How many members it sees up. */
  long up(int index) {
    return members(index).filter(member -> member.status() == MemberStatus.up()).count();
  }

  boolean hasJoined(int index) {
    return members(index).findAny().isPresent();
  }

  private Stream<akka.cluster.Member> members(int index) {
    return StreamSupport.stream(
        Cluster.get(systems.get(index)).state().getMembers().spliterator(), false);
  }

  Register.Answer.Claimed claim(int index, Ballot above) throws Exception {
    return (Register.Answer.Claimed) ask(index, replyTo -> new Register.Claim(above, replyTo));
  }

  void write(int index, RegisterRecord record) throws Exception {
    Register.Answer answer = ask(index, replyTo -> new Register.Write(record, replyTo));
    if (!(answer instanceof Register.Answer.Written)) {
      throw new AssertionError(answer);
    }
  }

  private Register.Answer ask(
      int index, akka.japi.function.Function<ActorRef<Register.Answer>, Register.Command> request)
      throws Exception {
    ActorSystem<SpawnProtocol.Command> system = systems.get(index);
    ActorRef<Register.Command> register =
        spawn(system, Register.create(MAIN, sentinels().majority(), PATIENCE.dividedBy(4)), "");
    return done(AskPattern.ask(register, request, PATIENCE, system.scheduler()));
  }

  private static <T> ActorRef<T> spawn(
      ActorSystem<SpawnProtocol.Command> system, Behavior<T> behavior, String name)
      throws Exception {
    return done(AskPattern.<SpawnProtocol.Command, ActorRef<T>>ask(
        system,
        replyTo -> new SpawnProtocol.Spawn<>(behavior, name, Props.empty(), replyTo),
        PATIENCE,
        system.scheduler()));
  }

  private static <T> T done(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  void stop(int index) {
    ActorSystem<SpawnProtocol.Command> system = systems.set(index, null);
    if (system != null) {
      system.terminate();
      system.getWhenTerminated().toCompletableFuture().join();
    }
  }

  @Override
  public void close() {
    IntStream.range(0, HOSTS).forEach(this::stop);
  }
}
