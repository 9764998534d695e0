package io.conclave.simulator;

import io.conclave.core.Gate;
import io.conclave.core.NodeReport.Problem;
import io.conclave.core.agent.GateRule;
import java.util.Optional;

/** The gate of one server, as its agent moves it: by order, and by itself after a thaw and in isolation. */
final class AgentGate {
  private static final long PROOF_MS = 1000;
  private static final long PAUSE_MS = 100;
  private static final long GATE_MS = 3000;
  private static final long AGAIN_MS = 1000;

  private final Agent agent;
  private final World world;
  private final Server server;
  private boolean inForce;
  private Optional<String> held = Optional.empty();

  /** Rises with every order that closes it. */
  private long closings;

  AgentGate(Agent agent) {
    this.agent = agent;
    this.world = agent.host.world;
    this.server = agent.server;
  }

  void reset() {
    inForce = false;
    held = Optional.empty();
  }

  Gate reported() {
    return inForce && server.exists && server.gateOnDisk == Gate.OPEN ? Gate.OPEN : Gate.CLOSED;
  }

  Optional<Problem> problem() {
    return held.map(reason -> new Problem(Problem.Kind.ISOLATED, reason));
  }

  void serverIsThere() {
    if (server.gateOnDisk == Gate.OPEN) {
      open(() -> {});
    }
  }

  void serverIsGone() {
    inForce = false;
    if (server.exists) {
      server.gateOnDisk = GateRule.afterExit(server.standbySignal, server.gateOnDisk);
    }
  }

  /** An order is about to close it, or the server stops being a primary: nothing is held any more. */
  void commandClosed() {
    closings++;
    held = Optional.empty();
    inForce = false;
  }

  /** Puts what is asked for on disk and in force; clients' sessions end when it closes. */
  void set(Gate wanted, Runnable done) {
    set(wanted, done, () -> {});
  }

  private void set(Gate wanted, Runnable done, Runnable late) {
    inForce = false;
    if (wanted == Gate.OPEN && agent.hasNoRoom()) {
      agent.host.after(1, late);
      return;
    }
    server.gateOnDisk = wanted;
    boolean[] over = {false};
    agent.host.after(GATE_MS, () -> {
      if (!over[0]) {
        late.run();
      }
    });
    server.after(world.dice.between(1, 5), () -> {
      Gate before = server.gate;
      server.gate = server.gateOnDisk;
      if (server.gate == Gate.CLOSED) {
        server.commits.endClients();
      }
      world.trace(agent.node().value(), () -> "gate " + server.gate);
      if (server.gate != before) {
        world.invariants.gateMoved(server);
      }
      agent.host.after(1, () -> {
        over[0] = true;
        inForce = server.isUp();
        done.run();
        agent.notice();
      });
    });
  }

  private void open(Runnable done) {
    set(Gate.OPEN, done);
  }

  /** Opens it, unless it is held. */
  void commandOpen(Runnable opened, Runnable refused) {
    boolean superseded = !server.standbySignal && agent.successor().isPresent();
    held = GateRule.stillHeld(held, server.standbySignal);
    boolean alone = server.isPrimary() && isIsolated();
    if (held.isPresent() || superseded || alone) {
      refused.run();
    } else if (reported() == Gate.OPEN && server.gate == Gate.OPEN) {
      opened.run();
    } else {
      set(Gate.OPEN, opened, refused);
    }
  }

  /** Opens that of a standby that follows. Nothing but readers waits for it; in vain, it is tried again until an order closes it. */
  void openForReaders(Runnable done) {
    long asOf = closings;
    commandOpen(done, () -> {
      done.run();
      openAgainSoon(asOf);
    });
  }

  private void openAgainSoon(long asOf) {
    agent.host.after(AGAIN_MS, () -> {
      boolean wanted = closings == asOf && server.standbySignal;
      if (wanted && reported() != Gate.OPEN) {
        if (server.answers()) {
          set(Gate.OPEN, () -> {}, () -> openAgainSoon(asOf));
        } else {
          openAgainSoon(asOf);
        }
      }
    });
  }

  /** Closes it by order. */
  void commandClose(Gate wanted, Runnable closed, Runnable late) {
    commandClosed();
    set(wanted, closed, late);
  }

  /** The watchdog: a gap in this host's time. */
  void gap(long ms) {
    if (ms >= GateRule.thawMs(world.timings.suspicionMs())) {
      hold("the host was frozen for " + ms + " ms");
    }
  }

  void beat() {
    holdWhenSuperseded();
    if (isServing() && isIsolated()) {
      hold("isolated");
    }
  }

  private boolean isIsolated() {
    long since = agent.host.clock() - world.timings.isolationMs();
    return GateRule.isIsolated(server.sync, membersHeard(), agent.sentinelsHeardSince(since));
  }

  private boolean isServing() {
    return server.isPrimary() && server.answers() && reported() == Gate.OPEN && held.isEmpty();
  }

  /** A primary that has a successor serves nobody until an order has made something else of it. */
  void holdWhenSuperseded() {
    if (isServing() && agent.successor().isPresent()) {
      hold("superseded");
    }
  }

  private long membersHeard() {
    long heard = 0;
    for (int i = 0; i < server.replication.senders.length; i++) {
      Replication.Sender sender = server.replication.senders[i];
      boolean young = world.schedule.nowMs() - sender.repliedMs < world.timings.isolationMs();
      if (sender.on && young && server.replication.isMember(i)) {
        heard++;
      }
    }
    return heard;
  }

  private void hold(String reason) {
    if (held.isPresent()) {
      return;
    }
    if (server.life == Server.Life.DOWN
        || server.standbySignal
        || server.gateOnDisk == Gate.CLOSED) {
      return;
    }
    held = Optional.of(reason);
    long since = agent.host.clock();
    world.trace(agent.node().value(), () -> "holds the gate: " + reason);
    set(Gate.CLOSED, () -> prove(since), () -> prove(since));
  }

  private void prove(long since) {
    held = GateRule.stillHeld(held, server.standbySignal);
    if (held.isEmpty()) {
      return;
    }
    if (!server.isPrimary()) {
      proven(since, false);
      return;
    }
    if (server.sync.count() == 0) {
      proven(
          since,
          GateRule.isProven(server.sync, false, agent.sentinelsHeardSince(since), isSuperseded()));
      return;
    }
    if (isSuperseded()) {
      proven(since, false);
      return;
    }
    boolean[] over = {false};
    server.commits.commit(server.write(Wal.Kind.PAD), false, end -> {
      if (!over[0]) {
        over[0] = true;
        boolean acknowledged = end == Commits.End.ACKNOWLEDGED;
        agent.host.after(
            0,
            () ->
                proven(since, GateRule.isProven(server.sync, acknowledged, false, isSuperseded())));
      }
    });
    agent.host.after(PROOF_MS, () -> {
      if (!over[0]) {
        over[0] = true;
        proven(since, false);
      }
    });
  }

  private boolean isSuperseded() {
    return agent.successor().isPresent();
  }

  private void proven(long since, boolean yes) {
    if (held.isEmpty()) {
      return;
    }
    if (yes && server.isPrimary()) {
      Optional<String> reason = held;
      long asOf = closings;
      held = Optional.empty();
      set(Gate.OPEN, () -> {}, () -> {
        if (closings == asOf && held.isEmpty()) {
          held = reason;
          proveAgainSoon(since);
        }
      });
    } else {
      proveAgainSoon(since);
    }
  }

  private void proveAgainSoon(long since) {
    agent.host.after(PAUSE_MS, () -> prove(since));
  }
}
