package io.conclave.simulator;

import io.conclave.core.Ballot;
import io.conclave.core.Configuration;
import io.conclave.core.EdgeReport;
import io.conclave.core.NodeReport;
import io.conclave.core.Order;
import io.conclave.core.RegisterRecord;
import io.conclave.core.SyncSet;
import io.conclave.core.Task;
import io.conclave.core.Topology;
import io.conclave.core.Vote;
import io.conclave.core.failover.Effect;
import io.conclave.core.failover.Failover;
import io.conclave.core.failover.GroupState;
import io.conclave.core.failover.Input;
import io.conclave.core.failover.Phase;
import io.conclave.core.failover.Rules;
import io.conclave.core.failover.Step;
import io.conclave.core.register.Request;
import java.util.Optional;

/** Where the group's coordinator may run on a sentinel's host: the shell of {@link Failover}. */
final class Seat {
  private final Host host;
  private final World world;
  private final Rules rules;
  private final RegisterClient register;
  private GroupState state;
  private Topology topology;
  private long saidMs;

  Seat(Host host) {
    this.host = host;
    this.world = host.world;
    this.rules =
        new Rules(world.rules.group(), world.rules.sentinels(), world.rules.timings(), host.id);
    this.register = new RegisterClient(host, this::take);
  }

  boolean isTaken() {
    return state != null;
  }

  Optional<GroupState> state() {
    return Optional.ofNullable(state);
  }

  void start() {
    if (state == null) {
      world.trace(host.id.value(), () -> "a coordinator begins");
      state = GroupState.starting(host.clock());
      topology = null;
      register.ask(Request.claim(state.ballot()));
    }
  }

  void stop() {
    if (state != null) {
      world.trace(host.id.value(), () -> "the coordinator ends");
    }
    state = null;
    register.stop();
  }

  void hear(NodeReport report) {
    take(new Input.Reported(report));
  }

  void hear(Vote vote) {
    take(new Input.Voted(vote));
  }

  void hear(EdgeReport report) {
    take(new Input.EdgeReported(report));
  }

  void switchover() {
    take(new Input.Switchover(world.uuid(), Optional.empty()));
  }

  void beat() {
    if (state == null) {
      return;
    }
    take(new Input.Tick());
    if (topology != null && host.clock() - saidMs >= world.timings.reportMs()) {
      say();
    }
  }

  private void take(Input input) {
    if (state == null) {
      return;
    }
    Phase before = state.phase();
    Step step;
    try {
      step = Failover.step(rules, state, host.clock(), world.uuid(), input);
    } catch (RuntimeException e) {
      world.invariants.violated("CORE", "%s: %s on %s".formatted(host.id, e, input));
      return;
    }
    state = step.state();
    if (state.phase() != before) {
      world.trace(
          host.id.value(),
          () -> "ballot %s: %s -> %s: %s"
              .formatted(state.ballot(), before, state.phase(), step.row()));
      world.faults.phaseEntered(state.phase());
    }
    step.effects().forEach(effect -> {
      tellStories(effect);
      perform(effect);
    });
  }

  /** What stories wait for. */
  private void tellStories(Effect effect) {
    Stories stories = world.faults.stories();
    if (effect instanceof Effect.Remember remember) {
      switch (remember.milestone()) {
        case VERDICT -> stories.happened(Stories.Moment.VERDICT, null);
        case CALLED_OFF -> stories.happened(Stories.Moment.CALLED_OFF, null);
        default -> {
          // Nobody waits for it.
        }
      }
    } else if (effect instanceof Effect.Write write && state.phase() == Phase.STEADY) {
      stories.happened(Stories.Moment.SYNC_SET_WRITTEN, null);
      sync(write.register()).members().stream()
          .filter(node -> sync(write.register()).k() > 0)
          .filter(node -> !sync(state.register()).contains(node))
          .forEach(node -> stories.happened(Stories.Moment.JOINING, world.server(node)));
    } else if (effect instanceof Effect.Send send
        && send.order().task() instanceof Task.ChangeSync change
        && change.sync().count() > 0
        && change.sync().members().size() < sync(state.register()).size()) {
      stories.happened(Stories.Moment.NARROWING, null);
    }
  }

  private static SyncSet sync(RegisterRecord register) {
    return register.established().map(Configuration::sync).orElse(SyncSet.EMPTY);
  }

  private void perform(Effect effect) {
    if (effect instanceof Effect.Claim claim) {
      register.ask(Request.claim(claim.above()));
    } else if (effect instanceof Effect.Write write) {
      world.trace(host.id.value(), () -> "writes " + write.register());
      register.ask(Request.write(write.register()));
    } else if (effect instanceof Effect.Send send) {
      send(send.order());
    } else if (effect instanceof Effect.Publish publish) {
      topology = publish.topology();
      if (topology.established()) {
        Ballot ballot = topology.ballot();
        topology.configuration().ifPresent(proven -> world.invariants.established(proven, ballot));
      }
      say();
    } else if (effect instanceof Effect.Resign) {
      stop();
    }
  }

  private void send(Order order) {
    Agent agent = world.server(order.node()).host.agent;
    world.trace.mix(order.number());
    world.faults.remember(order);
    world.network.send(host.index, agent.host.index, () -> agent.obey(order));
  }

  private void say() {
    saidMs = host.clock();
    Topology now = topology;
    for (Host other : world.hosts) {
      if (other.sentinel != null) {
        world.network.send(host.index, other.index, () -> other.sentinel.learn(now));
      }
      if (other.edge != null) {
        world.network.send(host.index, other.index, () -> other.edge.hear(now));
      }
    }
  }
}
