package io.conclave.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.cli.StatusView.EdgeView;
import io.conclave.cli.StatusView.GroupView;
import io.conclave.core.Durability.WhenAlone;
import io.conclave.core.Hold;
import io.conclave.demo.CellOptions;
import io.conclave.demo.DemoEdge;
import io.conclave.demo.DemoHost;
import io.conclave.demo.HostProcess;
import io.conclave.workload.Endpoint;
import io.conclave.workload.LedgerCheck;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Clients of one edge, through PgBouncer and HAProxy, while primaries, the daemon and HAProxy fail. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EdgeIT {
  private static final AtomicBoolean FAILED = new AtomicBoolean();

  @RegisterExtension
  static final AfterTestExecutionCallback WATCH =
      context -> context.getExecutionException().ifPresent(why -> FAILED.set(true));

  private TestCell cell;
  private DemoEdge edge;
  private EdgePrograms programs;
  private long begin;

  @BeforeAll
  void startAll() throws Exception {
    cell = TestCell.start(CellOptions.of(WhenAlone.STRICT).withEdge());
    edge = cell.cell().files().edge().orElseThrow();
    programs = new EdgePrograms(edge, cell.cell().files().configuration());
    programs.start();
    cell.await("the edge to follow", this::follows);
    cell.moveLoad(new Endpoint(DemoHost.ADDRESS, edge.poolerPort()));
    cell.awaitWrites(100);
  }

  @AfterAll
  void stopAll() throws Exception {
    if (cell != null) {
      if (FAILED.get()) {
        cell.keepLogs("EdgeIT");
      }
      if (programs != null) {
        programs.close();
      }
      cell.close();
    }
  }

  @BeforeEach
  void whole() throws Exception {
    cell.awaitWhole();
    begin = System.nanoTime();
  }

  /** Through an edge there is no stale read at all, and nothing that was acknowledged is lost. */
  @AfterEach
  void nothingIsLostOrStale() throws Exception {
    cell.await("the edge to follow", this::follows);
    cell.awaitWhole();
    cell.awaitWrites(100);
    assertEquals(List.of(), cell.staleReadsSince(begin));
    LedgerCheck check = cell.check();
    assertTrue(check.clean(), check::toString);
  }

  private boolean follows(GroupView group) {
    return group.edges().stream()
        .anyMatch(each -> group.established()
            && each.problem() == null
            && group.primary().equals(each.primary()));
  }

  private EdgeView view(GroupView group) {
    return group.edges().get(0);
  }

  private HostProcess daemon() {
    return cell.cell().edge().orElseThrow();
  }

  private Connection connect(String database) throws SQLException {
    return connect(edge.poolerPort(), database);
  }

  private Connection connect(int port, String database) throws SQLException {
    Properties p = new Properties();
    p.setProperty("user", cell.application().role());
    p.setProperty("password", cell.application().password());
    p.setProperty("prepareThreshold", "0");
    return DriverManager.getConnection(
        "jdbc:postgresql://%s:%d/%s".formatted(DemoHost.ADDRESS, port, database), p);
  }

  /** One value through PgBouncer. */
  private String ask(String database, String sql) throws SQLException {
    try (Connection c = connect(database)) {
      return ask(c, sql);
    }
  }

  private static String ask(Connection c, String sql) throws SQLException {
    try (Statement s = c.createStatement();
        ResultSet rows = s.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  /** A query of another client, which may have to wait. */
  private static CompletableFuture<String> asking(Connection c) {
    return CompletableFuture.supplyAsync(() -> {
      try {
        return ask(c, "SELECT 1");
      } catch (SQLException e) {
        throw new CompletionException(e);
      }
    });
  }

  /** Until a killed server is gone the system takes connections for it: those are in flight, and get an error. */
  private static void awaitRefusal(int port) {
    Awaitility.await("the port to refuse")
        .pollInterval(5, TimeUnit.MILLISECONDS)
        .until(() -> {
          try (Socket taken = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return taken.isClosed();
          } catch (ConnectException refused) {
            return true;
          }
        });
  }

  private static String answer(CompletableFuture<String> asked) throws Exception {
    return asked.get(20, TimeUnit.SECONDS);
  }

  @Test
  @Order(1)
  void writesGoToThePrimaryAndReadsToAStandby() throws Exception {
    assertEquals("f", ask("app", "SELECT pg_is_in_recovery()"));
    assertEquals("t", ask("app_ro", "SELECT pg_is_in_recovery()"));
  }

  @Test
  @Order(2)
  void writersGoOnWhenThePrimaryIsKilledAndWhoComesMeanwhileWaits() throws Exception {
    GroupView before = cell.awaitWhole();
    HostProcess victim = cell.primary();
    cell.signal("KILL", List.of(TestCell.postmaster(victim)));
    awaitRefusal(victim.host().port());
    // Directly at HAProxy: refused by the dead primary, kept, served by the next one.
    try (Connection c = connect(edge.writesPort(), DemoEdge.DATABASE)) {
      assertEquals("f", ask(c, "SELECT pg_is_in_recovery()"));
    }
    GroupView after = cell.awaitFailover(before);
    assertEquals(before.epoch() + 1, after.epoch());
    cell.awaitWrites(100);
  }

  @Test
  @Order(3)
  void aFrozenPrimaryGetsNoClientWhenItThaws() throws Exception {
    GroupView before = cell.awaitWhole();
    HostProcess victim = cell.primary();
    List<Long> frozen = victim.pids();
    cell.signal("STOP", frozen);
    try {
      cell.awaitFailover(before);
      cell.awaitWrites(200);
    } finally {
      cell.signal("CONT", frozen);
    }
    cell.await("the old primary to stream", group -> TestCell.streams(group, victim));
  }

  @Test
  @Order(4)
  void theChecksOfHaproxyAreEnoughWhileTheDaemonIsDead() throws Exception {
    GroupView before = cell.awaitWhole();
    cell.killJvm(daemon());
    try {
      cell.signal("KILL", List.of(TestCell.postmaster(cell.primary())));
      cell.awaitFailover(before);
      cell.awaitWrites(100);
    } finally {
      cell.startJvm(daemon());
    }
    cell.await("the daemon to follow again", group -> follows(group));
  }

  @Test
  @Order(5)
  void aRestartedHaproxyIsToldEverythingAgain() throws Exception {
    programs.killHaproxy();
    cell.await("the edge to say so", group -> view(group).problem() != null);
    programs.startHaproxy();
    cell.await("the edge to follow", this::follows);
    cell.awaitWrites(100);
    assertEquals("f", ask("app", "SELECT pg_is_in_recovery()"));
  }

  @Test
  @Order(6)
  void aRestartedPgbouncerServesAtOnce() throws Exception {
    programs.killPgbouncer();
    cell.await("the edge to say so", group -> view(group).problem() != null);
    programs.startPgbouncer();
    cell.await("the edge to follow", this::follows);
    cell.awaitWrites(100);
  }

  @Test
  @Order(7)
  void clientsThatAreHeldWaitAndGetNoError() throws Exception {
    cell.killJvm(daemon());
    try (LoneEdge lone = LoneEdge.start(cell.cell().files(), cell.awaitWhole().primary());
        Connection busy = connect("app");
        Connection idle = connect("app")) {
      lone.say(Optional.empty());
      lone.awaitInForce();
      busy.setAutoCommit(false);
      assertEquals("1", ask(busy, "SELECT 1"));

      UUID hold = UUID.randomUUID();
      lone.say(Optional.of(new Hold(hold, 60_000)));
      lone.awaitInForce();
      CompletableFuture<String> waits = asking(idle);
      assertEquals("1", ask(busy, "SELECT 1"), "what runs is finished");
      assertEquals(Optional.empty(), lone.held(), "a transaction runs");
      busy.commit();
      lone.awaitHeld(Optional.of(hold));
      assertFalse(waits.isDone());

      lone.say(Optional.empty());
      assertEquals("1", answer(waits));
      lone.awaitHeld(Optional.empty());

      lone.say(Optional.of(new Hold(UUID.randomUUID(), 700)));
      lone.awaitInForce();
      assertEquals("1", answer(asking(idle)), "nobody has lifted it: the budget has");
      lone.awaitHeld(Optional.empty());

      assertEquals("1", ask(busy, "SELECT 1"));
      lone.say(Optional.of(new Hold(UUID.randomUUID(), 700)));
      lone.awaitInForce();
      assertEquals("1", answer(asking(idle)), "although a transaction still ran");
      busy.commit();

      UUID left = UUID.randomUUID();
      lone.say(Optional.of(new Hold(left, 60_000)));
      lone.awaitHeld(Optional.of(left));
      CompletableFuture<String> stranded = asking(idle);
      lone.close();
      assertFalse(stranded.isDone());
      cell.startJvm(daemon());
      assertEquals("1", stranded.get(60, TimeUnit.SECONDS), "a daemon that starts ends a pause");
    } finally {
      if (!daemon().alive()) {
        cell.startJvm(daemon());
      }
    }
  }
}
