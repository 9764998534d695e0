package io.conclave.register;

import akka.actor.Address;
import akka.actor.AddressFromURIString;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.Props;
import akka.actor.typed.SpawnProtocol;
import akka.actor.typed.javadsl.AskPattern;
import akka.cluster.Member;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.JoinSeedNodes;
import akka.management.javadsl.AkkaManagement;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.conclave.core.Ballot;
import io.conclave.core.GroupId;
import io.conclave.core.HostId;
import io.conclave.core.Region;
import io.conclave.core.RegisterRecord;
import io.conclave.core.Sentinels;
import io.conclave.core.Timings;
import io.conclave.ops.Board;
import io.conclave.ops.Ops;
import io.conclave.ops.OpsExtension;
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
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A cell of three sentinels without PostgreSQL, in one JVM, with the real configuration, on free ports of loopback. */
final class ThreeSentinels implements AutoCloseable {
  private static final String CELL = "cell";
  private static final GroupId MAIN = new GroupId("main");
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final HttpClient client = HttpClient.newHttpClient();
  private final Path state;
  private final List<Integer> ports;
  private final List<ActorSystem<SpawnProtocol.Command>> systems = new ArrayList<>();
  private int first;

  ThreeSentinels(Path state) throws IOException {
    this.state = state;
    this.ports = freePorts();
    IntStream.range(0, 3).forEach(i -> systems.add(null));
  }

  private static List<Integer> freePorts() throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
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
    Runnable join = () -> Cluster.get(system).manager().tell(new JoinSeedNodes(seeds()));
    Admission.Place place = new Admission.Place(
        CELL, host(index), others(index), sentinels().majority(), List.of(MAIN), store(index));
    ActorRef<Admission.Command> admission =
        spawn(system, Admission.create(place, joins ? join : () -> {}), Admission.NAME);
    OpsExtension.get(system)
        .install(new Ops(
            host(index),
            spawn(system, Board.create(), "board"),
            system.ignoreRef(),
            List.of(),
            sentinels(),
            Timings.LAN));
    OpsExtension.get(system)
        .serveRegister(
            () -> AskPattern.ask(admission, Admission.Tell::new, PATIENCE, system.scheduler()));
    done(AkkaManagement.get(system).start());
  }

  private Config config(int index) {
    return ConfigFactory.parseMap(Map.of(
            "akka.remote.artery.canonical.hostname",
            "127.0.0.1",
            "akka.remote.artery.canonical.port",
            ports.get(index),
            "akka.cluster.roles",
            List.of("sentinel"),
            "akka.cluster.distributed-data.durable.lmdb.dir",
            store(index).toString(),
            "akka.management.http.hostname",
            "127.0.0.1",
            "akka.management.http.port",
            ports.get(3 + index)))
        .withFallback(ConfigFactory.parseResources("conclave-akka.conf"))
        .withFallback(ConfigFactory.load())
        .resolve();
  }

  /** Of those that start from now on this one may begin the cluster; 0 at first. */
  void firstIs(int index) {
    first = index;
  }

  private List<Address> seeds() {
    return IntStream.of(first, (first + 1) % 3, (first + 2) % 3)
        .mapToObj(this::address)
        .map(AddressFromURIString::parse)
        .toList();
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
    return URI.create("http://127.0.0.1:" + ports.get(3 + index) + path);
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

  private Stream<Member> members(int index) {
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
    IntStream.range(0, 3).forEach(this::stop);
  }
}
