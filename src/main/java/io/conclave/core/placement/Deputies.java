package io.conclave.core.placement;

import io.conclave.core.Ballot;
import io.conclave.core.GroupDefinition;
import io.conclave.core.HostId;
import io.conclave.core.Pulse;
import io.conclave.core.Sentinels;
import io.conclave.core.Topology;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * When one host becomes the deputy of a group's coordinator, and when it ends (docs/decisions/0011). Pure; times are
 * monotonic ms of the host.
 *
 * <p>When a majority of the configured sentinels finds the coordinator silent, the first live sentinel in a fixed order
 * coordinates the group. Those behind it wait a suspicion time for each before them, and whoever was a deputy in vain waits
 * twice as long each time, so that two never outbid each other for ever. Any number of coordinators at once is harmless:
 * ballots see to that.
 *
 * @param newest the last word of the coordinator with the highest ballot
 * @param heardMs when that was heard
 * @param heardSinceMs since when a coordinator has been heard without a pause of the suspicion time
 * @param opinions what each sentinel last said
 * @param silentSinceMs since when a majority, this sentinel among it, finds the coordinator silent; empty otherwise
 * @param beganAbove the highest ballot known when this host became deputy; empty while it is none
 * @param inVain how often in a row this host was deputy for nothing
 * @param endedMs when it last ended
 */
public record Deputies(
    Optional<Topology> newest,
    long heardMs,
    long heardSinceMs,
    Map<HostId, Opinion> opinions,
    Optional<Long> silentSinceMs,
    Optional<Ballot> beganAbove,
    int inVain,
    long endedMs) {
  /** A coordinator that was heard for so many suspicion times is no party of a duel. */
  private static final int CALM = 5;

  /** The longest wait after a deputy in vain is 2 to the power of this many suspicion times. */
  private static final int MOST_DOUBLINGS = 5;

  /** What a sentinel says of the coordinator. */
  public record Opinion(boolean silent, long atMs) {}

  /** What never changes: the group, the electorate, this host. */
  public record Rules(GroupDefinition group, Sentinels sentinels, HostId self, long suspicionMs) {}

  /** What is to be done now. */
  public enum Decision {
    NOTHING,
    /** Coordinate the group. */
    BECOME,
    /** Another coordinator is heard, with a higher ballot: stop. */
    END
  }

  public Deputies {
    opinions = Map.copyOf(opinions);
  }

  /** Nobody has been heard yet. */
  public static Deputies begin(long nowMs) {
    return new Deputies(
        Optional.empty(), nowMs, nowMs, Map.of(), Optional.empty(), Optional.empty(), 0, nowMs);
  }

  /** Whether this host is the deputy. */
  public boolean serves() {
    return beganAbove.isPresent();
  }

  /** A coordinator has spoken. */
  public Deputies hear(Rules rules, Topology topology, long nowMs) {
    if (newest.filter(known -> known.supersedes(topology)).isPresent()) {
      return this;
    }
    long since = nowMs - heardMs < rules.suspicionMs() ? heardSinceMs : nowMs;
    return new Deputies(
        Optional.of(topology), nowMs, since, opinions, silentSinceMs, beganAbove, inVain, endedMs);
  }

  /** A sentinel has said whether it finds the coordinator silent. */
  public Deputies hear(Rules rules, Pulse pulse, long nowMs) {
    Map<HostId, Opinion> next = new HashMap<>(opinions);
    next.put(pulse.sentinel(), new Opinion(pulse.silent().contains(rules.group().group()), nowMs));
    return new Deputies(
        newest, heardMs, heardSinceMs, next, silentSinceMs, beganAbove, inVain, endedMs);
  }

  /** Time has passed. */
  public Deputies tick(Rules rules, long nowMs) {
    Set<HostId> silent = findSilent(rules, nowMs);
    boolean majority =
        silent.size() >= rules.sentinels().majority() && silent.contains(rules.self());
    return new Deputies(
        newest,
        heardMs,
        heardSinceMs,
        opinions,
        majority ? silentSinceMs.or(() -> Optional.of(nowMs)) : Optional.empty(),
        beganAbove,
        inVain,
        endedMs);
  }

  /** What the state calls for; to be asked after each {@link #tick}. */
  public Decision decide(Rules rules, long nowMs) {
    if (serves()) {
      return isSuperseded(rules) ? Decision.END : Decision.NOTHING;
    }
    boolean unheard = nowMs - heardMs >= rules.suspicionMs();
    boolean due = silentSinceMs
        .filter(since -> unheard)
        .filter(since -> nowMs - since >= rank(rules, nowMs) * rules.suspicionMs())
        .isPresent();
    return due && nowMs - endedMs >= pauseMs(rules) ? Decision.BECOME : Decision.NOTHING;
  }

  /** This host coordinates from now on, as a deputy. */
  public Deputies become(Rules rules) {
    return new Deputies(
        newest,
        heardMs,
        heardSinceMs,
        opinions,
        Optional.empty(),
        Optional.of(newest.map(Topology::ballot).orElse(Ballot.NONE)),
        isCalm(rules) ? 0 : inVain,
        endedMs);
  }

  /** The deputy is the appointed coordinator now. */
  public Deputies confirm() {
    return new Deputies(
        newest, heardMs, heardSinceMs, opinions, silentSinceMs, Optional.empty(), 0, endedMs);
  }

  /** The deputy has ended: it was superseded, or outbid. */
  public Deputies end(long nowMs) {
    return new Deputies(
        newest,
        heardMs,
        heardSinceMs,
        opinions,
        Optional.empty(),
        Optional.empty(),
        inVain + 1,
        nowMs);
  }

  private boolean isSuperseded(Rules rules) {
    return newest
        .filter(topology -> !topology.coordinator().equals(rules.self()))
        .filter(topology -> topology.ballot().isAbove(beganAbove.orElse(Ballot.NONE)))
        .isPresent();
  }

  /** The sentinels that say now that the coordinator is silent. */
  private Set<HostId> findSilent(Rules rules, long nowMs) {
    return saying(rules, nowMs, Opinion::silent);
  }

  private Set<HostId> saying(Rules rules, long nowMs, Predicate<Opinion> what) {
    Set<HostId> saying = new HashSet<>();
    rules.sentinels().seats().forEach(seat -> {
      Opinion opinion = opinions.get(seat.sentinel());
      if (opinion != null && nowMs - opinion.atMs() < rules.suspicionMs() && what.test(opinion)) {
        saying.add(seat.sentinel());
      }
    });
    return saying;
  }

  /**
   * Among all that are alive, whatever they say: one that begins to hear the new deputy must not make the next one the
   * first.
   */
  private int rank(Rules rules, long nowMs) {
    List<HostId> order = Placement.order(
        rules.group(),
        rules.sentinels(),
        saying(rules, nowMs, any -> true),
        newest,
        newest.map(Topology::coordinator));
    return Math.max(0, order.indexOf(rules.self()));
  }

  private long pauseMs(Rules rules) {
    return inVain == 0 || isCalm(rules)
        ? 0
        : rules.suspicionMs() << Math.min(inVain, MOST_DOUBLINGS);
  }

  private boolean isCalm(Rules rules) {
    return heardMs - heardSinceMs >= CALM * rules.suspicionMs();
  }
}
