package io.conclave.core.agent;

import io.conclave.core.GroupId;
import io.conclave.core.HostId;
import io.conclave.core.Incumbent;
import io.conclave.core.NodeId;
import io.conclave.core.Pulse;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the agent of one node has heard of the sentinels: who was there when, and whom each of them knows as primary. A
 * coordinator that establishes a configuration tells a majority of the sentinels; whoever hears a majority hears one of
 * those, so a primary that is not isolated learns that it was superseded (docs/decisions/0014). For all threads of an agent.
 */
public final class SentinelsHeard {
  private final GroupId group;
  private final NodeId self;
  private final Map<HostId, Word> words = new HashMap<>();
  private Incumbent newest;

  private record Word(long at, boolean vouches) {}

  public SentinelsHeard(GroupId group, NodeId self) {
    this.group = group;
    this.self = self;
  }

  /**
   * A sentinel has spoken. One that knows of no primary, because it has just started, vouches for none.
   *
   * @param now on the agent's monotonic clock, in any unit
   */
  public synchronized void hear(Pulse pulse, long now) {
    boolean vouches = false;
    for (Incumbent incumbent : pulse.incumbents()) {
      if (incumbent.group().equals(group)) {
        vouches = true;
        if (newest == null || incumbent.epoch() > newest.epoch()) {
          newest = incumbent;
        }
      }
    }
    words.put(pulse.sentinel(), new Word(now, vouches));
  }

  /** Whether so many sentinels that know of a primary were heard after this moment. */
  public synchronized boolean isMajoritySince(long moment, int majority) {
    int heard = 0;
    for (Word word : words.values()) {
      if (word.vouches() && word.at() - moment > 0) {
        heard++;
      }
    }
    return heard >= majority;
  }

  /**
   * The primary of a newer epoch, if it is another node.
   *
   * @param epoch newest one that this node has shown; 0 when none
   */
  public synchronized Optional<Incumbent> successor(long epoch) {
    return Optional.ofNullable(newest)
        .filter(incumbent -> GateRule.isSuperseded(self, epoch, incumbent));
  }
}
