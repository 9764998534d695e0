package io.conclave.it;

import io.conclave.cli.StatusView.GroupView;
import io.conclave.cli.StatusView.NodeView;
import io.conclave.core.Durability.WhenAlone;
import io.conclave.demo.Cell;
import io.conclave.demo.CellOptions;
import io.conclave.demo.DemoException;
import io.conclave.demo.DemoFiles;
import io.conclave.demo.DemoHost;
import io.conclave.demo.HostProcess;
import io.conclave.demo.ProcessList;
import io.conclave.demo.Wholeness;
import io.conclave.fault.FaultPoints;
import io.conclave.workload.Credentials;
import io.conclave.workload.Endpoint;
import io.conclave.workload.Ledger;
import io.conclave.workload.LedgerCheck;
import io.conclave.workload.Ledgers;
import io.conclave.workload.LoadShape;
import io.conclave.workload.Patience;
import io.conclave.workload.ReadWorkload;
import io.conclave.workload.StaleRead;
import io.conclave.workload.Workload;
import io.conclave.workload.WorkloadException;
import io.conclave.workload.WorkloadOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** A real cell on loopback under load: three hosts, each a JVM beside its PostgreSQL, and the ledger's clients. */
final class TestCell implements AutoCloseable {
  /** Generous: a busy machine is slow, and nothing here is a measurement. */
  static final Duration LIMIT = Duration.ofMinutes(3);

  /** About 120 writes per second: enough to be caught by every fault, and the machine's cores are left to what is tested. */
  private static final LoadShape LOAD = new LoadShape(4, 1, 28, 10, 10);

  private final Cell cell;
  private final WhenAlone whenAlone;
  private final Credentials application = new Credentials("app", DemoFiles.randomPassword());
  private final Ledgers ledgers = new Ledgers();
  private Workload workload;
  private Map<Long, HostProcess> armed = Map.of();

  private TestCell(WhenAlone whenAlone) throws IOException {
    this.whenAlone = whenAlone;
    this.cell = new Cell(
        Path.of(System.getProperty("java.io.tmpdir"), "conclave-no-control-file"),
        Optional.empty());
  }

  /** Starts everything, or leaves nothing behind. */
  static TestCell start(WhenAlone whenAlone) throws Exception {
    return start(CellOptions.of(whenAlone));
  }

  /** The same, of any kind. */
  static TestCell start(CellOptions options) throws Exception {
    Launcher.train();
    TestCell started = new TestCell(options.whenAlone());
    try {
      started.cell.start(options.withJvmOptions(
          List.of("-D" + FaultPoints.PROPERTY + "=" + started.faultPoint())));
      started.workload = Workload.start(started.load(), started.ledgers);
      started.awaitWrites(40);
      return started;
    } catch (Exception e) {
      started.keepLogs("start");
      started.close();
      throw e;
    }
  }

  private WorkloadOptions load() {
    return load(
        cell.files().hosts().stream()
            .map(host -> new Endpoint(DemoHost.ADDRESS, host.port()))
            .toList(),
        Optional.of(cell.files().superuser()),
        Patience.DEFAULT);
  }

  private WorkloadOptions load(
      List<Endpoint> servers, Optional<Credentials> administrator, Patience patience) {
    return new WorkloadOptions(
        servers, "app", application, administrator, "disable", LOAD, patience, Duration.ofDays(1));
  }

  /** Ends the load, and begins another one that goes by this way. */
  void moveLoad(Endpoint way) throws WorkloadException {
    moveLoad(way, Patience.DEFAULT);
  }

  /** The same, with clients of this patience. */
  void moveLoad(Endpoint way, Patience patience) throws WorkloadException {
    workload.close();
    workload = Workload.start(load(List.of(way), Optional.empty(), patience), ledgers);
  }

  /** Begins to read by this way, until it is closed; what any load of the cell was acknowledged should be seen. */
  ReadWorkload read(Endpoint way, String database) {
    WorkloadOptions options = new WorkloadOptions(
        List.of(way),
        database,
        application,
        Optional.empty(),
        "disable",
        new LoadShape(1, 1, 20, 5, 0),
        Patience.DEFAULT,
        Duration.ofDays(1));
    return ReadWorkload.start(options, ledgers);
  }

  WhenAlone whenAlone() {
    return whenAlone;
  }

  Cell cell() {
    return cell;
  }

  // Hosts.

  HostProcess primary() {
    return cell.hostOf(cell.watch().latest().orElseThrow().primary());
  }

  List<HostProcess> standbys() {
    HostProcess primary = primary();
    return cell.hosts().stream().filter(host -> host != primary).toList();
  }

  /** The hosts whose nodes were standbys then. */
  List<HostProcess> standbysOf(GroupView then) {
    return cell.hosts().stream()
        .filter(host -> !node(host).equals(then.primary()))
        .toList();
  }

