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

  private final Endpoint pooler;
  private final Credentials who;
  private final String database;
  private final int size;
  private final Waiting waiting;
  private final Scram scram;
  private final List<CrowdClient> clients = new ArrayList<>();
  private final List<SocketChannel> channels = new ArrayList<>();
  private Selector selector;
  private int lost;
  private boolean asked;
  private String firstLoss = "";

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
        ready = (int) clients.stream().filter(CrowdClient::ready).count();
      }
    } catch (IOException e) {
      throw new ChaosException("the crowd cannot connect to %s: %s".formatted(pooler, e), e);
    }
    complain("were disconnected while they logged in");
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

  /** One round of everything that has happened. */
  private void select(long deadline, String what) throws IOException, ChaosException {
    if (waiting.ended() || System.nanoTime() - deadline > 0) {
      throw new ChaosException("%d of %d clients of the crowd did not %s"
          .formatted(clients.stream().filter(c -> !c.ready()).count(), clients.size(), what));
    }
    selector.select(
        key -> {
          try {
            happen(key, (CrowdClient) key.attachment());
          } catch (IOException e) {
            lost++;
            firstLoss = firstLoss.isEmpty() ? String.valueOf(e.getMessage()) : firstLoss;
            ((CrowdClient) key.attachment()).leave();
            key.cancel();
          }
        },
        200);
    complain("were disconnected");
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
    if (lost > (asked ? MOST_IN_FLIGHT : 0)) {
      throw new ChaosException("%d of %d clients of the crowd %s, the first one: %s"
          .formatted(lost, clients.size(), what, firstLoss));
    }
  }

  /**
   * Every client sends a statement; nobody waits for the answers yet.
   *
   * @throws ChaosException when one was disconnected
   */
  void ask() throws ChaosException {
    try {
      // What was sent while nobody listened, an end for example, comes first.
      select(System.nanoTime() + ANSWER_LIMIT.toNanos(), "listen");
      asked = true;
      for (CrowdClient client : clients) {
        if (client.isThere()) {
          client.ask();
        }
      }
    } catch (IOException e) {
      throw new ChaosException("the crowd cannot ask: " + e.getMessage(), e);
    }
  }

  /**
   * Whoever has asked is answered; every client asks once more, and leaves.
   *
   * @throws ChaosException when one was disconnected, or is not answered
   */
  void close() throws ChaosException {
    try {
      if (selector != null && clients.size() == size) {
        awaitAnswers();
        ask();
        awaitAnswers();
      }
    } finally {
      leave();
    }
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
  }

  private void leave() throws ChaosException {
    if (lost > 0) {
      LOG.info(
          "{} of {} clients of the crowd were disconnected, the first one: {}",
          lost,
          size,
          firstLoss);
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
