package io.conclave.core;

import java.util.List;
import java.util.Optional;

/** A group as the configuration file describes it. */
public record GroupDefinition(GroupId group, List<Member> members, Durability durability) {
  public GroupDefinition {
    members = List.copyOf(members);
  }

  public Optional<Member> member(NodeId node) {
    for (Member member : members) {
      if (member.node().equals(node)) {
        return Optional.of(member);
      }
    }
    return Optional.empty();
  }

  /** The nodes that may be promoted and may count for durability. */
  public List<Member> candidates() {
    return members.stream().filter(Member::mayBePrimary).toList();
  }
}