  /** What the JVM of a host has written behind this offset, in bytes. */
  String said(HostProcess host, long from) throws IOException {
    byte[] log = Files.readAllBytes(host.host().log());
    return new String(Arrays.copyOfRange(log, (int) from, log.length), StandardCharsets.UTF_8);
  }

  static String node(HostProcess host) {
    return host.host().node();
  }

  /** The pid of the server that runs beside a host. */
  static long postmaster(HostProcess host) {
    return ProcessList.postmaster(host.host().dataDirectory())
        .filter(pid -> ProcessHandle.of(pid).isPresent())
        .orElseThrow(() -> new AssertionError("no server runs in " + host.host().dataDirectory()));
  }

  /** The server's processes alone, without the JVM. */
  static List<Long> serverPids(HostProcess host) {
    return ProcessList.pidsUnder(host.host().dataDirectory());
  }

  void signal(String signal, Collection<Long> pids) {
    cell.signals().send(signal, pids);
  }

  void killJvm(HostProcess host) {
    signal("KILL", host.jvmPids());
    Awaitility.await("the JVM of " + host.host().name() + " to end")
        .atMost(LIMIT)
        .until(() -> !host.alive());
  }

  /** Kills every process of the host, also those that were forked meanwhile. */
  void killHost(HostProcess host) {
    Awaitility.await("all of " + host.host().name() + " to end").atMost(LIMIT).until(() -> {
      signal("KILL", host.pids());
      return !host.alive() && serverPids(host).isEmpty();
    });
  }

  /** Waits until another server than this one runs beside the host. */
  void awaitServer(HostProcess host, long otherThan) {
    Awaitility.await("another server than " + otherThan + " in " + host.host().dataDirectory())
        .atMost(LIMIT)
        .until(() -> ProcessList.postmaster(host.host().dataDirectory())
            .filter(pid -> pid != otherThan && ProcessHandle.of(pid).isPresent())
            .isPresent());
  }

  /** Waits until the gate of a server turns a client away. */
  void awaitRefusal(HostProcess host) {
    Awaitility.await("the gate of " + node(host) + " to close").atMost(LIMIT).until(() -> {
      try (Connection admitted = Sql.open(host, "app", application)) {
        return false;
      } catch (SQLException e) {
        return "28000".equals(e.getSQLState());
      }
    });
  }

  /** One value from a server, whatever its gate is. */
  String query(HostProcess host, String sql) throws SQLException {
    return Sql.query(host, cell.files().superuser(), sql);
  }

  /** Starts the JVM of a host, as an init system would. */
  void startJvm(HostProcess host) throws IOException {
    cell.start(host);
  }

  /** Waits until a host tells a status of its own again. */
  void awaitAnswer(HostProcess host) {
    Awaitility.await(host.host().name() + " to answer over HTTP")
        .atMost(LIMIT)
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(() -> cell.client()
            .status(host.host())
            .group(DemoFiles.GROUP)
            .flatMap(group -> group.node(node(host)))
            .filter(own -> own.epoch() > 0)
            .isPresent());
  }

  Credentials application() {
    return application;
  }

  // Fault points.

  private Path faultPoint() {
    return cell.directory().resolve("fault-point");
  }

  private Path reachedPoint() {
    return cell.directory().resolve("fault-point.reached");
  }

