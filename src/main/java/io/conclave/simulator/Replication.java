package io.conclave.simulator;

import io.conclave.core.NodeReport.Receiver;

/** The WAL receiver of one server, and its WAL senders: TCP, so that nothing is lost or out of order, only late or cut. */
final class Replication {
  /** A receiver asks for WAL from the beginning of the segment on, which hides how far ahead it is. In records. */
  private static final int SEGMENT = 16;

  private static final long TIMEOUT_MS = 3000;

  /** A flush takes less than this. */
  private static final int FLUSH_MS = 4;

  /** A WAL sender, as its primary sees it. */
  static final class Sender {
    boolean on;
    int connection;
    boolean streaming;
    /** Acknowledged as flushed, in half records. */
    int flush;

    boolean member;
    int k;
    boolean tookSetting = true;
    boolean frozen;
    boolean inFlight;
    long repliedMs;
  }

  private final Server server;
  private final World world;
  Sender[] senders = new Sender[0];
  private Receiver receiver = Receiver.NONE;
  private int connection;
  private long heardMs;
  private boolean ahead;
  private boolean fromSegment;
  boolean everReceived;

  Replication(Server server) {
    this.server = server;
    this.world = server.world;
  }

  Receiver receiver() {
    return receiver;
  }

  private void openDesks() {
    senders = new Sender[world.servers.length];
    for (int i = 0; i < senders.length; i++) {
      senders[i] = new Sender();
    }
  }

  /** A standby has started. */
  void begin() {
    openDesks();
    everReceived = false;
    receiver = server.upstream < 0 ? Receiver.NONE : Receiver.CONNECTING;
    server.after(1, this::replay);
    connectSoon();
  }

  /** A primary has started. */
  void standAlone() {
    openDesks();
    receiver = Receiver.NONE;
  }

  /** The processes are gone; what they had written and not flushed is the operating system's to keep. */
  void end() {
    cut();
    for (int i = 0; i < senders.length; i++) {
      if (senders[i].on) {
        hangUp(i);
      }
    }
    openDesks();
  }

  private void hangUp(int down) {
    Server other = world.servers[down];
    int theirs = senders[down].connection;
    if (server.host.powered && world.network.reaches(server.host.index, other.host.index)) {
      world.schedule.in(
          world.network.delay(server.host.index, other.host.index),
          () -> other.replication.lost(theirs));
    }
  }

  private void lost(int which) {
    if (which == connection && receiver == Receiver.STREAMING && server.isUp()) {
      flushReceived();
      receiver = Receiver.CONNECTING;
      connection++;
      server.changed();
      connectSoon();
    }
  }

  void stopReceiving() {
    flushReceived();
    cut();
  }

  private void cut() {
    if (receiver != Receiver.NONE) {
      receiver = Receiver.NONE;
      connection++;
      world.invariants.dirty();
    }
  }

  /** The last that a receiver does. */
  private void flushReceived() {
    if (server.flushed < server.length) {
      server.flushed = server.length;
      replaySoon();
    }
  }

  /** The setting on disk is read: by the startup process, which does not while replay is paused. */
  void reload() {
    server.after(1, () -> server.upstreamShown = server.upstreamOnDisk);
    server.after(world.dice.between(1, 8), () -> {
      if (server.isStandby() && !server.replayPaused && server.upstream != server.upstreamOnDisk) {
        stopReceiving();
        server.upstream = server.upstreamOnDisk;
        receiver = server.upstream < 0 ? Receiver.NONE : Receiver.CONNECTING;
        world.invariants.dirty();
        server.changed();
        connectSoon();
      }
    });
  }

  private void connectSoon() {
    if (server.upstream >= 0) {
      server.after(world.dice.between(2, 50), this::connect);
    }
  }

