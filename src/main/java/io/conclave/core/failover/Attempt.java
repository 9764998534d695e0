package io.conclave.core.failover;

import io.conclave.core.Configuration;
import io.conclave.core.NodeId;
import io.conclave.core.Task;
import java.util.Optional;
import java.util.UUID;

/**
 * One way from one configuration to the next.
 *
 * @param from the primary that is left; empty when the group is formed
 * @param planned the operator's wish that this attempt comes from
 * @param holding while the edges hold their clients for it
 * @param begun the configuration written (or being written) to the register
 * @param task how the candidate becomes primary of it
 * @param promotedSeen whether the candidate was seen as primary
 */
record Attempt(
    Cause cause,
    Optional<NodeId> from,
    Optional<Planned> planned,
    Optional<Holding> holding,
    Optional<Configuration> begun,
    Optional<Task> task,
    boolean promotedSeen) {

  enum Cause {
    VERDICT,
    SWITCHOVER,
    /** A begun configuration was found in the register. */
    TAKEOVER,
    BOOTSTRAP
  }

  /**
   * A switchover that an operator asked for.
   *
   * @param request answered once; empty when it has been
   * @param budgetMs how long the clients of the edges may wait, in ms
   */
  record Planned(NodeId target, Optional<UUID> request, long budgetMs) {}

  static Attempt of(Cause cause, Optional<NodeId> from) {
    return new Attempt(
        cause, from, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), false);
  }

  static Attempt switchover(NodeId from, NodeId target, UUID request, long budgetMs) {
    return new Attempt(
        Cause.SWITCHOVER,
        Optional.of(from),
        Optional.of(new Planned(target, Optional.of(request), budgetMs)),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false);
  }

  /** Target of a switchover. */
  Optional<NodeId> preferred() {
    return planned.map(Planned::target);
  }

  /** What the operator wants of the choice. */
  Preference preference() {
    return new Preference(preferred(), planned.isPresent() ? from : Optional.empty());
  }

  /** The operator's request that has not been answered yet. */
  Optional<UUID> request() {
    return planned.flatMap(Planned::request);
  }

  /** With the edges' hold, or without it from now on: the next topology says so. */
  Attempt holding(Optional<Holding> now) {
    return new Attempt(cause, from, planned, now, begun, task, promotedSeen);
  }

  Attempt beginning(Configuration configuration, Task how) {
    return new Attempt(
        cause, from, planned, holding, Optional.of(configuration), Optional.of(how), false);
  }

  /** A configuration that was begun before: how its candidate goes on depends on what it reports. */
  Attempt goingOn(Configuration configuration) {
    return new Attempt(
        cause, from, planned, holding, Optional.of(configuration), Optional.empty(), false);
  }

  Attempt seenPromoted() {
    return new Attempt(cause, from, planned, holding, begun, task, true);
  }

  Attempt answered() {
    Optional<Planned> done =
        planned.map(wish -> new Planned(wish.target(), Optional.empty(), wish.budgetMs()));
    return new Attempt(cause, from, done, holding, begun, task, promotedSeen);
  }
}
