package io.conclave.settings;

import io.conclave.core.Durability;
import io.conclave.core.Member;
import io.conclave.core.Region;
import io.conclave.settings.Draft.At;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What must hold between groups, nodes and hosts. */
final class GroupChecks {
  private final Draft draft;
  private final Problems problems;

  private GroupChecks(Draft draft, Problems problems) {
    this.draft = draft;
    this.problems = problems;
  }

  static void check(Draft draft, Problems problems) {
    GroupChecks checks = new GroupChecks(draft, problems);
    Draft.refuseTwins(problems, draft.groups, ".name", group -> group.group().value());
    Draft.refuseTwins(problems, draft.nodes, ".name", node -> node.node().value());
    Draft.refuseTwins(
        problems,
        draft.nodes,
        ".data-directory",
        node -> node.member().address() + ":" + node.dataDirectory());
    draft.nodes.forEach(checks::agent);
    draft.groups.forEach(checks::candidates);
  }

  private void agent(At<NodeSettings> node) {
    for (HostSettings host : Draft.values(draft.hosts)) {
      if (host.host().equals(node.value().member().host()) && !host.has(Role.AGENT)) {
        problems.error(
            node.path() + ".host",
            host.host(),
            "must have the role agent: nobody else starts this node");
      }
    }
  }

  private void candidates(At<GroupSettings> group) {
    List<Member> candidates = group.value().definition().candidates();
    String nodes = group.path() + ".nodes";
    if (candidates.isEmpty()) {
      problems.error(
          nodes, "", "must have a node of kind standby: a read replica is never promoted");
    } else if (candidates.size() == 1) {
      problems.warning(
          nodes,
          candidates.get(0).node(),
          "is the only node that may be primary: nothing can fail over");
    } else {
      policy(group, candidates);
    }
  }

  private void policy(At<GroupSettings> group, List<Member> candidates) {
    Map<Region, Long> perRegion =
        candidates.stream().collect(Collectors.groupingBy(Member::region, Collectors.counting()));
    Durability.Policy policy = group.value().definition().durability().policy();
    String key = group.path() + ".durability.policy";
    String written = Section.lowerCase(policy);
    if (policy == Durability.Policy.CROSS_REGION && perRegion.size() == 1) {
      problems.error(
          key,
          written,
          "must have nodes of kind standby in two regions at least; all are in "
              + perRegion.keySet());
    }
    if (policy == Durability.Policy.LOCAL) {
      if (perRegion.values().stream().allMatch(count -> count == 1)) {
        problems.error(key, written, "must have two nodes of kind standby in one region; none has");
        return;
      }
      perRegion.forEach((region, count) -> {
        if (count == 1) {
          problems.warning(
              key, written, "leaves a primary in region %s without a sync set".formatted(region));
        }
      });
    }
  }
}