  private void connect() {
    if (!server.isStandby() || server.upstream < 0 || receiver == Receiver.STREAMING) {
      return;
    }
    Server up = world.servers[server.upstream];
    boolean reachable = world.network.connected(server.host.index, up.host.index);
    if (!reachable || !up.answers() || up.stopping || up == server || server.diskFull) {
      return;
    }
    hearOfTimeline(up);
    if (!accepts(up)) {
      return;
    }
    connection++;
    receiver = Receiver.STREAMING;
    heardMs = server.now();
    fromSegment = true;
    up.replication.accept(server.index, connection);
    reply(up, 2 * server.applied);
    up.replication.send(server.index);
    server.changed();
  }

  /** History files come before anything else, also when nothing else comes; one that continues the timeline is gone for. */
  private void hearOfTimeline(Server up) {
    server.knownTimeline = Math.max(server.knownTimeline, up.timeline());
    if (world.wal.switchOf(up.last(), target()) >= server.applied) {
      server.targetTimeline = up.timeline();
    }
  }

  private int target() {
    return Math.max(server.targetTimeline, server.timeline());
  }

  /** What a primary checks: the timeline is in its history, and the beginning of the segment is. */
  private boolean accepts(Server up) {
    int left = world.wal.switchOf(up.last(), server.timeline());
    int from = server.length / SEGMENT * SEGMENT;
    int limit = up.replication.limit();
    boolean onTheWay = world.wal.switchOf(up.last(), target()) >= 0;
    if (left < 0 || !onTheWay || from > Math.min(left, limit)) {
      return false;
    }
    ahead = server.length > Math.min(left, limit);
    return true;
  }

  private void accept(int down, int theirs) {
    Sender sender = new Sender();
    sender.on = true;
    sender.streaming = true;
    sender.connection = theirs;
    sender.member = isMember(down);
    sender.k = server.sync.count();
    sender.repliedMs = server.now();
    senders[down] = sender;
  }

  boolean isMember(int down) {
    return server.sync.count() > 0 && server.sync.members().contains(world.servers[down].id);
  }

  /** A cascading sender sends what is replayed. */
  private int limit() {
    return server.recovery ? server.applied : server.flushed;
  }

  void sendToAll() {
    for (int i = 0; i < senders.length; i++) {
      send(i);
    }
  }

  private void send(int down) {
    Sender sender = senders[down];
    Server other = world.servers[down];
    if (!sender.on || sender.frozen || sender.inFlight || server.isFrozen()) {
      return;
    }
    if (other.replication.ahead
        || (other.length >= limit() && !other.replication.fromSegment)
        || !world.network.reaches(server.host.index, other.host.index)) {
      return;
    }
    sender.inFlight = true;
    int theirs = sender.connection;
    int process = server.process;
    world.schedule.in(world.network.delay(server.host.index, other.host.index), () -> {
      sender.inFlight = false;
      if (server.process == process && senders[down] == sender) {
        other.replication.receive(server, theirs);
      }
    });
  }

  private void receive(Server up, int theirs) {
    boolean listening =
        theirs == connection && receiver == Receiver.STREAMING && server.isStandby();
    if (!listening
        || server.isFrozen()
        || server.diskFull
        || !world.network.reaches(up.host.index, server.host.index)) {
      return;
    }
    heardMs = server.now();
    int to = up.replication.limit();
    if (to <= server.length && !fromSegment) {
      return;
    }
    boolean cutInRecord = to > server.length + 1 && world.dice.oneIn(8);
    take(up, cutInRecord ? to - 1 : to);
    server.partial = cutInRecord;
    everReceived = true;
    flushSoon(up);
    if (cutInRecord) {
      up.replication.send(server.index);
    }
  }

  /** Only what is flushed is acknowledged, and replayed. */
  private void flushSoon(Server up) {
    int mine = connection;
    int to = server.length;
    server.after(world.dice.below(FLUSH_MS), () -> {
      if (mine == connection && to <= server.length) {
        server.flushed = Math.max(server.flushed, to);
        boolean half = server.partial && server.flushed == server.length;
        reply(up, 2 * server.flushed + (half ? 1 : 0));
        replaySoon();
      }
    });
  }

