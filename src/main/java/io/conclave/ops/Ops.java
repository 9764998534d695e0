package io.conclave.ops;

import akka.actor.typed.ActorRef;
import io.conclave.core.GroupDefinition;
import io.conclave.core.HostId;
import io.conclave.core.NodeId;
import io.conclave.core.Sentinels;
import io.conclave.core.Timings;
import io.conclave.history.History;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the operator's page of a host is made of.
 *
 * @param self this host
 * @param board its listener
 * @param history the decisions that it keeps
 * @param groups all groups of the cell
 * @param sentinels all configured sentinels of the cell
 */
public record Ops(
    HostId self,
    ActorRef<Board.Command> board,
    ActorRef<History.Command> history,
    List<GroupDefinition> groups,
    Sentinels sentinels,
    Timings timings) {
  public Ops {
    groups = List.copyOf(groups);
  }

  Views views() {
    return new Views(self, groups, timings);
  }

  /** The nodes that the agent of this host looks after. */
  Stream<NodeId> ownNodes() {
    return groups.stream()
        .flatMap(group -> group.members().stream())
        .filter(member -> member.host().equals(self))
        .map(member -> member.node());
  }

  boolean isSentinel() {
    return sentinels.seats().stream().anyMatch(seat -> seat.sentinel().equals(self));
  }
}
