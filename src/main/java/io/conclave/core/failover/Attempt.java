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
 * @param preferred target of a switchover
 * @param request the operator's request, answered at the end
 * @param begun the configuration written (or being written) to the register
 * @param task how the candidate becomes primary of it
 * @param promotedSeen whether the candidate was seen as primary
 */
record Attempt(
    Cause cause,
    Optional<NodeId> from,
    Optional<NodeId> preferred,
    Optional<UUID> request,
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

  static Attempt of(Cause cause, Optional<NodeId> from) {
    return new Attempt(
        cause, from, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), false);
  }

  static Attempt switchover(NodeId from, NodeId target, UUID request) {
    return new Attempt(
        Cause.SWITCHOVER,
        Optional.of(from),
        Optional.of(target),
        Optional.of(request),
        Optional.empty(),
        Optional.empty(),
        false);
  }

  Attempt beginning(Configuration configuration, Task how) {
    return new Attempt(
        cause, from, preferred, request, Optional.of(configuration), Optional.of(how), false);
  }

  /** A configuration that was begun before: how its candidate goes on depends on what it reports. */
  Attempt goingOn(Configuration configuration) {
    return new Attempt(
        cause, from, preferred, request, Optional.of(configuration), Optional.empty(), false);
  }

  Attempt seenPromoted() {
    return new Attempt(cause, from, preferred, request, begun, task, true);
  }

  Attempt answered() {
    return new Attempt(cause, from, preferred, Optional.empty(), begun, task, promotedSeen);
  }
}
