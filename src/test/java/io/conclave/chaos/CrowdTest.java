package io.conclave.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.conclave.workload.Credentials;
import io.conclave.workload.Endpoint;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Five clients of a pooler that is none: who may be disconnected, and who may not. */
class CrowdTest {
  private static final int CLIENTS = 5;

  private FakePooler pooler;
  private Crowd crowd;

  @BeforeEach
  void gather() throws Exception {
    pooler = new FakePooler();
    crowd = new Crowd(
        new Endpoint("127.0.0.1", pooler.port()),
        new Credentials("app", "secret"),
        "app",
        CLIENTS,
        new Waiting());
    crowd.gather();
  }

  @AfterEach
  void end() throws IOException {
    pooler.close();
  }

  @Test
  void everybodyIsAnswered() throws ChaosException {
    crowd.ask();
    crowd.close();
    assertEquals(new CrowdSeen(CLIENTS, 0, 0, 57), crowd.seen());
  }

  @Test
  void nobodyWhoIsIdleMayBeDisconnected() throws Exception {
    pooler.disconnect();
    ChaosException thrown = assertThrows(ChaosException.class, crowd::close);
    assertEquals(
        "1 of 5 clients of the crowd were disconnected, 1 of them idle, the first one: disconnected",
        thrown.getMessage());
    assertEquals(new CrowdSeen(CLIENTS, 1, 1, null), crowd.seen());
  }

  @Test
  void nobodyWhoIsIdleMayBeDisconnectedBeforeTheOthersAsk() throws Exception {
    pooler.disconnect();
    assertThrows(ChaosException.class, crowd::ask);
    assertEquals(new CrowdSeen(CLIENTS, 1, 1, null), crowd.seen());
  }

  @Test
  void whoseStatementWasUnderWayInTheFaultMayBe() throws Exception {
    pooler.hold();
    crowd.ask();
    pooler.awaitStatements();
    pooler.disconnect();
    pooler.goOn();
    crowd.close();
    assertEquals(new CrowdSeen(CLIENTS, 1, 0, 57), crowd.seen());
  }

  @Test
  void atTheEndNobodyMayBe() throws Exception {
    pooler.disconnectAtTheNextStatement();
    ChaosException thrown = assertThrows(ChaosException.class, crowd::close);
    assertTrue(thrown.getMessage().startsWith("1 of 5 clients"), thrown.getMessage());
    assertEquals(0, crowd.seen().disconnectedIdle());
  }

  @Test
  void aPoolerThatPassesEverybodyOnIsNone() {
    pooler.sessions("5003");
    ChaosException thrown = assertThrows(ChaosException.class, crowd::close);
    assertEquals(
        "the server has 5003 sessions for 5 clients of the crowd, at most 300 may be",
        thrown.getMessage());
  }

  /** As much of a server as a crowd notices. */
  private static final class FakePooler implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private volatile CountDownLatch statements = new CountDownLatch(0);
    private volatile CountDownLatch mayAnswer = new CountDownLatch(0);
    private volatile boolean disconnects;
    private volatile String sessions = "57";

    FakePooler() throws IOException {
      start(this::accept);
    }

    private interface Body {
      void run() throws IOException, InterruptedException;
    }

    private static void start(Body body) {
      Thread thread = new Thread(() -> {
        try {
          body.run();
        } catch (IOException | InterruptedException end) {
          Thread.currentThread().interrupt();
        }
      });
      thread.setDaemon(true);
      thread.start();
    }

    int port() {
      return listener.getLocalPort();
    }

    private void accept() throws IOException {
      while (true) {
        Socket socket = listener.accept();
        sockets.add(socket);
        start(() -> serve(socket));
      }
    }

    private void serve(Socket socket) throws IOException, InterruptedException {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      in.readFully(new byte[in.readInt() - 4]);
      say(out, 'R', new byte[4]);
      say(out, 'Z', new byte[] {'I'});
      while (in.read() >= 0) {
        byte[] sql = new byte[in.readInt() - 4];
        in.readFully(sql);
        statements.countDown();
        mayAnswer.await();
        answer(socket, out, new String(sql, StandardCharsets.UTF_8).contains("pg_stat_activity"));
      }
    }

    private synchronized void answer(Socket socket, DataOutputStream out, boolean ofSessions)
        throws IOException {
      if (disconnects) {
        disconnects = false;
        socket.close();
        return;
      }
      byte[] value = (ofSessions ? sessions : "1").getBytes(StandardCharsets.UTF_8);
      out.write('D');
      out.writeInt(4 + 2 + 4 + value.length);
      out.writeShort(1);
      out.writeInt(value.length);
      out.write(value);
      say(out, 'Z', new byte[] {'I'});
    }

    private static void say(DataOutputStream out, char type, byte[] body) throws IOException {
      out.write(type);
      out.writeInt(4 + body.length);
      out.write(body);
      out.flush();
    }

    /** One of the clients. */
    void disconnect() throws IOException {
      sockets.remove().close();
    }

    void disconnectAtTheNextStatement() {
      disconnects = true;
    }

    void hold() {
      statements = new CountDownLatch(CLIENTS);
      mayAnswer = new CountDownLatch(1);
    }

    void awaitStatements() throws InterruptedException {
      statements.await();
    }

    void goOn() {
      mayAnswer.countDown();
    }

    void sessions(String count) {
      sessions = count;
    }

    @Override
    public void close() throws IOException {
      listener.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }
}
