package io.conclave.core.failover;

import io.conclave.core.Configuration;
import io.conclave.core.NodeId;
import io.conclave.core.Order;
import io.conclave.core.RegisterRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything a coordinator knows about one group. All of it is rebuilt from the register and from reports when a
 * coordinator starts; nothing in it needs to survive.
 *
 * @param sinceMs when the phase was entered (monotonic ms)
 * @param register what was last read or successfully written
 * @param pending what is being written; equal to {@code register} at rest
 * @param orders the last order given to each node under the ballot held
 * @param failovers when the last failovers were begun (monotonic ms)
 * @param topologyVersion rises with every topology published
 */
public record GroupState(
    Phase phase,
    long sinceMs,
    Authority authority,
    RegisterRecord register,
    RegisterRecord pending,
    Sightings seen,
    Map<NodeId, Issued> orders,
    Optional<Attempt> attempt,
    Optional<SyncChange> change,
    List<Long> failovers,
    long topologyVersion) {

  /** An order, when it was given and when it was last sent. */
  public record Issued(Order order, long givenAtMs, long sentAtMs) {}

  public GroupState {
    orders = Map.copyOf(orders);
    failovers = List.copyOf(failovers);
  }

  /** A coordinator that has just started. */
  public static GroupState starting(long nowMs) {
    return new GroupState(
        Phase.CLAIMING,
        nowMs,
        Authority.NONE,
        RegisterRecord.EMPTY,
        RegisterRecord.EMPTY,
        Sightings.NONE,
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        0);
  }

  /** The established configuration, if the group has one. */
  public Optional<Configuration> established() {
    return register.established();
  }

  /** The sync set step that is under way, in words. */
  public Optional<String> changeInProgress() {
    return change.map(
        step -> "%s -> %s: %s".formatted(step.change().from(), step.change().to(), step.stage()));
  }

  /** The number of the ballot held. */
  public io.conclave.core.Ballot ballot() {
    return authority.ballot();
  }
}