  private void replaySoon() {
    if (server.replayLagMs > 0) {
      server.after(server.replayLagMs, this::replay);
    } else {
      replay();
    }
  }

  private void take(Server up, int to) {
    int from = Math.min(fromSegment ? server.length / SEGMENT * SEGMENT : server.length, to);
    server.overwrite(from, up.wal, to);
    fromSegment = false;
  }

  private void reply(Server up, int flush) {
    int mine = connection;
    int from = server.host.index;
    int to = up.host.index;
    world.schedule.in(world.network.delay(from, to), () -> {
      if (world.network.reaches(from, to)) {
        up.after(0, () -> up.replication.acknowledged(server.index, mine, flush));
      }
    });
  }

  private void acknowledged(int down, int theirs, int flush) {
    Sender sender = senders[down];
    if (sender.on && sender.connection == theirs && !sender.frozen) {
      sender.repliedMs = server.now();
      sender.flush = Math.max(sender.flush, flush);
      server.commits.releaseBy(sender);
    }
  }

  /** Records on disk become rows. */
  void replay() {
    if (!server.isStandby() || server.replayPaused || server.applied >= server.flushed) {
      return;
    }
    if (cannotGoOn()) {
      return;
    }
    if (!continues()) {
      server.graft(server.tip, server.wal[server.flushed - 1]);
    }
    server.applied = server.flushed;
    server.tip = server.wal[server.applied - 1];
    server.changed();
    sendToAll();
  }

  /** The WAL on disk carries on what is replayed. */
  private boolean continues() {
    return server.applied == 0 || server.wal[server.applied - 1] == server.tip;
  }

  /** The WAL on disk is of a timeline that forked off before what is replayed: the startup process waits, and does not follow it. */
  boolean cannotGoOn() {
    return server.applied < server.flushed
        && !continues()
        && world.wal.timelineOf(server.tip) != world.wal.timelineOf(server.wal[server.applied]);
  }

  /** The timeline that was sent has ended: the receivers ask again, for the next one. */
  void timelineEnded() {
    for (int i = 0; i < senders.length; i++) {
      if (senders[i].on) {
        senders[i].on = false;
        hangUp(i);
      }
    }
  }

  /** Whether every standby that streams has flushed all there is. */
  boolean allHaveEverything() {
    for (Sender sender : senders) {
      if (sender.on && sender.flush < 2 * server.length) {
        return false;
      }
    }
    return true;
  }

  /** Keep-alives and their absence; looked at some times a second. */
  void beat() {
    if (!server.answers()) {
      return;
    }
    if (server.recovery && server.upstream >= 0) {
      beatReceiver();
    }
    for (int i = 0; i < senders.length; i++) {
      Sender sender = senders[i];
      if (sender.on && server.now() - sender.repliedMs > TIMEOUT_MS && !sender.frozen) {
        sender.on = false;
        hangUp(i);
      } else {
        send(i);
      }
    }
  }

  private void beatReceiver() {
    Server up = world.servers[server.upstream];
    if (receiver == Receiver.CONNECTING) {
      connect();
      return;
    }
    Sender sender =
        up.replication.senders.length == 0 ? null : up.replication.senders[server.index];
    boolean known = sender != null && sender.on && sender.connection == connection;
    if (known && up.answers() && world.network.connected(server.host.index, up.host.index)) {
      heardMs = server.now();
      if (!sender.frozen) {
        sender.repliedMs = server.now();
      }
      if (sender.flush < 2 * server.flushed && !ahead) {
        reply(up, 2 * server.flushed);
      }
    } else if (server.now() - heardMs > TIMEOUT_MS || (!known && up.answers())) {
      lost(connection);
    }
  }
}
