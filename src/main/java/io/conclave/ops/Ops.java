package io.conclave.ops;

import akka.actor.typed.ActorRef;
import io.conclave.core.GroupDefinition;
import io.conclave.core.GroupId;
import io.conclave.core.HostId;
import io.conclave.core.Member;
import io.conclave.core.NodeId;
import io.conclave.core.Region;
import io.conclave.core.Sentinels;
import io.conclave.core.Timings;
import io.conclave.history.History;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What the operator's page of a host is made of.
 *
 * @param self this host
 * @param board its listener
 * @param local what the health checks of this host are answered from
 * @param history the decisions that it keeps
 * @param groups all groups of the cell
 * @param sentinels all configured sentinels of the cell
 * @param edges all configured edges of the cell
 */
public record Ops(
    HostId self,
    ActorRef<Board.Command> board,
    LocalNodes local,
    ActorRef<History.Command> history,
    List<GroupDefinition> groups,
    Sentinels sentinels,
    Map<HostId, Region> edges,
    Timings timings) {
  public Ops {
    groups = List.copyOf(groups);
    edges = Map.copyOf(edges);
  }

  Views views() {
    return new Views(self, groups, edges, timings);
  }

  /** The nodes that the agent of this host looks after. */
  Stream<NodeId> ownNodes() {
    return ownMembers().map(Member::node);
  }

  Stream<Member> ownMembers() {
    return groups.stream()
        .flatMap(group -> group.members().stream())
        .filter(member -> member.host().equals(self));
  }

  GroupId groupOf(Member member) {
    return groups.stream()
        .filter(group -> group.members().contains(member))
        .findFirst()
        .map(GroupDefinition::group)
        .orElseThrow();
  }

  boolean isSentinel() {
    return sentinels.seats().stream().anyMatch(seat -> seat.sentinel().equals(self));
  }
}