  /** Lets the first daemon that reaches the point kill or freeze itself. */
  void arm(FaultPoints.Armed point) throws IOException {
    armed = new HashMap<>();
    cell.hosts().forEach(host -> host.jvmPids().forEach(pid -> armed.put(pid, host)));
    Files.deleteIfExists(reachedPoint());
    Path beside = cell.directory().resolve("fault-point.new");
    Files.writeString(beside, point + "\n");
    Files.move(beside, faultPoint(), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Nothing happens at any point any more. */
  void disarm() throws IOException {
    Files.deleteIfExists(faultPoint());
  }

  /** Waits until a daemon has reached the point and is dead or frozen, and says which. */
  HostProcess awaitReached(FaultPoints.Armed point) {
    return awaitReached(point, () -> {});
  }

  /** The same, doing something before each look. */
  HostProcess awaitReached(FaultPoints.Armed point, Runnable meanwhile) {
    long pid = Awaitility.await(point + " to be reached")
        .atMost(LIMIT)
        .until(
            () -> {
              meanwhile.run();
              return reached().filter(by -> isOut(by, point.action()));
            },
            Optional::isPresent)
        .orElseThrow();
    return Optional.ofNullable(armed.get(pid))
        .orElseGet(() -> cell.hosts().stream()
            .filter(host -> host.jvmPids().contains(pid))
            .findFirst()
            .orElseThrow());
  }

  private Optional<Long> reached() throws IOException {
    try {
      return Optional.of(Long.parseLong(Files.readString(reachedPoint()).strip()));
    } catch (NoSuchFileException notYet) {
      return Optional.empty();
    }
  }

  private static boolean isOut(long pid, FaultPoints.Action action) {
    Optional<Character> state = Processes.state(pid);
    return action == FaultPoints.Action.FREEZE
        ? state.filter(s -> s == 'T').isPresent()
        : state.filter(s -> s != 'Z').isEmpty();
  }

  // Status.

  /** Waits for an answer, given from now on, that meets the condition. */
  GroupView await(String what, Predicate<GroupView> condition)
      throws DemoException, InterruptedException {
    return await(what, LIMIT, condition);
  }

  GroupView await(String what, Duration limit, Predicate<GroupView> condition)
      throws DemoException, InterruptedException {
    AtomicReference<GroupView> met = new AtomicReference<>();
    Consumer<GroupView> listener = group -> {
      if (condition.test(group)) {
        met.compareAndSet(null, group);
      }
    };
    cell.watch().listen(listener);
    try {
      cell.watch().await(what, limit, last -> met.get() != null);
      return met.get();
    } finally {
      cell.watch().ignore(listener);
    }
  }

  GroupView awaitWhole() throws DemoException, InterruptedException {
    return await("the group to be whole", Wholeness::whole);
  }

  /**
   * Has the node of a host take over by switchovers. One may fail when the coordinator moves meanwhile: then it is asked for
   * again, as the refusal says.
   */
  void makePrimary(HostProcess host) {
    Awaitility.await(node(host) + " to take over").atMost(LIMIT).until(() -> {
      if (!node(host).equals(awaitWhole().primary())) {
        cell.client().switchover(host.host(), node(host)).get();
      }
      return node(host).equals(awaitWhole().primary());
    });
  }

  /** Waits for a later, established epoch with another primary. */
  GroupView awaitFailover(GroupView before) throws DemoException, InterruptedException {
    return await(
        "a failover from " + before.primary(),
        group -> group.established()
            && group.epoch() > before.epoch()
            && !before.primary().equals(group.primary()));
  }

  /** Waits for a later, established epoch whose primary is neither the one of then nor this host. */
  GroupView awaitFailoverFrom(GroupView before, HostProcess passedOver)
      throws DemoException, InterruptedException {
    return await(
        "a failover that passes over " + node(passedOver),
        group -> group.established()
            && group.epoch() > before.epoch()
            && !node(passedOver).equals(group.primary()));
  }

  /** Whether a node streams from the primary of this status. */
  static boolean streams(GroupView group, HostProcess host) {
    return group
        .node(node(host))
        .filter(seen -> "STANDBY".equals(seen.server())
            && "STREAMING".equals(seen.receiver())
            && seen.epoch() == group.epoch())
        .isPresent();
  }

  static String server(GroupView group, HostProcess host) {
    return group.node(node(host)).map(NodeView::server).orElse("?");
  }

  // Ledger.

  /** How many writes were acknowledged since then, on the clock of {@link System#nanoTime}. */
  long acknowledgedSince(long nanos) {
    return workload.ledger().window(nanos, System.nanoTime()).acknowledged();
  }

  /** What became of the writes since then. */
  Ledger.Window writesSince(long nanos) {
    return workload.ledger().window(nanos, System.nanoTime());
  }

  /** Waits for so many more acknowledged writes: about 120 of them are a second. */
  void awaitWrites(int count) {
    long begin = System.nanoTime();
    Awaitility.await(count + " acknowledged writes")
        .atMost(LIMIT)
        .until(() -> acknowledgedSince(begin) >= count);
  }

  /** Waits until so many writes have got no answer since then. */
  void awaitUnknownWrites(long nanos, int count) {
    Awaitility.await(count + " writes without an answer")
        .atMost(LIMIT)
        .until(() -> workload.ledger().window(nanos, System.nanoTime()).unknown() >= count);
  }

  List<StaleRead> staleReadsSince(long nanos) {
    return workload.staleReads().stream()
        .filter(read -> read.answeredNanos() - nanos >= 0)
        .toList();
  }

  /** Reads everything back, as soon as the primary lets us. */
  LedgerCheck check() {
    return Awaitility.await("the ledger to be read back")
        .atMost(LIMIT)
        .ignoreExceptionsInstanceOf(WorkloadException.class)
        .until(workload::check, check -> true);
  }

  // End.

  /** Keeps the logs of JVMs and servers in target/it-logs/(what), and prints the last lines of the JVMs'. */
  void keepLogs(String what) throws IOException {
    Path directory = Path.of("target", "it-logs", what).toAbsolutePath();
    cell.keepLogs(directory);
    System.err.println("logs of " + what + ": " + directory + cell.logs());
  }

  @Override
  public void close() throws IOException, InterruptedException {
    if (workload != null) {
      workload.close();
    }
    cell.close();
  }
}
