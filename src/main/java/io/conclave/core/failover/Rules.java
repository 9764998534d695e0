package io.conclave.core.failover;

import io.conclave.core.Durability.WhenAlone;
import io.conclave.core.GroupDefinition;
import io.conclave.core.HostId;
import io.conclave.core.Member;
import io.conclave.core.NodeId;
import io.conclave.core.Region;
import io.conclave.core.Sentinels;
import io.conclave.core.SyncSet;
import io.conclave.core.SyncSetting;
import io.conclave.core.Timings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a coordinator of one group is told once and never changes: the group, the electorate, the time limits, its host. */
public record Rules(
    GroupDefinition group, Sentinels sentinels, Timings timings, HostId coordinator) {

  Optional<Member> member(NodeId node) {
    return group.member(node);
  }

  Member known(NodeId node) {
    return group
        .member(node)
        .orElseThrow(() -> new IllegalArgumentException("not a node of the group: " + node));
  }

  /** The nodes that the durability policy lets into the sync set of this primary. */
  List<NodeId> mayCountFor(NodeId primary) {
    Region home = known(primary).region();
    List<NodeId> nodes = new ArrayList<>();
    for (Member member : group.members()) {
      boolean mayCount = switch (group.durability().policy()) {
        case QUORUM -> true;
        case CROSS_REGION -> !member.region().equals(home);
        case LOCAL -> member.region().equals(home);
        case ASYNC -> false;
      };
      if (mayCount && member.mayBePrimary() && !member.node().equals(primary)) {
        nodes.add(member.node());
      }
    }
    return nodes;
  }

  /** What the server is set to when the register holds this sync set. */
  SyncSetting settingOf(SyncSet sync) {
    if (sync.k() > 0) {
      return new SyncSetting(sync.members(), sync.k());
    }
    boolean commitsGoOn = group.durability().whenAlone() == WhenAlone.AVAILABLE
        || group.durability().policy() == io.conclave.core.Durability.Policy.ASYNC;
    return commitsGoOn ? SyncSetting.FREE : new SyncSetting(sync.members(), 1);
  }
}
