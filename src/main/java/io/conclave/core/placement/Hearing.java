package io.conclave.core.placement;

import io.conclave.core.Ballot;
import io.conclave.core.GroupId;
import io.conclave.core.HostId;
import io.conclave.core.Incumbent;
import io.conclave.core.Sentinels;
import io.conclave.core.Topology;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What one sentinel has heard of the others and of the coordinators, and from that whose silence it can tell. Times are
 * monotonic ms of its own host.
 *
 * <p>A sentinel that was stalled itself, or that does not hear a majority of the sentinels, cannot tell the silence of a
 * coordinator from its own: it counts anew from when it could hear.
 *
 * @param sinceMs silence is counted from here at the earliest
 * @param tickMs when the sentinel last ran; a gap shows that it was stalled
 * @param sentinels when each was last heard
 * @param coordinators the highest ballot of each group that was heard of, and when its coordinator last spoke
 * @param incumbents the primary of each group by the newest configuration that was said to be established
 */
public record Hearing(
    long sinceMs,
    long tickMs,
    Map<HostId, Long> sentinels,
    Map<GroupId, Spoke> coordinators,
    Map<GroupId, Incumbent> incumbents) {

  /** The last word of a coordinator. */
  public record Spoke(Ballot ballot, long atMs) {}

  public Hearing {
    sentinels = Map.copyOf(sentinels);
    coordinators = Map.copyOf(coordinators);
    incumbents = Map.copyOf(incumbents);
  }

  /** Nobody has been heard yet. */
  public static Hearing begin(long nowMs) {
    return new Hearing(nowMs, nowMs, Map.of(), Map.of(), Map.of());
  }

  /** A sentinel is there. */
  public Hearing hear(HostId sentinel, long nowMs) {
    Map<HostId, Long> next = new HashMap<>(sentinels);
    next.put(sentinel, nowMs);
    return new Hearing(sinceMs, tickMs, next, coordinators, incumbents);
  }

  /** A coordinator has spoken; one that was outbid, and does not know it yet, does not count. */
  public Hearing hear(Topology topology, long nowMs) {
    Spoke last = coordinators.get(topology.group());
    if (last != null && last.ballot().isAbove(topology.ballot())) {
      return this;
    }
    Map<GroupId, Spoke> next = new HashMap<>(coordinators);
    next.put(topology.group(), new Spoke(topology.ballot(), nowMs));
    Map<GroupId, Incumbent> primaries = new HashMap<>(incumbents);
    topology.incumbent().ifPresent(incumbent -> primaries.put(topology.group(), incumbent));
    return new Hearing(sinceMs, tickMs, sentinels, next, primaries);
  }

  /**
   * Time has passed.
   *
   * @param suspicionMs who was not heard for so long is not heard
   * @param stallMs a longer gap between two ticks means that this sentinel was stalled
   */
  public Hearing tick(Sentinels configured, long suspicionMs, long stallMs, long nowMs) {
    long heard = configured.seats().stream()
        .map(seat -> sentinels.get(seat.sentinel()))
        .filter(at -> at != null && nowMs - at < suspicionMs)
        .count();
    boolean deaf = heard < configured.majority() || nowMs - tickMs > stallMs;
    return new Hearing(deaf ? nowMs : sinceMs, nowMs, sentinels, coordinators, incumbents);
  }

  /** The primaries that are known, by group. */
  public List<Incumbent> known() {
    return incumbents.values().stream()
        .sorted(Comparator.comparing(Incumbent::group))
        .toList();
  }

  /** The groups, of these, whose coordinator has been silent for the suspicion time. */
  public List<GroupId> silent(Collection<GroupId> groups, long suspicionMs, long nowMs) {
    return groups.stream()
        .filter(group -> nowMs - lastMs(group) >= suspicionMs)
        .sorted()
        .toList();
  }

  private long lastMs(GroupId group) {
    Spoke last = coordinators.get(group);
    return last == null ? sinceMs : Math.max(sinceMs, last.atMs());
  }
}
