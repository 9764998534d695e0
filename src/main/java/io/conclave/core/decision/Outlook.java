package io.conclave.core.decision;

import io.conclave.core.Ballot;
import io.conclave.core.Configuration;
import io.conclave.core.GroupId;
import io.conclave.core.HostId;
import io.conclave.core.Lsn;
import io.conclave.core.NodeId;
import java.util.List;
import java.util.Optional;

/**
 * What the coordinator of a group would do, by what it knows this moment. It is worked out by the rules that decide, from the
 * state they decide by, and it changes nothing.
 *
 * @param doing the phase, in words
 * @param blocker what stands in the way of the coordinator's next step, if anything does
 * @param configuration the newest one, begun or established; empty before the group is formed
 * @param verdict whether the sentinels find the primary dead, which begins a failover
 * @param shut that the primary has no room to open its gate, which begins one too; empty when it is not so
 * @param failover what it needs besides; one that does not hold is why a primary that is dead or shut is not replaced
 * @param switchover what a planned switchover needs of the group, and of each possible target
 * @param refusal why a switchover without a named target would be refused now; empty when it would be accepted
 * @param whatIf empty before the group is formed
 */
public record Outlook(
    GroupId group,
    HostId coordinator,
    Ballot ballot,
    String doing,
    Optional<String> blocker,
    Optional<Configuration> configuration,
    Optional<Condition> verdict,
    Optional<Condition> shut,
    List<Condition> failover,
    List<Condition> switchover,
    Optional<String> refusal,
    Optional<WhatIf> whatIf) {
  public Outlook {
    failover = List.copyOf(failover);
    switchover = List.copyOf(switchover);
  }

  /**
   * If the primary and its host died this second.
   *
   * @param conditions what a failover would need besides the death
   * @param winner who would be promoted; empty when nobody could be
   * @param next the configuration that would be begun
   * @param primaryAt end of the primary's WAL by its last report
   * @param unprotected whether commits wait for nobody
   * @param acknowledgedBytes WAL that may hold acknowledged commits and would be lost: 0 unless commits wait for nobody
   * @param unacknowledgedBytes WAL of the primary that the best standby has not received, and no client was told of
   */
  public record WhatIf(
      Configuration current,
      List<Condition> conditions,
      Optional<NodeId> winner,
      Optional<Configuration> next,
      List<FenceCount> fences,
      List<Candidate> candidates,
      Lsn primaryAt,
      boolean unprotected,
      long acknowledgedBytes,
      long unacknowledgedBytes) {
    public WhatIf {
      conditions = List.copyOf(conditions);
      fences = List.copyOf(fences);
      candidates = List.copyOf(candidates);
    }
  }
}
