package io.conclave.chaos;

import io.conclave.workload.Credentials;
import io.conclave.workload.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Thousands of idle clients on one thread: they log in, wait, ask when they are told to, and once more at their end. */
final class Crowd {
  private static final Logger LOG = LoggerFactory.getLogger(Crowd.class);
  private static final Duration LOGIN_LIMIT = Duration.ofMinutes(4);
  private static final Duration ANSWER_LIMIT = Duration.ofMinutes(2);
  /** Logins under way at a time: a backlog holds no more, and PgBouncer hashes one after the other. */
  private static final int AT_ONCE = 50;
  /**
   * PgBouncer ends a client whose statement was under way at a server that is gone, and has so many sessions with servers at most
   * (pool-size): the same one error that anybody gets for what is in flight.
   */
  private static final int MOST_IN_FLIGHT = 50;
  /** PgBouncer has two pools and a hundred sessions at most; the load beside has a few. */
  private static final int MOST_SESSIONS = 300;

  private static final String SESSIONS =
      "select count(*) from pg_stat_activity where datname = current_database()";

  private final Endpoint pooler;
  private final Credentials who;
  private final String database;
  private final int size;
  private final Waiting waiting;
  private final Scram scram;
  private final List<CrowdClient> clients = new ArrayList<>();
  private final List<SocketChannel> channels = new ArrayList<>();
  private Selector selector;
  private int lostIdle;
  private int lostInFlight;
  private int toleratedInFlight;
  private String firstLoss = "";
  private Optional<Integer> serverSessions = Optional.empty();

  Crowd(Endpoint pooler, Credentials who, String database, int size, Waiting waiting) {
    this.pooler = pooler;
    this.who = who;
    this.database = database;
    this.size = size;
    this.waiting = waiting;
    this.scram = new Scram(who.password());
  }

  /** Logs all of them in; returns when the last one is. */
  void gather() throws ChaosException {
    try {
      selector = Selector.open();
      long deadline = System.nanoTime() + LOGIN_LIMIT.toNanos();
      int ready = 0;
      while (ready < size) {
        while (clients.size() < size && clients.size() - ready < AT_ONCE) {
          connect();
        }
        select(deadline, "log in");
        complain("were disconnected while they logged in");
        ready = (int) clients.stream().filter(CrowdClient::ready).count();
      }
    } catch (IOException e) {
      throw new ChaosException("the crowd cannot connect to %s: %s".formatted(pooler, e), e);
    }
  }

  private void connect() throws IOException {
    SocketChannel channel = SocketChannel.open();
    channels.add(channel);
    channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    channel.configureBlocking(false);
    CrowdClient client = new CrowdClient(channel, who, database, scram);
    clients.add(client);
    channel.register(selector, SelectionKey.OP_CONNECT, client);
    channel.connect(new InetSocketAddress(pooler.address(), pooler.port()));
  }

  /** One round of what has happened; answers of how many clients. */
  private int select(long deadline, String what) throws IOException, ChaosException {
    if (waiting.ended() || System.nanoTime() - deadline > 0) {
      throw new ChaosException("%d of %d clients of the crowd did not %s"
          .formatted(clients.stream().filter(c -> !c.ready()).count(), clients.size(), what));
    }
    return selector.select(
        key -> {
          CrowdClient client = (CrowdClient) key.attachment();
          try {
            happen(key, client);
          } catch (IOException e) {
            lose(client, e);
            key.cancel();
          }
        },
        200);
  }

  private void lose(CrowdClient client, IOException why) {
    if (client.ready()) {
      lostIdle++;
    } else {
      lostInFlight++;
    }
    firstLoss = firstLoss.isEmpty() ? String.valueOf(why.getMessage()) : firstLoss;
    client.leave();
  }

  private static void happen(SelectionKey key, CrowdClient client) throws IOException {
    if (key.isConnectable()) {
      ((SocketChannel) key.channel()).finishConnect();
      key.interestOps(SelectionKey.OP_READ);
      client.begin();
    } else {
      client.read();
    }
  }

  private void complain(String what) throws ChaosException {
    if (lostIdle > 0 || lostInFlight > toleratedInFlight) {
      throw new ChaosException(
          "%d of %d clients of the crowd %s, %d of them idle, the first one: %s"
              .formatted(lostIdle + lostInFlight, clients.size(), what, lostIdle, firstLoss));
    }
  }

  /**
   * Every client sends a statement, in the middle of a fault; nobody waits for the answers yet.
   *
   * @throws ChaosException when one was disconnected before
   */
  void ask() throws ChaosException {
    send("select 1");
    toleratedInFlight = MOST_IN_FLIGHT;
  }

  private void send(String sql) throws ChaosException {
    listen();
    for (CrowdClient client : clients) {
      if (client.isThere()) {
        send(client, sql);
      }
    }
    complain("were disconnected");
  }

  private void send(CrowdClient client, String sql) {
    try {
      client.ask(sql);
    } catch (IOException e) {
      lose(client, e);
    }
  }

  /** What was sent while nobody listened comes first, an end for example: who has asked was not idle any more. */
  private void listen() throws ChaosException {
    long deadline = System.nanoTime() + ANSWER_LIMIT.toNanos();
    try {
      int heard = 1;
      while (heard > 0) {
        heard = select(deadline, "listen");
      }
    } catch (IOException e) {
      throw new ChaosException("the crowd cannot listen: " + e.getMessage(), e);
    }
  }

  /**
   * Whoever has asked is answered; every client asks once more, and leaves.
   *
   * @throws ChaosException when one was disconnected, or is not answered, or all together have too many sessions at the server
   */
  void close() throws ChaosException {
    try {
      if (selector != null && clients.size() == size) {
        awaitAnswers();
        // All is well again: nothing more is excused.
        toleratedInFlight = lostInFlight;
        send("select 1");
        awaitAnswers();
        countSessions();
      }
    } finally {
      leave();
    }
  }

  private void countSessions() throws ChaosException {
    Optional<CrowdClient> one = clients.stream().filter(CrowdClient::isThere).findFirst();
    if (one.isPresent()) {
      send(one.get(), SESSIONS);
      awaitAnswers();
      serverSessions = one.get().value().map(Integer::valueOf);
    }
    if (serverSessions.filter(count -> count <= MOST_SESSIONS).isEmpty()) {
      throw new ChaosException(
          "the server has %s sessions for %d clients of the crowd, at most %d may be"
              .formatted(
                  serverSessions.map(String::valueOf).orElse("an unknown number of"),
                  size,
                  MOST_SESSIONS));
    }
  }

  /** What became of it so far. */
  CrowdSeen seen() {
    return new CrowdSeen(size, lostIdle + lostInFlight, lostIdle, serverSessions.orElse(null));
  }

  private void awaitAnswers() throws ChaosException {
    long deadline = System.nanoTime() + ANSWER_LIMIT.toNanos();
    try {
      while (!clients.stream().allMatch(client -> client.ready() || !client.isThere())) {
        select(deadline, "get an answer");
      }
    } catch (IOException e) {
      throw new ChaosException("the crowd cannot listen: " + e.getMessage(), e);
    }
    complain("were disconnected");
  }

  private void leave() throws ChaosException {
    if (lostIdle + lostInFlight > 0) {
      LOG.info("{}, the first one: {}", seen(), firstLoss);
    }
    try {
      for (SocketChannel channel : channels) {
        channel.close();
      }
      if (selector != null) {
        selector.close();
      }
    } catch (IOException e) {
      throw new ChaosException("a client of the crowd cannot leave: " + e.getMessage(), e);
    }
  }
}
